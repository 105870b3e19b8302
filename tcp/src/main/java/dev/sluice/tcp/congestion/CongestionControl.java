package dev.sluice.tcp.congestion;

/// Decides the congestion window. Told what happened, never looks by itself.
///
/// What is in flight is reckoned as RFC 6675 does ("pipe"): octets sent, less what is
/// known to have left the network. So the window is not inflated during recovery;
/// [#cwnd] is the real one. All amounts are octets.
public sealed interface CongestionControl permits NewReno {
  /// New octets were acknowledged outside loss recovery.
  ///
  /// @param acked how many
  /// @param inFlight how many were in flight before this ACK
  void onAck(int acked, int inFlight);

  /// A loss was found by duplicate ACKs: fast retransmit (RFC 5681 §3.2).
  ///
  /// @param flightSize octets outstanding
  void onLoss(int flightSize);

  /// Loss recovery is over (RFC 6582 §3.2 step 3, full acknowledgment).
  void onRecovered(int flightSize);

  /// The retransmission timer expired for the first time for these octets (RFC 5681
  /// §3.1).
  void onTimeout(int flightSize);

  /// The connection was idle for longer than an RTO (RFC 5681 §4.1).
  void onIdle();

  /// The SYN or SYN-ACK had to be sent again (RFC 5681 §3.1: IW is one segment then).
  void onHandshakeLoss();

  /// Segments are of another size now.
  void onMssChanged(int mss);

  /// Congestion window.
  long cwnd();

  /// Slow-start threshold, [Long#MAX_VALUE] until the first loss.
  long ssthresh();
}
