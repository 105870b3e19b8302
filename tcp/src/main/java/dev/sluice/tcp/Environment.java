package dev.sluice.tcp;

import dev.sluice.tcp.handshake.FastOpenCache;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.listen.HalfOpenQuota;
import dev.sluice.tcp.tcb.ChunkPool;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.CounterSet;

/// What all connections of one stack share.
///
/// @param settings the stack's settings
/// @param initialSequence where initial sequence numbers and timestamp offsets come from
/// @param chunks memory for the byte rings
/// @param counters the stack's counters
/// @param fastOpenCache what is known of servers for fast open
/// @param halfOpen how many half-open peers all listeners may keep
/// @param dormitory where connections sleep
public record Environment(
    TcpSettings settings,
    InitialSequence initialSequence,
    ChunkPool chunks,
    CounterSet<TcpCounter> counters,
    FastOpenCache fastOpenCache,
    HalfOpenQuota halfOpen,
    Dormitory dormitory) {
  /// With an empty [FastOpenCache], and as many half-open peers as the listeners allow.
  public Environment(
      TcpSettings settings,
      InitialSequence initialSequence,
      ChunkPool chunks,
      CounterSet<TcpCounter> counters) {
    this(
        settings,
        initialSequence,
        chunks,
        counters,
        new FastOpenCache(settings.fastOpenCacheEntries),
        new HalfOpenQuota(Integer.MAX_VALUE),
        new Dormitory());
  }
}
