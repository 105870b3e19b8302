/// Bytes to meaning and back.
///
/// ```
///                                       +-- TcpCodec --> Segment
///   PacketBuffer -- parse --> IpHeader -+-- UdpCodec --> UdpDatagram
///      octets               who to whom +-- IcmpCodec -> IcmpMessage
/// ```
///
/// Everything here is red zone: it runs per packet and allocates nothing in steady state.
/// Objects that hold a parsed header are reused by their owner. A packet that is no good
/// gives a [dev.sluice.wire.DropReason], never an exception.
@NullMarked
package dev.sluice.wire;

import org.jspecify.annotations.NullMarked;
