package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.TcpSettings;

/// Decides the congestion window. Told what happened, never looks by itself.
///
/// What is in flight is reckoned as RFC 6675 does ("pipe"): octets sent, less what is
/// known to have left the network. So the window is not inflated during recovery;
/// [#cwnd] is the real one. All amounts are octets.
public sealed interface CongestionControl permits LossBased, LiveControl {
  /// What tells of congestion.
  enum Cause {
    /// Something was lost (RFC 5681 §3.2).
    LOSS,
    /// A router marked a packet (RFC 3168 §6.1.2).
    ECN
  }

  /// The control that a connection starts with.
  ///
  /// @param algorithm which
  /// @param mss octets of text per segment
  static CongestionControl of(CongestionAlgorithm algorithm, TcpSettings settings, int mss) {
    return LossBased.of(algorithm, settings, mss);
  }

  /// New octets were acknowledged outside loss recovery.
  void onAck(AckSample ack);

  /// New text went out.
  ///
  /// @param inFlight what is in flight now
  /// @param una position of SND.UNA
  /// @param nxt position of SND.NXT
  void onSent(int inFlight, long una, long nxt, long nowNanos);

  /// Congestion was told, for the first time since what is in flight was sent.
  ///
  /// What the window and the threshold were is remembered for [#undo]. The window is
  /// [#ssthresh] at once, unless somebody reduces it bit by bit (RFC 9937) by
  /// [#setCwnd].
  ///
  /// @param flightSize octets outstanding
  void onCongestion(Cause cause, int flightSize, long nowNanos);

  /// The window as loss recovery wants it, until [#onRecovered].
  void setCwnd(long octets);

  /// Loss recovery is over (RFC 6582 §3.2 step 3, full acknowledgment; RFC 9937).
  ///
  /// @param flightSize octets outstanding
  void onRecovered(int flightSize, long nowNanos);

  /// The retransmission timer expired for the first time for these octets (RFC 5681
  /// §3.1). What was is remembered for [#undo].
  ///
  /// @param flightSize octets outstanding
  void onTimeout(int flightSize, long nowNanos);

  /// The last [#onCongestion] or [#onTimeout] was a mistake: what was sent had arrived
  /// (RFC 4015, RFC 9438 §4.9). Does nothing without one.
  void undo(long nowNanos);

  /// Text is about to be sent after a pause in which nothing was outstanding (RFC 5681
  /// §4.1, RFC 7661).
  ///
  /// @param idleNanos since text was last sent, more than the RTO
  void onIdle(long idleNanos, long nowNanos);

  /// The SYN or SYN-ACK had to be sent again (RFC 5681 §3.1: IW is one segment then).
  void onHandshakeLoss();

  /// Segments are of another size now.
  void onMssChanged(int mss);

  /// Which rules these are.
  CongestionAlgorithm algorithm();

  /// What stays of it while the connection sleeps.
  void keep(Archive archive);

  /// Congestion window.
  long cwnd();

  /// Slow-start threshold, [Long#MAX_VALUE] until the first loss.
  long ssthresh();

  /// Whether the window is below the threshold.
  default boolean inSlowStart() {
    return cwnd() < ssthresh();
  }

  /// How much faster than a window in each round trip to send where sending is paced, in
  /// percent.
  int pacingPercent();
}
