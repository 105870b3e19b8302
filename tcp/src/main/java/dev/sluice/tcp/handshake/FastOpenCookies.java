package dev.sluice.tcp.handshake;

import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.FastOpenKey;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import dev.sluice.wire.SipHash;
import org.jspecify.annotations.Nullable;

/// The cookies a listener gives out: SipHash of the peer's and our address under a
/// secret key, eight octets. Nothing is remembered of a peer; who cannot receive at an
/// address has no cookie for it.
///
/// Two keys are good at any time: the one that makes cookies, and one of before. Either
/// the user sets them, or the stack's own follow the clock. The octets are those that
/// Linux makes with the same key, so that a server farm may have both.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7413#section-4.1.2 RFC 7413 §4.1.2
public final class FastOpenCookies {
  /// Octets of a cookie.
  private static final int LENGTH = 8;

  /// What a cookie is worth.
  public enum Verdict {
    /// Made with the key of now.
    GOOD,
    /// Made with the key of before: good, but the peer should get another.
    OLD,
    /// Not one of ours, or too old.
    BAD
  }

  private final InitialSequence secret;
  private final TcpSettings settings;
  private final ConnectionOptions options;
  private final Maker current = new Maker();
  private final Maker previous = new Maker();
  private long period = Long.MIN_VALUE;
  private @Nullable FastOpenKey ownKey;
  private @Nullable FastOpenKey ownPreviousKey;

  /// @param secret where the stack's own keys come from
  /// @param settings the stack's keys
  /// @param options the listener's keys, which go before the stack's
  public FastOpenCookies(InitialSequence secret, TcpSettings settings, ConnectionOptions options) {
    this.secret = secret;
    this.settings = settings;
    this.options = options;
  }

  /// The cookie of a peer as a number, its first octet lowest.
  public long cookie(FourTuple tuple, long nowNanos) {
    follow(nowNanos);
    return current.cookie(tuple);
  }

  /// What the cookie of a SYN is worth.
  public Verdict judge(FourTuple tuple, Segment syn, long nowNanos) {
    if (syn.fastOpenLength != LENGTH) {
      return Verdict.BAD;
    }
    follow(nowNanos);
    long shown = 0;
    for (int i = LENGTH - 1; i >= 0; i--) {
      shown = shown << 8 | (syn.fastOpenCookie[i] & 0xff);
    }
    if (shown == current.cookie(tuple)) {
      return Verdict.GOOD;
    }
    return previous.hasKey() && shown == previous.cookie(tuple) ? Verdict.OLD : Verdict.BAD;
  }

  /// Puts a cookie on a SYN-ACK.
  ///
  /// @param experimental the form the peer asked in
  public static void write(long cookie, boolean experimental, Segment out) {
    out.fastOpenLength = LENGTH;
    out.fastOpenExperimental = experimental;
    for (int i = 0; i < LENGTH; i++) {
      out.fastOpenCookie[i] = (byte) (cookie >>> (8 * i));
    }
  }

  private void follow(long nowNanos) {
    if (options.fastOpenKey != null) {
      current.key(options.fastOpenKey);
      previous.key(options.fastOpenBackupKey);
    } else if (settings.fastOpenKey != null) {
      current.key(settings.fastOpenKey);
      previous.key(settings.fastOpenBackupKey);
    } else {
      followClock(nowNanos / settings.fastOpenKeyLifeNanos);
    }
  }

  private void followClock(long now) {
    if (now != period) {
      period = now;
      ownKey = secret.fastOpenKey(now);
      ownPreviousKey = secret.fastOpenKey(now - 1);
    }
    current.key(ownKey);
    previous.key(ownPreviousKey);
  }

  /// A key at work.
  private static final class Maker {
    private @Nullable FastOpenKey key;
    private @Nullable SipHash hash;

    void key(@Nullable FastOpenKey wanted) {
      if (wanted == null) {
        key = null;
        hash = null;
      } else if (!wanted.equals(key)) {
        key = wanted;
        hash = new SipHash(wanted.first(), wanted.second());
      }
    }

    boolean hasKey() {
      return hash != null;
    }

    /// The hash of the addresses in the order of a packet from the peer.
    long cookie(FourTuple tuple) {
      SipHash by = hash;
      if (by == null) {
        throw new AssertionError("no key");
      }
      IpAddress from = tuple.remote();
      IpAddress to = tuple.local();
      if (tuple.isV4()) {
        long low = Integer.reverseBytes(from.v4Bits()) & 0xffff_ffffL;
        return by.begin()
            .add((long) Integer.reverseBytes(to.v4Bits()) << 32 | low)
            .finish();
      }
      return by.begin()
          .add(Long.reverseBytes(from.high()))
          .add(Long.reverseBytes(from.low()))
          .add(Long.reverseBytes(to.high()))
          .add(Long.reverseBytes(to.low()))
          .finish();
    }
  }
}
