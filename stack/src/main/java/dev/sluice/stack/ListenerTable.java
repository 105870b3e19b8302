package dev.sluice.stack;

import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the listener of a local address and port. A lookup allocates nothing, as a
/// flood of SYNs goes through here.
final class ListenerTable {
  private static final int BUCKETS = 64;

  private final Flow.@Nullable Listening[] buckets = new Flow.@Nullable Listening[BUCKETS];
  private final TupleHash hash;

  ListenerTable(TupleHash hash) {
    this.hash = hash;
  }

  /// The listener for a segment.
  Flow.@Nullable Listening find(Segment in) {
    return find(
        in.destinationHigh,
        in.destinationLow,
        in.sourceHigh,
        in.sourceLow,
        in.destinationPort,
        in.sourcePort);
  }

  /// The listener for a segment that may go on with a handshake. Of several that share a
  /// port it is the one that remembers the peer: who comes to listen later takes over a
  /// share of the four-tuples, and no handshake that is under way. If nobody remembers
  /// it, but one has left peers to their SYN cookies, an ACK is for that one.
  Flow.@Nullable Listening findKnowing(Segment in, long nowNanos) {
    Flow.Listening first = find(in);
    if (first == null || !first.binding.reuse().port() || first.listener.knows(in)) {
      return first;
    }
    boolean believed = first.listener.mayTakeCookie(in, nowNanos);
    Flow.Listening chosen = first;
    for (Flow.Listening flow = bucket(first); flow != null; flow = flow.nextInBucket) {
      if (sharesWith(first, flow, in.destinationHigh, in.destinationLow)) {
        if (flow.listener.knows(in)) {
          return flow;
        }
        if (!believed && flow.listener.mayTakeCookie(in, nowNanos)) {
          chosen = flow;
          believed = true;
        }
      }
    }
    return chosen;
  }

  private Flow.@Nullable Listening bucket(Flow.Listening flow) {
    return buckets[flow.binding.port() % BUCKETS];
  }

  private static boolean sharesWith(Flow.Listening one, Flow.Listening other, long high, long low) {
    return other != one
        && other.binding.port() == one.binding.port()
        && other.binding.reuse().port()
        && rank(other.binding.address(), high, low) > 0;
  }

  /// The listener that heard the SYN of this four-tuple.
  Flow.@Nullable Listening find(FourTuple tuple) {
    Flow.Listening first = preferred(tuple);
    if (first == null || !first.binding.reuse().port() || first.listener.knows(tuple)) {
      return first;
    }
    for (Flow.Listening flow = bucket(first); flow != null; flow = flow.nextInBucket) {
      if (sharesWith(first, flow, tuple.local().high(), tuple.local().low())
          && flow.listener.knows(tuple)) {
        return flow;
      }
    }
    return first;
  }

  private Flow.@Nullable Listening preferred(FourTuple tuple) {
    return find(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        tuple.localPort(),
        tuple.remotePort());
  }

  private Flow.@Nullable Listening find(
      long high, long low, long remoteHigh, long remoteLow, int port, int remotePort) {
    Flow.Listening first = best(high, low, port, null, 0);
    if (first == null || !first.binding.reuse().port()) {
      return first;
    }
    long ports = (long) port << 16 | remotePort;
    long tuple = hash.hash64(high, low, remoteHigh, remoteLow, ports);
    return best(high, low, port, first.binding, tuple);
  }

  /// The listener of exactly this address if there is one, then one of the family, then
  /// one of both families. Of several that share an address each four-tuple has one that
  /// it likes best, and when another comes or goes, only its share moves.
  ///
  /// @param group only those that share this one's address, or null
  /// @param tuple hash of the four-tuple
  private Flow.@Nullable Listening best(
      long high, long low, int port, @Nullable Binding group, long tuple) {
    Flow.Listening best = null;
    int bestRank = 0;
    long bestLiking = 0;
    for (Flow.Listening flow = buckets[port % BUCKETS]; flow != null; flow = flow.nextInBucket) {
      IpAddress bound = flow.binding.address();
      boolean considered = flow.binding.port() == port
          && (group == null || (flow.binding.reuse().port() && bound.equals(group.address())));
      int rank = considered ? rank(bound, high, low) : 0;
      long liking = group == null ? 0 : liking(tuple, flow.id);
      if (rank > bestRank || (rank > 0 && rank == bestRank && liking > bestLiking)) {
        best = flow;
        bestRank = rank;
        bestLiking = liking;
      }
    }
    return best;
  }

  /// How much a tuple likes a listener: as good as random, and always the same.
  private static long liking(long tuple, long id) {
    long mixed = (tuple ^ id * 0x9e37_79b9_7f4a_7c15L) * 0xbf58_476d_1ce4_e5b9L;
    return (mixed ^ mixed >>> 31) >>> 1;
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
