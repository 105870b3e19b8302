package dev.sluice.house.planted.wire;

import dev.sluice.house.planted.tcp.Connection;

/// An arrow that goes up.
public final class KnowsTheEngine {
  public Connection[] connections() {
    return new Connection[0];
  }
}
