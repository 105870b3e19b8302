package dev.sluice.tcp.listen;

import dev.sluice.tcp.ecn.SynEcn;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import org.jspecify.annotations.Nullable;

/// A peer in SYN-RECEIVED: what its SYN said and what we answered. A record, not a
/// connection.
public final class HalfOpen {
  /// A peer that asks for a larger shift gets this one (RFC 7323 §2.3).
  private static final int MAX_SHIFT = 14;

  final FourTuple tuple;
  final int irs;
  final int iss;
  final int window;
  final int peerMss;
  final int userTimeout;
  final byte peerShift;
  final boolean timestamps;
  final int tsRecent;
  final boolean sackPermitted;
  final SynEcn ecn;
  byte retransmissions;
  boolean cookieDue;
  boolean cookieExperimental;
  boolean synAckDue;
  boolean ackDue;
  boolean removed;
  boolean sentBefore;
  boolean repeated;
  long sentNanos;
  long deadlineNanos;

  @Nullable
  HalfOpen previous;

  @Nullable
  HalfOpen next;

  private HalfOpen(FourTuple tuple, Segment in, int iss, boolean timestamps, EcnMode mostEcn) {
    this.tuple = tuple;
    this.iss = iss;
    this.timestamps = timestamps;
    irs = in.seq;
    window = in.window;
    peerMss = in.mss;
    userTimeout = in.userTimeout;
    peerShift = (byte) Math.min(MAX_SHIFT, in.windowScale);
    tsRecent = timestamps ? in.tsVal : 0;
    sackPermitted = in.sackPermitted;
    ecn = new SynEcn(in, mostEcn);
  }

  /// A peer that sent this SYN.
  ///
  /// @param iss our initial sequence number
  /// @param timestamps whether both ends want them
  /// @param mostEcn the most congestion notification that we grant
  public static HalfOpen fromSyn(
      FourTuple tuple, Segment in, int iss, boolean timestamps, EcnMode mostEcn) {
    return new HalfOpen(tuple, in, iss, timestamps, mostEcn);
  }

  /// Whether the SYN-ACK, rather than an ACK, is due; whatever is due is being sent now.
  public boolean takeSynAckDue() {
    boolean synAck = synAckDue;
    synAckDue = false;
    ackDue = false;
    return synAck;
  }

  /// Our SYN-ACK went out.
  public void onSent(long nowNanos) {
    repeated |= sentBefore;
    sentBefore = true;
    sentNanos = nowNanos;
  }

  /// The peer gets a fast open cookie with our SYN-ACK.
  ///
  /// @param experimental the form it asked in
  public void giveCookie(boolean experimental) {
    cookieDue = true;
    cookieExperimental = experimental;
  }

  /// Whether the SYN-ACK is to carry a cookie.
  public boolean isCookieDue() {
    return cookieDue;
  }

  /// Whether it has the form of the experiment.
  public boolean isCookieExperimental() {
    return cookieExperimental;
  }

  public FourTuple tuple() {
    return tuple;
  }

  /// The peer's initial sequence number.
  public int irs() {
    return irs;
  }

  /// Ours.
  public int iss() {
    return iss;
  }

  /// The window of the SYN, octets.
  public int window() {
    return window;
  }

  /// The peer's MSS option, or [Segment#ABSENT].
  public int peerMss() {
    return peerMss;
  }

  /// The peer's user timeout option, or [Segment#ABSENT].
  public int userTimeout() {
    return userTimeout;
  }

  /// The peer's window scale option, or [Segment#ABSENT].
  public int peerShift() {
    return peerShift;
  }

  /// Whether both ends use timestamps.
  public boolean timestamps() {
    return timestamps;
  }

  /// Whether the peer offered selective acknowledgments.
  public boolean sackPermitted() {
    return sackPermitted;
  }

  /// What the two agree on about congestion marks.
  public SynEcn ecn() {
    return ecn;
  }

  /// TSval of the SYN.
  public int tsRecent() {
    return tsRecent;
  }

  /// How often our SYN-ACK was sent again because nobody answered.
  public int retransmissions() {
    return retransmissions;
  }

  /// Whether our SYN-ACK was sent more than once, for whatever reason.
  public boolean isRepeated() {
    return repeated;
  }

  /// When our SYN-ACK was last sent.
  public long sentNanos() {
    return sentNanos;
  }
}
