package dev.sluice.tcp;

import dev.sluice.tcp.handshake.InitialSequence;
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
public record Environment(
    TcpSettings settings,
    InitialSequence initialSequence,
    ChunkPool chunks,
    CounterSet<TcpCounter> counters) {}
