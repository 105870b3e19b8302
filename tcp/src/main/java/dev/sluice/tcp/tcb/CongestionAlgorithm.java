package dev.sluice.tcp.tcb;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which rules decide how much may be in flight.
public enum CongestionAlgorithm {
  /// RFC 9438.
  CUBIC("cubic"),
  /// RFC 5681 with RFC 6582.
  NEW_RENO("reno");

  private final String socketName;

  CongestionAlgorithm(String socketName) {
    this.socketName = socketName;
  }

  /// The name that TCP_CONGESTION has for it.
  public String socketName() {
    return socketName;
  }

  /// The algorithm of that name, or null; `newreno` is one more name for `reno`.
  public static @Nullable CongestionAlgorithm named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (wanted.equals("newreno")) {
      return NEW_RENO;
    }
    for (CongestionAlgorithm algorithm : values()) {
      if (algorithm.socketName.equals(wanted)) {
        return algorithm;
      }
    }
    return null;
  }
}
