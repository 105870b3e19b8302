/// Bytes to meaning and back.
///
/// ```
///   PacketBuffer --IpCodec--> IpHeader --TcpCodec--> Segment
///        bytes                 who, what             the RFC's fields
/// ```
///
/// Everything here is red zone: it runs per packet and allocates nothing in steady state.
/// Objects that hold a parsed header are reused by their owner.
@NullMarked
package dev.sluice.wire;

import org.jspecify.annotations.NullMarked;
