package dev.sluice.house.planted.tcp.listen;

import dev.sluice.house.planted.tcp.Connection;

/// A room that reaches back.
public final class KnowsTheConnection {
  public Connection connection() {
    return new Connection();
  }
}
