package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.TcpSettings;

/// One segment more for each window acknowledged, and half of it after a loss.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5681#section-3 RFC 5681 §3
public final class NewReno extends LossBased {
  private long ackedInAvoidance;

  /// @param settings of the stack
  /// @param mss octets of text per segment
  public NewReno(TcpSettings settings, int mss) {
    super(settings, mss);
  }

  @Override
  public CongestionAlgorithm algorithm() {
    return CongestionAlgorithm.NEW_RENO;
  }

  /// Counts octets, not ACKs (RFC 3465 §2.1).
  @Override
  void avoid(AckSample ack) {
    ackedInAvoidance += ack.ackedBytes;
    if (ackedInAvoidance >= cwnd()) {
      ackedInAvoidance -= cwnd();
      grow(mss());
    }
  }

  @Override
  void rescale(double factor) {
    // it counts octets, not segments
  }

  @Override
  void passTime(long nowNanos) {
    // it counts octets, not time
  }

  /// RFC 5681 (4).
  @Override
  long reduced(long tried) {
    return tried / 2;
  }

  @Override
  void beforeReduction(long nowNanos) {
    ackedInAvoidance = 0;
  }

  @Override
  void beforeTimeout(long nowNanos) {
    ackedInAvoidance = 0;
  }

  @Override
  boolean isReduced() {
    return true;
  }

  @Override
  void undoReduction(long nowNanos) {
    ackedInAvoidance = 0;
  }

  @Override
  void keepAvoidance(Archive archive) {
    ackedInAvoidance = archive.keep(ackedInAvoidance);
  }
}
