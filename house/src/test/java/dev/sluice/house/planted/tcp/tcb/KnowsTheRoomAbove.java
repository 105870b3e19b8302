package dev.sluice.house.planted.tcp.tcb;

import dev.sluice.house.planted.tcp.send.Sending;

/// An arrow that goes up inside the engine, and closes a circle.
public final class KnowsTheRoomAbove {
  public Sending above() {
    return new Sending();
  }
}
