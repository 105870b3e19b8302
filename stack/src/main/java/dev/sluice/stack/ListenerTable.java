package dev.sluice.stack;

import dev.sluice.wire.IpAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the listener of a local address and port. A lookup allocates nothing, as a
/// flood of SYNs goes through here.
final class ListenerTable {
  private static final int BUCKETS = 64;

  private final Flow.@Nullable Listening[] buckets = new Flow.@Nullable Listening[BUCKETS];

  /// The listener for a segment to this socket: the one of exactly this address if there
  /// is one, then the one of the family, then the one of both families.
  Flow.@Nullable Listening find(long high, long low, int port) {
    Flow.Listening best = null;
    int bestRank = 0;
    for (Flow.Listening flow = buckets[port % BUCKETS]; flow != null; flow = flow.nextInBucket) {
      int rank = flow.binding.port() == port ? rank(flow.binding.address(), high, low) : 0;
      if (rank > bestRank) {
        best = flow;
        bestRank = rank;
      }
    }
    return best;
  }

  private static int rank(IpAddress bound, long high, long low) {
    if (bound.high() == high && bound.low() == low) {
      return 3;
    }
    if (bound.equals(IpAddress.ANY_V4)) {
      return IpAddress.isV4(high, low) ? 2 : 0;
    }
    return bound.equals(IpAddress.ANY_V6) ? 1 : 0;
  }

  void insert(Flow.Listening flow) {
    int bucket = flow.binding.port() % BUCKETS;
    flow.nextInBucket = buckets[bucket];
    buckets[bucket] = flow;
  }

  void remove(Flow.Listening flow) {
    int bucket = flow.binding.port() % BUCKETS;
    Flow.Listening before = null;
    for (Flow.Listening f = buckets[bucket]; f != null; f = f.nextInBucket) {
      if (f == flow) {
        if (before == null) {
          buckets[bucket] = f.nextInBucket;
        } else {
          before.nextInBucket = f.nextInBucket;
        }
        return;
      }
      before = f;
    }
  }

  /// Shows all listeners. The table must not be changed meanwhile.
  void forEach(Consumer<? super Flow.Listening> action) {
    for (Flow.Listening head : buckets) {
      for (Flow.Listening flow = head; flow != null; flow = flow.nextInBucket) {
        action.accept(flow);
      }
    }
  }
}
