package dev.sluice.stack;

import dev.sluice.stack.firewall.PacketFacts;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import java.util.ArrayList;
import java.util.List;

/// All who watch the host. One that throws is taken off the list: whoever looks on must
/// not stop the traffic.
final class Observers {
  private static final System.Logger LOG = System.getLogger("dev.sluice.stack");

  private final CounterSet<HostCounter> counters;
  /// Replaced as a whole, so that an observer may leave while it is told something.
  private HostObserver[] observers = {};

  Observers(CounterSet<HostCounter> counters) {
    this.counters = counters;
  }

  void add(HostObserver observer) {
    if (observer.equals(HostObserver.NONE)) {
      return;
    }
    List<HostObserver> now = new ArrayList<>(List.of(observers));
    now.add(observer);
    observers = now.toArray(HostObserver[]::new);
  }

  void remove(HostObserver observer) {
    List<HostObserver> now = new ArrayList<>(List.of(observers));
    now.remove(observer);
    observers = now.toArray(HostObserver[]::new);
  }

  /// Whether anybody wants to hear of half-open peers.
  boolean wantTransitions() {
    for (HostObserver observer : observers) {
      if (observer.wantsTransitions()) {
        return true;
      }
    }
    return false;
  }

  /// One arrow of the state diagram that somebody went along.
  record Change(long id, FourTuple tuple, State from, State to, String cause) {}

  void onTransition(Change change, long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        if (observer.wantsTransitions()) {
          observer.onTransition(
              change.id(), change.tuple(), change.from(), change.to(), change.cause(), nowNanos);
        }
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  void onSegment(boolean outbound, Segment segment, long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        if (observer.wantsSegments()) {
          observer.onSegment(outbound, segment, nowNanos);
        }
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  void onFiltered(PacketFacts packet, long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        observer.onFiltered(packet, nowNanos);
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  void onSyn(Flow.Listening flow, Segment syn, long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        observer.onSyn(flow.binding, flow.listener, syn, nowNanos);
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  void onHandshake(Flow.Listening flow, Segment last, long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        observer.onHandshake(flow.binding, flow.listener, last, nowNanos);
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  void onRefused(Segment segment, long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        observer.onRefused(segment, nowNanos);
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  void onReset(Segment reset, long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        observer.onReset(reset, nowNanos);
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  /// The earliest deadline of any of them, [Endpoint#NEVER] if none has one.
  long nextDeadlineNanos() {
    long earliest = Endpoint.NEVER;
    for (HostObserver observer : observers) {
      earliest = Math.min(earliest, observer.nextDeadlineNanos());
    }
    return earliest;
  }

  void onDeadlines(long nowNanos) {
    for (HostObserver observer : observers) {
      try {
        if (observer.nextDeadlineNanos() <= nowNanos) {
          observer.onDeadline(nowNanos);
        }
      } catch (RuntimeException e) {
        dismiss(observer, e);
      }
    }
  }

  private void dismiss(HostObserver observer, RuntimeException e) {
    counters.increment(HostCounter.HANDLER_FAILURES);
    remove(observer);
    LOG.log(System.Logger.Level.ERROR, "an observer failed and watches no more: " + observer, e);
  }
}
