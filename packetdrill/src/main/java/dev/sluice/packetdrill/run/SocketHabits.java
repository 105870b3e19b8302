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
/// @param readsAfterShutdown what arrives after SHUT_RD is still given to who reads
/// @param writesWholeBursts a write takes a whole burst of segments as long as there is
///     any room, so that the send buffer may hold more than it was set to
public record SocketHabits(
    boolean doublesBuffers,
    boolean roundsReceiveBuffer,
    boolean resetBeforeOpenRefuses,
    boolean resetAfterFinIsBrokenPipe,
    boolean unreachableRefuses,
    boolean readsAfterShutdown,
    boolean writesWholeBursts) {
  /// Ours.
  public static final SocketHabits OWN =
      new SocketHabits(false, false, true, false, false, false, false);
}
