package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.TcpSettings;

/// Whether data is acknowledged without delay because its sender is likely to be in slow
/// start: at the beginning and after a pause. A sender that counts ACKs gets on twice as
/// fast then.
///
/// It ends after [TcpSettings#quickAcksAtStart] ACKs, or as soon as the user answers:
/// then the answer carries the ACK.
final class QuickAcks {
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final TcpSettings settings;
  private int left;
  private boolean interactive;
  private long lastDataNanos = NEVER;
  private long lastHeardNanos = NEVER; // of data, or of the answer to our SYN

  QuickAcks(TcpSettings settings) {
    this.settings = settings;
  }

  /// Data came in order.
  void onData(long nowNanos) {
    if (nowNanos - lastDataNanos > settings.initialRtoNanos) {
      left = settings.quickAcksAtStart;
    }
    lastDataNanos = nowNanos;
    lastHeardNanos = nowNanos;
  }

  /// The peer answered our SYN.
  void onSynAcked(long nowNanos) {
    lastHeardNanos = nowNanos;
  }

  /// Data goes out: is it an answer?
  void onDataSent(long nowNanos) {
    interactive |= nowNanos - lastHeardNanos < settings.delayedAckNanos;
  }

  /// The delay ran out without an answer.
  void onDelayOver() {
    interactive = false;
  }

  /// An ACK went out.
  void onAckSent() {
    left = Math.max(0, left - 1);
  }

  /// Whether data is to be acknowledged now.
  boolean areDue() {
    return left > 0 && !interactive;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    left = archive.keep(left);
    interactive = archive.keep(interactive);
    lastDataNanos = archive.keepTime(lastDataNanos, NEVER);
    lastHeardNanos = archive.keepTime(lastHeardNanos, NEVER);
  }
}
