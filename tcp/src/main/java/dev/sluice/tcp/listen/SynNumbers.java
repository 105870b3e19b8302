package dev.sluice.tcp.listen;

import dev.sluice.tcp.handshake.InitialSequence;

/// The numbers that a half-open peer gets: our initial sequence number, and what our
/// timestamp clock is ahead by.
///
/// Either both follow the clock and the secret alone (RFC 6528, RFC 7323 §5.4), or both
/// are a cookie as well.
public final class SynNumbers {
  private final InitialSequence plain;
  private final SynCookies cookies;

  /// @param plain numbers that are no cookies
  /// @param cookies numbers that are
  public SynNumbers(InitialSequence plain, SynCookies cookies) {
    this.plain = plain;
    this.cookies = cookies;
  }

  /// The peer gets a number that is no cookie.
  public void choosePlain(HalfOpen entry, long nowNanos) {
    int iss = plain.iss(
        entry.localHigh,
        entry.localLow,
        entry.remoteHigh,
        entry.remoteLow,
        entry.ports(),
        nowNanos);
    entry.number(iss, false);
  }

  /// The peer gets a cookie.
  public void chooseCookie(HalfOpen entry, long nowNanos) {
    entry.number(cookies.iss(entry, nowNanos), true);
  }

  /// What our timestamp clock is ahead by for this peer.
  public int timestampOffset(HalfOpen entry) {
    return entry.numbered
        ? cookies.timestampOffset(entry)
        : plain.timestampOffset(
            entry.localHigh, entry.localLow, entry.remoteHigh, entry.remoteLow, entry.ports());
  }
}
