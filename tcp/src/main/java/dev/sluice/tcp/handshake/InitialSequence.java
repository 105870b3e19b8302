package dev.sluice.tcp.handshake;

import dev.sluice.tcp.tcb.FastOpenKey;
import dev.sluice.tcp.tcb.SynCookieKey;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.SipHash;
import org.jspecify.annotations.Nullable;

/// Initial sequence numbers: a clock of 4 us ticks plus a keyed hash of the four-tuple,
/// so that nobody outside can tell one connection's from another's, and one
/// four-tuple's go up.
///
/// Timestamp offsets come from the same secret (RFC 7323 §5.4). Loop thread only.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6528#section-3 RFC 6528 §3
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.4.1 RFC 9293 §3.4.1
public final class InitialSequence {
  private static final long TICK_NANOS = 4_000L;
  private static final long FOR_NUMBERS = 1;
  private static final long FOR_TIMESTAMPS = 2;
  private static final long FOR_COOKIES = 3;
  private static final long FOR_TABLES = 4;
  private static final long FOR_SYN_COOKIES = 5;

  private final SipHash hash;
  private final @Nullable Integer fixed;

  /// @param key0 first half of a secret of 128 bits
  /// @param key1 second half
  public InitialSequence(long key0, long key1) {
    this(key0, key1, null);
  }

  private InitialSequence(long key0, long key1, @Nullable Integer fixed) {
    hash = new SipHash(key0, key1);
    this.fixed = fixed;
  }

  /// Gives every connection the same number, as the figures of textbooks do. For
  /// simulated networks only: whoever can tell the number can speak for others (RFC 6528
  /// §2).
  ///
  /// @param key0 first half of a secret of 128 bits, for all but the numbers
  /// @param key1 second half
  /// @param iss the number
  public static InitialSequence fixed(long key0, long key1, int iss) {
    return new InitialSequence(key0, key1, iss);
  }

  /// ISS for a connection that starts now.
  public int iss(FourTuple tuple, long nowNanos) {
    return iss(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        ports(tuple),
        nowNanos);
  }

  /// As [#iss(FourTuple, long)].
  ///
  /// @param ports ours in bits 16 to 31, the peer's below
  public int iss(
      long localHigh, long localLow, long remoteHigh, long remoteLow, long ports, long nowNanos) {
    if (fixed != null) {
      return fixed;
    }
    add(localHigh, localLow, remoteHigh, remoteLow);
    return (int) (nowNanos / TICK_NANOS) + (int) finish(FOR_NUMBERS, ports);
  }

  /// What the timestamp clock of this four-tuple is ahead by.
  public int timestampOffset(FourTuple tuple) {
    return timestampOffset(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        ports(tuple));
  }

  /// As [#timestampOffset(FourTuple)].
  ///
  /// @param ports ours in bits 16 to 31, the peer's below
  public int timestampOffset(
      long localHigh, long localLow, long remoteHigh, long remoteLow, long ports) {
    add(localHigh, localLow, remoteHigh, remoteLow);
    return (int) finish(FOR_TIMESTAMPS, ports);
  }

  /// The stack's own key for fast open cookies; another for each period.
  FastOpenKey fastOpenKey(long period) {
    long first = hash.begin().add(FOR_COOKIES << 32).add(period).add(0).finish();
    long second = hash.begin().add(FOR_COOKIES << 32).add(period).add(1).finish();
    return new FastOpenKey(first, second);
  }

  /// Where a table keeps this four-tuple: nobody outside can make many meet in one
  /// place.
  ///
  /// @param ports ours in bits 16 to 31, the peer's below
  public long tableHash(
      long localHigh, long localLow, long remoteHigh, long remoteLow, long ports) {
    add(localHigh, localLow, remoteHigh, remoteLow);
    return finish(FOR_TABLES, ports);
  }

  /// The stack's own secret for SYN cookies.
  public SynCookieKey synCookieKey() {
    long first = hash.hash(FOR_SYN_COOKIES << 32, 0);
    long second = hash.hash(FOR_SYN_COOKIES << 32, 1);
    return new SynCookieKey(first, second);
  }

  private static long ports(FourTuple tuple) {
    return ((long) tuple.localPort() << 16) | tuple.remotePort();
  }

  private void add(long localHigh, long localLow, long remoteHigh, long remoteLow) {
    hash.begin().add(localHigh).add(localLow).add(remoteHigh).add(remoteLow);
  }

  private long finish(long purpose, long ports) {
    return hash.add((purpose << 32) | ports).finish();
  }
}
