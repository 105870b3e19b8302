package dev.sluice.tcp.listen;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Endpoint;
import dev.sluice.tcp.Environment;
import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.wire.Segment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A passive open (RFC 9293 §3.10.1) and the half-open peers it has heard of.
///
/// A segment that no connection and no TIME-WAIT takes goes to the listener of its
/// port. When it completes a handshake, a connection comes back: the stack enters it in
/// its tables and hands the same segment on to it.
public final class Listener implements Endpoint {
  /// @param environment what the stack shares
  /// @param options what accepted connections start with
  /// @param limits how much may be pending
  /// @param path what the link carries
  public Listener(
      Environment environment, ConnectionOptions options, ListenerLimits limits, Path path) {}

  /// SEGMENT ARRIVES in LISTEN, or for one of the half-open peers (§3.10.7.2, §3.10.7.4).
  ///
  /// @return a connection in ESTABLISHED that has yet to see `in`, or null
  public @Nullable Connection onSegment(Segment in, long nowNanos) {
    return null;
  }

  /// A SYN that ended a TIME-WAIT: as [#onSegment], with an initial sequence number
  /// above the old connection's (RFC 6191, RFC 9293 MAY-2).
  public void onSegmentAfter(TimeWait timeWait, Segment in, long nowNanos) {}

  /// An ICMP error quoted a SYN-ACK of ours.
  public void onIcmpError(IcmpError error, Segment quoted, long nowNanos) {}

  @Override
  public void onDeadline(long nowNanos) {}

  @Override
  public long nextDeadlineNanos() {
    return NEVER;
  }

  @Override
  public boolean pollTransmit(Segment out, long nowNanos) {
    return false;
  }

  /// The next change of a half-open entry, or null. Only kept if [#observeTransitions]
  /// asked for it.
  public @Nullable HalfOpenTransition pollTransition() {
    return null;
  }

  /// Whether [#pollTransition] has a reader.
  public void observeTransitions(boolean wanted) {}

  /// The user took one connection from the accept queue.
  public void onAccepted() {}

  /// Connections that wait to be accepted.
  public int acceptQueueLength() {
    return 0;
  }

  /// Peers in SYN-RECEIVED.
  public int halfOpenCount() {
    return 0;
  }

  /// All of them.
  public List<HalfOpenInfo> halfOpen() {
    return List.of();
  }

  public ListenerLimits limits() {
    throw new UnsupportedOperationException();
  }

  /// What accepted connections start with.
  public ConnectionOptions options() {
    throw new UnsupportedOperationException();
  }

  /// CLOSE in LISTEN: the half-open peers are reset. Segments come out of
  /// [#pollTransmit].
  public void close(long nowNanos) {}
}
