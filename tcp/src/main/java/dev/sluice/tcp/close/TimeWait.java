package dev.sluice.tcp.close;

import dev.sluice.tcp.Endpoint;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;

/// A connection in TIME-WAIT: a small record that repeats the last ACK until 2MSL are
/// over.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.6.1 RFC 9293 §3.6.1
public final class TimeWait implements Endpoint {
  /// What the stack does with the segment that arrived.
  public enum Reaction {
    /// Nothing more; an ACK may come out of [#pollTransmit].
    HANDLED,
    /// A newer SYN: forget the record and give the segment to the listener, if there is
    /// one.
    REOPEN
  }

  private TimeWait() {}

  public Reaction onSegment(Segment in, long nowNanos) {
    return Reaction.HANDLED;
  }

  /// The record is over: [#expired] says so from now on.
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

  public boolean expired() {
    return false;
  }

  public FourTuple tuple() {
    throw new UnsupportedOperationException();
  }
}
