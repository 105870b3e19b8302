package dev.sluice.sim.actor;

import dev.sluice.tcp.tcb.Event;
import java.nio.ByteBuffer;

/// Sends back what comes, and closes when the peer has.
public final class Echo extends Actor {
  private ByteBuffer pending = ByteBuffer.allocate(0);
  private boolean finished;

  @Override
  protected void onBegin() {
    pump();
  }

  @Override
  protected void onEvent(Event event) {
    if (hasBegun() && closeReason() == null) {
      pump();
    }
  }

  private void pump() {
    while (!finished && !endOfStream()) {
      if (!pending.hasRemaining()) {
        ByteBuffer octets = read(16 * 1024);
        pending = ByteBuffer.allocate(octets.remaining()).put(octets).flip();
      }
      if (!pending.hasRemaining() || write(pending) == 0) {
        break;
      }
    }
    if (!finished && endOfStream() && !pending.hasRemaining()) {
      finished = true;
      shutdownOutput();
    }
  }
}
