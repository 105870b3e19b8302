package dev.sluice.house.planted.tcp.send;

import dev.sluice.house.planted.tcp.tcb.KnowsTheRoomAbove;

/// A room in the middle: half of a circle.
public final class Sending {
  public KnowsTheRoomAbove below() {
    return new KnowsTheRoomAbove();
  }
}
