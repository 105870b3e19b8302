package dev.sluice.house.planted.tcp.receive;

import dev.sluice.house.planted.tcp.congestion.Target;

/// Rooms side by side do not know each other.
public final class KnowsItsNeighbour {
  public Target neighbour() {
    return new Target();
  }
}
