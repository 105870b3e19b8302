package dev.sluice.cli.run;

import dev.sluice.stack.HostObserver;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Waits for what hosts do.
final class Transitions {
  /// @param host `server/` or `front/`
  record Seen(String host, long id, FourTuple tuple, State from, State to, String cause) {}

  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

  HostObserver of(String host) {
    return new HostObserver() {
      @Override
      public void onTransition(
          long id, FourTuple tuple, State from, State to, String cause, long nowNanos) {
        seen.add(new Seen(host, id, tuple, from, to, cause));
      }
    };
  }

  /// The next transition of that host into that state; earlier ones are forgotten.
  Seen await(String host, State to) throws InterruptedException {
    while (true) {
      Seen next = seen.poll(20, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no connection of " + host + " went to " + to);
      }
      if (next.host.equals(host) && next.to == to) {
        return next;
      }
    }
  }
}
