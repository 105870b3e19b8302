package dev.sluice.tcp.handshake;

import dev.sluice.tcp.tcb.FastOpenKey;
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
    if (fixed != null) {
      return fixed;
    }
    return (int) (nowNanos / TICK_NANOS) + (int) hash(tuple, FOR_NUMBERS);
  }

  /// What the timestamp clock of this four-tuple is ahead by.
  public int timestampOffset(FourTuple tuple) {
    return (int) hash(tuple, FOR_TIMESTAMPS);
  }

  /// The stack's own key for fast open cookies; another for each period.
  FastOpenKey fastOpenKey(long period) {
    long first = hash.begin().add(FOR_COOKIES << 32).add(period).add(0).finish();
    long second = hash.begin().add(FOR_COOKIES << 32).add(period).add(1).finish();
    return new FastOpenKey(first, second);
  }

  private long hash(FourTuple tuple, long purpose) {
    long ports = ((long) tuple.localPort() << 16) | tuple.remotePort();
    return hash.begin()
        .add(tuple.local().high())
        .add(tuple.local().low())
        .add(tuple.remote().high())
        .add(tuple.remote().low())
        .add((purpose << 32) | ports)
        .finish();
  }
}
