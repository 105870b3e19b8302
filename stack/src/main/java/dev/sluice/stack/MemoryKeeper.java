package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.MemoryAccount;
import dev.sluice.tcp.tcb.MemoryLimits;
import dev.sluice.wire.CounterSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Keeps what all connections hold, and the number of those that nobody owns any more,
/// within the host's limits.
///
/// | buffers hold | what follows |
/// |---|---|
/// | `pressure` | no buffer grows, windows offer less: the rooms of a connection see to that |
/// | `scarce` | text out of order is dropped, then orphans and stalled peers are reset |
/// | still `scarce` | SYNs are dropped |
/// | `high` | connections are reset in the order of [Rank], until `pressure` is reached |
///
/// A look at all connections is paid for by the chunks that were taken since the last
/// one: the next is due an eighth of the way from `pressure` to `high` further up, or a
/// second later.
final class MemoryKeeper {
  /// Of the heap, the part that buffers may take: one in so many.
  private static final long HEAP_SHARE = 4;
  /// Parts of the way from pressure to high that make another look worth while.
  private static final int STEPS = 8;
  /// As long as memory is scarce all are looked at again after this time.
  private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;
  /// Whose window stays closed that long takes nothing.
  private static final long STALLED_NANOS = 1_000_000_000L;

  /// Who goes first when connections have to go. Within a rank, who holds most.
  private enum Rank {
    /// Its user has closed it.
    ORPHAN(HostCounter.ORPHANS_RESET_FOR_MEMORY),
    /// Its peer keeps the window closed (RFC 6429 leaves it to us how long we wait).
    STALLED(HostCounter.STALLED_RESET_FOR_MEMORY),
    /// All others.
    OTHER(HostCounter.HOLDERS_RESET_FOR_MEMORY);

    final HostCounter counter;

    Rank(HostCounter counter) {
      this.counter = counter;
    }

    static Rank of(Connection connection, long nowNanos) {
      if (connection.isOrphan()) {
        return ORPHAN;
      }
      return connection.windowClosedNanos(nowNanos) >= STALLED_NANOS ? STALLED : OTHER;
    }
  }

  private record Holder(Flow.Connected flow, Rank rank, long bytes) {}

  private static final Comparator<Holder> ORDER =
      Comparator.comparing(Holder::rank).thenComparing(Holder::bytes, Comparator.reverseOrder());

  private final FlowTable flows;
  private final Outbox outbox;
  private final MemoryAccount account;
  private final CounterSet<HostCounter> counters;
  private final int maxOrphans;
  /// The one that lingers longest comes first.
  private final Set<Flow.Connected> orphans = new LinkedHashSet<>();
  private long nextLookBytes;
  private long nextLookNanos;

  MemoryKeeper(FlowTable flows, Outbox outbox, Tally tally, HostConfig config) {
    this.flows = flows;
    this.outbox = outbox;
    MemoryLimits asked = config.tcp.memory;
    account = new MemoryAccount(asked == null ? ofHeap() : asked);
    counters = tally.host();
    maxOrphans = config.maxOrphans;
  }

  /// What suits a JVM that serves and does little else.
  private static MemoryLimits ofHeap() {
    long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    return MemoryLimits.upTo(Math.max(MemoryLimits.LEAST_HIGH_BYTES, share));
  }

  MemoryAccount account() {
    return account;
  }

  int orphans() {
    return orphans.size();
  }

  /// Whether a SYN is to be dropped: whoever is here already comes first.
  boolean refusesConnections() {
    return account.isScarce();
  }

  // ---- orphans

  /// A connection has had its turn: it may have become an orphan, or be gone.
  void watch(Flow.Connected flow) {
    boolean orphan = !flow.gone && flow.connection.isOrphan();
    if (orphan == flow.orphan) {
      return;
    }
    flow.orphan = orphan;
    if (!orphan) {
      orphans.remove(flow);
      return;
    }
    orphans.add(flow);
    if (orphans.size() > maxOrphans) {
      evict(orphans.iterator().next(), HostCounter.ORPHANS_RESET);
    }
  }

  private void evict(Flow.Connected flow, HostCounter counter) {
    counters.increment(counter);
    flow.connection.evict();
    outbox.add(flow);
  }

  // ---- memory

  /// Acts if too much is held. Costs one read where all is well.
  void keepWithin(long nowNanos) {
    if (!account.isPressed()) {
      nextLookBytes = 0;
      return;
    }
    if (account.isScarce()
        && (account.usedBytes() >= nextLookBytes || nowNanos - nextLookNanos >= 0)) {
      look(nowNanos);
    }
  }

  private void look(long nowNanos) {
    long pressure = account.limits().pressureBytes();
    long high = account.limits().highBytes();
    long step = Math.max(1, (high - pressure) / STEPS);
    List<Holder> holders = holders(nowNanos);
    for (Holder holder : holders) {
      holder.flow.connection.pruneOutOfOrder();
    }
    if (account.isScarce()) {
      Rank last = account.usedBytes() >= high ? Rank.OTHER : Rank.STALLED;
      evict(holders, last, Math.min(pressure, high - step));
    }
    nextLookBytes = Math.min(high, account.usedBytes() + step);
    nextLookNanos = nowNanos + LOOK_AGAIN_NANOS;
  }

  private List<Holder> holders(long nowNanos) {
    List<Holder> holders = new ArrayList<>();
    flows.demux.forEach(flow -> {
      if (flow instanceof Flow.Connected connected && connected.connection.heldBytes() > 0) {
        Connection connection = connected.connection;
        Rank rank = Rank.of(connection, nowNanos);
        holders.add(new Holder(connected, rank, connection.heldBytes()));
      }
    });
    return holders;
  }

  /// Resets one after the other, up to this rank, until no more than `bytes` are held.
  private void evict(List<Holder> holders, Rank last, long bytes) {
    holders.sort(ORDER);
    for (Holder holder : holders) {
      if (account.usedBytes() <= bytes || holder.rank.compareTo(last) > 0) {
        return;
      }
      evict(holder.flow, holder.rank.counter);
    }
  }
}
