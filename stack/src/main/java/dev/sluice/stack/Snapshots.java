package dev.sluice.stack;

import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.HalfOpenInfo;
import dev.sluice.tcp.listen.ListenerCounts;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.MemoryAccount;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.DropReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Puts a host's state into plain values.
final class Snapshots {
  /// Half-open peers of one listener that are listed; the others are only counted.
  private static final int MOST_HALF_OPEN = 256;

  private Snapshots() {}

  static HostSnapshot of(UserCalls calls, Rooms rooms, long nowNanos) {
    List<HostSnapshot.Listening> listeners = new ArrayList<>();
    List<HostSnapshot.HalfOpen> halfOpen = new ArrayList<>();
    for (Flow.Listening flow : calls.listenings()) {
      listeners.add(new HostSnapshot.Listening(
          flow.id,
          flow.binding.address(),
          flow.binding.port(),
          flow.listener.acceptQueueLength(),
          flow.listener.limits().backlog(),
          flow.listener.halfOpenCount(),
          syns(flow.listener)));
      for (HalfOpenInfo peer : flow.listener.halfOpen(MOST_HALF_OPEN)) {
        halfOpen.add(new HostSnapshot.HalfOpen(
            flow.halfOpenIds.get(peer.tuple()),
            flow.id,
            peer.tuple(),
            peer.retransmissions(),
            remaining(peer.deadlineNanos(), nowNanos)));
      }
    }
    listeners.sort(Comparator.comparingLong(HostSnapshot.Listening::id));
    halfOpen.sort(Comparator.comparingLong(HostSnapshot.HalfOpen::id));
    List<HostSnapshot.Connected> connections = new ArrayList<>();
    List<HostSnapshot.Waiting> timeWaits = new ArrayList<>();
    for (Flow.Paired flow : calls.pairs()) {
      switch (flow) {
        case Flow.Connected connected ->
          connections.add(new HostSnapshot.Connected(flow.id, connected.connection.info(nowNanos)));
        case Flow.Waiting waiting ->
          timeWaits.add(new HostSnapshot.Waiting(
              flow.id, flow.tuple, remaining(waiting.timeWait.expiryNanos(), nowNanos)));
      }
    }
    return new HostSnapshot(
        nowNanos,
        List.copyOf(listeners),
        List.copyOf(halfOpen),
        List.copyOf(connections),
        List.copyOf(timeWaits),
        memory(rooms.memory()),
        values(rooms.tally().host()),
        values(rooms.tally().tcp()),
        drops(rooms.tally().drops()),
        rooms.gate().snapshot());
  }

  private static HostSnapshot.Memory memory(MemoryKeeper keeper) {
    MemoryAccount account = keeper.account();
    return new HostSnapshot.Memory(
        account.usedBytes(),
        account.limits(),
        account.isPressed(),
        account.timesPressed(),
        keeper.orphans());
  }

  private static HostSnapshot.Syns syns(Listener listener) {
    ListenerCounts counts = listener.counts();
    return new HostSnapshot.Syns(
        counts.syns(),
        counts.synsDropped(),
        counts.evictions(),
        counts.cookiesSent(),
        counts.cookiesValid(),
        counts.cookiesInvalid() + counts.cookiesExpired());
  }

  private static long remaining(long deadlineNanos, long nowNanos) {
    return deadlineNanos == Endpoint.NEVER ? 0 : Math.max(0, deadlineNanos - nowNanos);
  }

  private static <E extends Enum<E>> Map<E, Long> values(CounterSet<E> counters) {
    Map<E, Long> values = new EnumMap<>(counters.what());
    for (E counter : counters.what().getEnumConstants()) {
      values.put(counter, counters.get(counter));
    }
    return values;
  }

  private static Map<String, Long> drops(CounterSet<DropReason> counters) {
    Map<String, Long> values = new LinkedHashMap<>();
    for (DropReason reason : DropReason.values()) {
      if (counters.get(reason) > 0) {
        values.put(reason.text(), counters.get(reason));
      }
    }
    return values;
  }
}
