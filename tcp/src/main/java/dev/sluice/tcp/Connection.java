package dev.sluice.tcp;

import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One TCP connection. Builds the rooms, forwards the verbs, owns no rule.
///
/// All verbs run on the loop thread, except [#read], [#write], [#readableBytes] and
/// [#writableBytes]: those may run on one reading and one writing thread of the
/// application, which then tell the loop to call [#onApplicationProgress].
///
/// The order of calls: any of `onSegment`, `onDeadline`, `onIcmpError` and the user's
/// calls, as many as there are; then `pollTransmit` until false; then `pollEvent` until
/// null; then `nextDeadlineNanos`. After [Event.Closed] the stack forgets the
/// connection; what was received can still be read.
public final class Connection implements Endpoint {
  private Connection() {}

  /// OPEN, active (RFC 9293 §3.10.1). The SYN comes out of the next [#pollTransmit].
  public static Connection open(
      Environment environment,
      FourTuple tuple,
      ConnectionOptions options,
      Path path,
      long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /// SEGMENT ARRIVES (RFC 9293 §3.10.7). The segment's checksum is right and its
  /// sockets are ours.
  public void onSegment(Segment in, long nowNanos) {}

  /// An ICMP error quoted a segment of this connection (RFC 9293 §3.9.2.2, RFC 5927).
  public void onIcmpError(IcmpError error, long nowNanos) {}

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

  /// The next thing the user should know, or null.
  public @Nullable Event pollEvent() {
    return null;
  }

  /// The application has read or written: there may be data to send or a window to open.
  public void onApplicationProgress(long nowNanos) {}

  /// CLOSE for sending (RFC 9293 §3.10.4): FIN after what is queued; reading goes on.
  /// Again: no effect.
  public void shutdownOutput(long nowNanos) {}

  /// The user will not read any more: what arrives is dropped and acknowledged, as in
  /// Linux.
  public void shutdownInput(long nowNanos) {}

  /// CLOSE both ways, MAY-1: FIN after what is queued, or RST if data is unread or
  /// arrives (SHLD-3).
  public void close(long nowNanos) {}

  /// ABORT (RFC 9293 §3.10.5): RST, and all is forgotten.
  public void abort(long nowNanos) {}

  /// Copies received octets out, from the application's reading thread.
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  public int read(ByteBuffer target) {
    return 0;
  }

  /// Copies octets in, from the application's writing thread.
  ///
  /// @return octets copied, 0 when the buffer is full
  public int write(ByteBuffer source) {
    return 0;
  }

  /// Octets a read would give now, from the reading thread.
  public int readableBytes() {
    return 0;
  }

  /// Octets a write would take now, from the writing thread.
  public int writableBytes() {
    return 0;
  }

  public State state() {
    return State.CLOSED;
  }

  public FourTuple tuple() {
    throw new UnsupportedOperationException();
  }

  /// The options of this connection; change them on the loop and call
  /// [#onOptionsChanged].
  public ConnectionOptions options() {
    throw new UnsupportedOperationException();
  }

  /// Options were changed: timers and buffers follow them.
  public void onOptionsChanged(long nowNanos) {}

  /// All there is to know at this moment.
  public ConnectionInfo info(long nowNanos) {
    throw new UnsupportedOperationException();
  }
}
