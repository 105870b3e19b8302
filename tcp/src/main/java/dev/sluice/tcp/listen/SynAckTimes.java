package dev.sluice.tcp.listen;

import dev.sluice.tcp.tcb.TcpSettings;

/// When a SYN-ACK that nobody answers is sent again, and when its peer is forgotten: the
/// SYN timeout.
///
/// The first wait is the RTO before a sample, each other twice the one before. With five
/// retries of 1 s these are 1, 2, 4, 8, 16 and 32 s, 63 s in all. A SYN timeout that is
/// set by itself cuts or stretches the last wait.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4987#section-3.3 RFC 4987 §3.3
final class SynAckTimes {
  /// The waits that can be told apart.
  static final int LEVELS = 32;

  private final TcpSettings settings;

  SynAckTimes(TcpSettings settings) {
    this.settings = settings;
  }

  /// How long to wait after so many waits in vain.
  long waitNanos(int level) {
    long natural = naturalNanos(level);
    if (settings.synTimeoutNanos == 0 || level != last()) {
      return natural;
    }
    long waited = waitedNanos(level);
    return Math.max(1, settings.synTimeoutNanos - waited);
  }

  private long naturalNanos(int level) {
    long most = settings.maxRtoNanos;
    long first = settings.initialRtoNanos;
    return first > most >> level ? most : first << level;
  }

  /// What all waits before this one are together.
  private long waitedNanos(int level) {
    long sum = 0;
    for (int i = 0; i < level; i++) {
      sum += naturalNanos(i);
    }
    return sum;
  }

  /// After how many waits in vain the next is the last: then the peer is forgotten.
  int last() {
    int retries = Math.min(LEVELS - 1, settings.synAckRetries);
    if (settings.synTimeoutNanos == 0) {
      return retries;
    }
    long waited = 0;
    for (int level = 0; level < retries; level++) {
      waited += naturalNanos(level);
      if (waited >= settings.synTimeoutNanos) {
        return level;
      }
    }
    return retries;
  }

  /// How many waits this time takes, rounded up.
  int waitsIn(long nanos) {
    int level = 0;
    for (long waited = 0; waited < nanos && level < LEVELS - 1; level++) {
      waited += naturalNanos(level);
    }
    return level;
  }
}
