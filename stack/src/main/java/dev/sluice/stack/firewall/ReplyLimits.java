package dev.sluice.stack.firewall;

import dev.sluice.wire.SipHash;
import org.jspecify.annotations.Nullable;

/// How much a host answers each prefix (/24, /64) that it knows nothing of, so that
/// nobody can make it answer, in masses, somebody else whose address was forged.
///
/// Each prefix has its own budgets and there is none that all share: what one is answered
/// tells nothing of what others were (CVE-2020-25705). A host that answers its own
/// connections does not ask here.
///
/// Memory: 384 KiB, taken when the first answer is due.
public final class ReplyLimits {
  /// What is answered.
  public enum Kind {
    /// A segment that nobody wants.
    RESET,
    /// A packet that cannot be delivered.
    ICMP_ERROR,
    ECHO_REPLY,
    /// A SYN. The budget counts answers that were not followed by a handshake.
    SYN_ACK
  }

  /// A rate that is none.
  public static final int UNLIMITED = 1_000_000_000;

  private static final int PREFIXES = 16_384;
  private static final long SECOND = 1_000_000_000L;

  private final int[] perSecond;
  private final SipHash sip;
  private @Nullable SourceTable table;

  /// @param key0 half of a secret
  /// @param key1 the other half
  /// @param perSecond for each [Kind] in order, how many a second to a prefix and how
  ///     many at once: 0 to [#UNLIMITED]
  /// @throws IllegalArgumentException if a rate is something else
  public ReplyLimits(long key0, long key1, int... perSecond) {
    if (perSecond.length != Kind.values().length) {
      throw new IllegalArgumentException("a rate for each kind, and not " + perSecond.length);
    }
    for (int rate : perSecond) {
      if (rate < 0 || rate > UNLIMITED) {
        throw new IllegalArgumentException("a rate is 0 to 1,000,000,000 a second: " + rate);
      }
    }
    this.perSecond = perSecond.clone();
    sip = new SipHash(key0, key1);
  }

  /// Takes an answer to this address from its prefix's budget.
  ///
  /// @return false: it is used up; do not answer
  public boolean take(Kind kind, long high, long low, long nowNanos) {
    int rate = perSecond[kind.ordinal()];
    if (rate == UNLIMITED || rate == 0) {
      return rate == UNLIMITED;
    }
    long interval = SECOND / rate;
    SourceTable prefixes = table();
    int entry = prefixes.claim(key(kind, high, low), nowNanos);
    return prefixes.take(entry, interval, interval * (rate - 1), nowNanos);
  }

  private SourceTable table() {
    SourceTable known = table;
    if (known == null) {
      known = new SourceTable(PREFIXES);
      table = known;
    }
    return known;
  }

  /// A peer completed the handshake that we answered, so its address was not forged.
  public void onHandshake(long high, long low) {
    int rate = perSecond[Kind.SYN_ACK.ordinal()];
    if (rate == UNLIMITED || rate == 0 || table == null) {
      return;
    }
    int entry = table.find(key(Kind.SYN_ACK, high, low));
    if (entry >= 0) {
      table.giveBack(entry, SECOND / rate);
    }
  }

  private long key(Kind kind, long high, long low) {
    int bits = Limit.Grouping.PREFIX.bitsOf(high, low);
    long key = sip.begin()
        .add(high & Prefix.highMask(bits))
        .add(low & Prefix.lowMask(bits))
        .finish(kind.ordinal(), 1);
    return key == 0 ? 1 : key;
  }
}
