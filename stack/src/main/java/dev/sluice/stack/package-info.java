/// One host: the loop, its tables and its protocols below TCP.
///
/// ```
///                     Driver (real time, one thread)      or a simulator
///                        |  onPacket, onDeadlines, pollPacket
///   +- Host -------------v---------------------------------------------+
///   |  in:   Reception -> SegmentDelivery -> Demux -> Connection        |
///   |             |               |    |         \-> TimeWait           |
///   |             v               |    +-> ListenerTable -> Listener    |
///   |           Icmp              +-> Replies (RST)                     |
///   |  asked first about strangers, and about what leaves: Gate -> firewall |
///   |  out:  Replies, then Outbox: flows take turns -> TcpCodec         |
///   |             inside: back to Reception     outside: the link       |
///   |  then: Aftermath: events to handlers, TIME-WAITs, DeadlineQueue   |
///   |  user: UserCalls -> AddressTable, PortTable, FlowTable            |
///   +------------------------------------------------------------------+
/// ```
///
/// Red zone, 0 octets allocated per packet in steady state: everything from
/// [Host#onPacket] and [Host#onDeadlines] to [Host#pollPacket] for a known flow, and a
/// turn of [Driver].
@NullMarked
package dev.sluice.stack;

import org.jspecify.annotations.NullMarked;
