package dev.sluice.lab.flood;

/// How fast and how long somebody sends.
///
/// @param rate packets in a second, 1 or more
/// @param beginNanos when it begins
/// @param lastsNanos how long it goes on
record Pace(int rate, long beginNanos, long lastsNanos) {
  long intervalNanos() {
    return 1_000_000_000L / rate;
  }

  long endNanos() {
    return beginNanos + lastsNanos;
  }
}
