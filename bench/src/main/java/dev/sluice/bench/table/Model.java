package dev.sluice.bench.table;

import dev.sluice.tcp.tcb.CongestionAlgorithm;

/// What the literature says of the window that a control keeps up when packets are lost
/// by chance.
///
/// | control | average window in segments | where |
/// |---|---|---|
/// | NewReno | √(3 / 2p) | Mathis et al. 1997, RFC 9438 §5.1 with α = 1, β = ½ |
/// | CUBIC | the larger of 1.054 RTT^¾ / p^¾ and what NewReno keeps up | RFC 9438 §5.1, §4.3 |
///
/// `p` is loss events per packet; all that is lost within one round trip is one event.
final class Model {
  private Model() {}

  /// The average window.
  ///
  /// @param event loss events per packet, above 0
  /// @return segments
  static double window(CongestionAlgorithm control, double rttSeconds, double event) {
    double reno = Math.sqrt(1.5 / event);
    if (control == CongestionAlgorithm.NEW_RENO) {
      return reno;
    }
    return Math.max(reno, cubic(rttSeconds, event));
  }

  /// Whether CUBIC is beyond the region where it does as Reno would.
  static boolean isCubic(CongestionAlgorithm control, double rttSeconds, double event) {
    return control == CongestionAlgorithm.CUBIC
        && cubic(rttSeconds, event) > Math.sqrt(1.5 / event);
  }

  private static double cubic(double rttSeconds, double event) {
    return 1.054 * Math.pow(rttSeconds / event, 0.75);
  }
}
