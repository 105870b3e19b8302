package dev.sluice.house.planted.attic;

import dev.sluice.house.planted.wire.Target;

/// A room that is not in the drawing.
public final class InNoRoom {
  public Target one() {
    return new Target();
  }
}
