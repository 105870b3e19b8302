package dev.sluice.tcp.listen;

import dev.sluice.tcp.ecn.SynEcn;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// A peer in SYN-RECEIVED: what its SYN said and what we answered.
///
/// One object serves for all of them, one after the other: [SynCache] fills it from its
/// tables and puts it back. It is valid until the next call that hands one out.
public final class HalfOpen {
  /// A peer that asks for a larger shift gets this one (RFC 7323 §2.3).
  private static final int MAX_SHIFT = 14;

  /// Two repeats and more are all the same to what is sent (RFC 9768 §3.2.3.2.2).
  private static final int MANY = 3;

  long localHigh;
  long localLow;
  long remoteHigh;
  long remoteLow;
  int localPort;
  int remotePort;
  int irs;
  int iss;
  int window;
  int peerMss;
  int userTimeout;
  int peerShift;
  boolean timestamps;
  int tsRecent;
  boolean sackPermitted;
  final SynEcn ecn = new SynEcn();
  int timeouts;
  int repeats;
  boolean cookieDue;
  boolean cookieExperimental;
  boolean synAckDue;
  boolean ackDue;
  boolean sentBefore;
  boolean repeated;
  boolean acknowledged;
  boolean numbered;
  boolean above;
  long sentNanos;
  /// Its place in the tables, or -1.
  int slot = -1;

  /// The peer that sent this segment; nothing else is known.
  void address(Segment in) {
    localHigh = in.destinationHigh;
    localLow = in.destinationLow;
    remoteHigh = in.sourceHigh;
    remoteLow = in.sourceLow;
    localPort = in.destinationPort;
    remotePort = in.sourcePort;
    slot = -1;
    timeouts = 0;
    repeats = 0;
    cookieDue = false;
    cookieExperimental = false;
    synAckDue = false;
    ackDue = false;
    sentBefore = false;
    repeated = false;
    acknowledged = false;
    numbered = false;
    above = false;
    sentNanos = 0;
  }

  /// A peer that sent this SYN. Its numbers are still to be chosen.
  ///
  /// @param withTimestamps whether both ends want them
  /// @param mostEcn the most congestion notification that we grant
  void onSyn(Segment syn, boolean withTimestamps, EcnMode mostEcn) {
    address(syn);
    timestamps = withTimestamps;
    irs = syn.seq;
    window = syn.window;
    peerMss = syn.mss;
    userTimeout = syn.userTimeout;
    peerShift = Math.min(MAX_SHIFT, syn.windowScale);
    tsRecent = withTimestamps ? syn.tsVal : 0;
    sackPermitted = syn.sackPermitted;
    ecn.onSyn(syn, mostEcn);
  }

  /// Our initial sequence number.
  ///
  /// @param cookie whether it is a cookie, and so is the timestamp offset
  void number(int iss, boolean cookie) {
    this.iss = iss;
    numbered = cookie;
    above = false;
  }

  /// Our number has to rise above those of a TIME-WAIT, and is no cookie then, so that
  /// the entry must not be forgotten lightly.
  ///
  /// @param least what it has to be at least
  public void riseTo(int least) {
    if (Seq.lt(iss, least)) {
      iss = least;
      above = true;
    }
  }

  /// Whether the SYN-ACK, rather than an ACK, is due; whatever is due is being sent now.
  boolean takeSynAckDue() {
    boolean synAck = synAckDue;
    synAckDue = false;
    ackDue = false;
    return synAck;
  }

  /// Our SYN-ACK went out.
  void onSent(long nowNanos) {
    repeated |= sentBefore;
    sentBefore = true;
    sentNanos = nowNanos;
  }

  /// Nobody answered our SYN-ACK in time.
  ///
  /// @param again whether it is sent again
  void onTimeout(boolean again) {
    timeouts++;
    if (again && repeats < MANY) {
      repeats++;
    }
  }

  /// The peer gets a fast open cookie with our SYN-ACK.
  ///
  /// @param experimental the form it asked in
  public void giveCookie(boolean experimental) {
    cookieDue = true;
    cookieExperimental = experimental;
  }

  /// Whether the SYN-ACK is to carry a fast open cookie.
  boolean isCookieDue() {
    return cookieDue;
  }

  /// Both sockets, as an object of its own.
  public FourTuple tuple() {
    return new FourTuple(
        new IpAddress(localHigh, localLow),
        localPort,
        new IpAddress(remoteHigh, remoteLow),
        remotePort);
  }

  /// Both ports in a word, ours in bits 16 to 31.
  long ports() {
    return (long) localPort << 16 | remotePort;
  }

  /// Addresses a segment to the peer.
  void addressReply(Segment out) {
    out.sourceHigh = localHigh;
    out.sourceLow = localLow;
    out.destinationHigh = remoteHigh;
    out.destinationLow = remoteLow;
    out.sourcePort = localPort;
    out.destinationPort = remotePort;
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

  /// How often the peer let our SYN-ACK's time run out.
  public int timeouts() {
    return timeouts;
  }

  /// Whether our SYN-ACK was sent again because nobody answered.
  public boolean wasLost() {
    return repeats > 0;
  }

  /// Whether our SYN-ACK was sent more than once, for whatever reason.
  public boolean isRepeated() {
    return repeated;
  }

  /// Whether our number is a cookie.
  public boolean isCookie() {
    return numbered && !above;
  }

  /// When our SYN-ACK was last sent.
  public long sentNanos() {
    return sentNanos;
  }
}
