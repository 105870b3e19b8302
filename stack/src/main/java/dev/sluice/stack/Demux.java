package dev.sluice.stack;

import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the flow of a four-tuple: connections and TIME-WAITs.
///
/// Open addressing with linear probing, at most half full. The hash is keyed with the
/// host's secret, so that nobody outside can choose tuples that collide. A lookup
/// allocates nothing and follows a pointer only when all 32 bits of the hash agree.
final class Demux {
  private static final int FIRST_CAPACITY = 64;

  private final TupleHash tupleHash;
  private Flow.@Nullable Paired[] slots = new Flow.@Nullable Paired[FIRST_CAPACITY];
  private int[] hashes = new int[FIRST_CAPACITY];
  private int size;

  Demux(TupleHash tupleHash) {
    this.tupleHash = tupleHash;
  }

  /// The flow that an arrived segment belongs to.
  Flow.@Nullable Paired find(Segment in) {
    return find(
        in.destinationHigh,
        in.destinationLow,
        in.sourceHigh,
        in.sourceLow,
        ports(in.destinationPort, in.sourcePort));
  }

  /// The flow that sent the segment which an ICMP error quotes.
  Flow.@Nullable Paired findSender(Segment quoted) {
    return find(
        quoted.sourceHigh,
        quoted.sourceLow,
        quoted.destinationHigh,
        quoted.destinationLow,
        ports(quoted.sourcePort, quoted.destinationPort));
  }

  Flow.@Nullable Paired find(FourTuple tuple) {
    return find(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        ports(tuple.localPort(), tuple.remotePort()));
  }

  private static long ports(int localPort, int remotePort) {
    return ((long) localPort << 16) | remotePort;
  }

  private Flow.@Nullable Paired find(
      long localHigh, long localLow, long remoteHigh, long remoteLow, long ports) {
    int hash = tupleHash.hash(localHigh, localLow, remoteHigh, remoteLow, ports);
    int mask = slots.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      Flow.Paired flow = slots[i];
      if (flow == null) {
        return null;
      }
      if (hashes[i] == hash
          && is(flow.tuple.local(), localHigh, localLow)
          && is(flow.tuple.remote(), remoteHigh, remoteLow)
          && ports(flow.tuple.localPort(), flow.tuple.remotePort()) == ports) {
        return flow;
      }
    }
  }

  private static boolean is(IpAddress address, long high, long low) {
    return address.low() == low && address.high() == high;
  }

  private int hash(FourTuple tuple) {
    return tupleHash.hash(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        ports(tuple.localPort(), tuple.remotePort()));
  }

  /// Enters a flow whose tuple nobody has yet.
  void insert(Flow.Paired flow) {
    assert find(flow.tuple) == null : "two flows for " + flow.tuple;
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    flow.hash = hash(flow.tuple);
    flow.registered = true;
    enter(flow);
    size++;
  }

  private void enter(Flow.Paired flow) {
    int mask = slots.length - 1;
    int i = flow.hash & mask;
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = flow;
    hashes[i] = flow.hash;
  }

  /// Takes a flow out that is in, and closes the gap.
  void remove(Flow.Paired flow) {
    int mask = slots.length - 1;
    int gap = flow.hash & mask;
    while (slots[gap] != flow) {
      if (slots[gap] == null) {
        throw new AssertionError("not in the table: " + flow.tuple);
      }
      gap = (gap + 1) & mask;
    }
    flow.registered = false;
    size--;
    // Whoever stands behind the gap and may stand nearer to its own place moves up.
    for (int i = (gap + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
      int home = hashes[i] & mask;
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        slots[gap] = slots[i];
        hashes[gap] = hashes[i];
        gap = i;
      }
    }
    slots[gap] = null;
  }

  private void grow() {
    Flow.@Nullable Paired[] old = slots;
    slots = new Flow.@Nullable Paired[old.length * 2];
    hashes = new int[old.length * 2];
    for (Flow.Paired flow : old) {
      if (flow != null) {
        enter(flow);
      }
    }
  }

  int size() {
    return size;
  }

  /// Shows all flows, in no order. The table must not be changed meanwhile.
  void forEach(Consumer<? super Flow.Paired> action) {
    for (Flow.Paired flow : slots) {
      if (flow != null) {
        action.accept(flow);
      }
    }
  }
}
