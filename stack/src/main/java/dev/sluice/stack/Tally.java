package dev.sluice.stack;

import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.DropReason;

/// All that is counted in a host.
///
/// @param host what the host does
/// @param tcp what its engine does
/// @param drops packets that went no further, by reason
record Tally(
    CounterSet<HostCounter> host, CounterSet<TcpCounter> tcp, CounterSet<DropReason> drops) {
  Tally() {
    this(
        new CounterSet<>(HostCounter.class),
        new CounterSet<>(TcpCounter.class),
        new CounterSet<>(DropReason.class));
  }
}
