package dev.sluice.tcp.listen;

import dev.sluice.wire.FourTuple;

/// A half-open connection (SYN-RECEIVED from LISTEN) as it stands, for `netstat`.
///
/// @param tuple both sockets
/// @param retransmissions of our SYN-ACK so far
/// @param deadlineNanos when the next one is due, on the driver's clock
public record HalfOpenInfo(FourTuple tuple, int retransmissions, long deadlineNanos) {}
