package dev.sluice.house.planted.tcp.cellar;

import dev.sluice.house.planted.tcp.congestion.Target;

/// A room that the engine's drawing does not have.
public final class InNoEngineRoom {
  public Target one() {
    return new Target();
  }
}
