package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;

/// How often a connection answers what might be an attack: a limit of its own for each
/// connection, so that nobody can read another's traffic from a shared count
/// (CVE-2016-5696).
///
/// @spec https://www.rfc-editor.org/rfc/rfc5961#section-7 RFC 5961 §7
public final class ChallengeAcks {
  /// ACKs in each period, at most; the RFC's example is 10 in 5 s.
  static final int LIMIT = 10;

  static final long PERIOD_NANOS = 5_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private long periodStartNanos = NEVER;
  private int sent;

  /// Whether one more may be sent now; counts it if so.
  public boolean permit(long nowNanos) {
    if (nowNanos - periodStartNanos >= PERIOD_NANOS) {
      periodStartNanos = nowNanos;
      sent = 0;
    }
    if (sent >= LIMIT) {
      return false;
    }
    sent++;
    return true;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    periodStartNanos = archive.keepTime(periodStartNanos, NEVER);
    sent = archive.keep(sent);
  }
}
