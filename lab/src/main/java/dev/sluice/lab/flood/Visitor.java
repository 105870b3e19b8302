package dev.sluice.lab.flood;

import dev.sluice.sim.actor.Actor;
import dev.sluice.tcp.tcb.Event;

/// An honest client: it connects, reads a greeting and closes.
final class Visitor extends Actor {
  private long begunNanos;
  private long connectedNanos = -1;

  /// When it asked to be connected.
  long begunNanos() {
    return begunNanos;
  }

  /// How long it took until it was connected; -1 if it never was.
  long connectNanos() {
    return connectedNanos < 0 ? -1 : connectedNanos - begunNanos;
  }

  /// Whether it got what it came for.
  boolean isServed() {
    return octetsRead() > 0;
  }

  @Override
  protected void onBegin() {
    begunNanos = stage().nowNanos();
  }

  @Override
  protected void onEvent(Event event) {
    if (event == Event.Signal.CONNECTED) {
      connectedNanos = stage().nowNanos();
    }
    if (closeReason() == null && hasBegun() && read(1_024).remaining() > 0) {
      close();
    }
  }
}
