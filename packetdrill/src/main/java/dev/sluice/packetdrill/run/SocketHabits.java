package dev.sluice.packetdrill.run;

/// How the socket calls of a system answer where the standards leave it open.
///
/// @param doublesBuffers SO_SNDBUF and SO_RCVBUF read as twice what was set
/// @param roundsReceiveBuffer once connected, the receive buffer is a multiple of the MSS
/// @param resetBeforeOpenRefuses a reset of a connection in SYN-RECEIVED that began with
///     `connect` reads as ECONNREFUSED, else as ECONNRESET
/// @param resetAfterFinIsBrokenPipe a reset in CLOSE-WAIT reads as EPIPE, else as
///     ECONNRESET
/// @param unreachableRefuses every ICMP error that ends an open reads as ECONNREFUSED
public record SocketHabits(
    boolean doublesBuffers,
    boolean roundsReceiveBuffer,
    boolean resetBeforeOpenRefuses,
    boolean resetAfterFinIsBrokenPipe,
    boolean unreachableRefuses) {
  /// Ours.
  public static final SocketHabits OWN = new SocketHabits(false, false, true, false, false);
}
