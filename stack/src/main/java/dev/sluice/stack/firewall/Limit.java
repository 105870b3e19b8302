package dev.sluice.stack.firewall;

import dev.sluice.wire.IpAddress;

/// How much an `allow` allows each source.
///
/// @param kind of what
/// @param amount how many; of [Kind#NEW] in each period
/// @param periodNanos of [Kind#NEW] the period, else 0
/// @param burst of [Kind#NEW] how many at once, else 0
/// @param grouping whose packets are counted together
public record Limit(Kind kind, int amount, long periodNanos, int burst, Grouping grouping) {
  /// What is limited.
  public enum Kind {
    /// Connections begun, datagrams, echo requests: per time.
    NEW("new"),
    /// Handshakes that the peer has not completed: at once.
    HALF_OPEN("half-open"),
    /// Accepted connections: at once.
    CONNECTIONS("connections");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /// The word that names it in a file of rules.
    public String word() {
      return word;
    }
  }

  /// Whose packets are counted together: sources that share so many bits.
  ///
  /// @param v4Bits 0 to 32
  /// @param v6Bits 0 to 128
  public record Grouping(int v4Bits, int v6Bits) {
    /// The networks that usually belong to one customer.
    public static final Grouping PREFIX = new Grouping(24, 64);
    /// Each address by itself.
    public static final Grouping SOURCE = new Grouping(32, 128);
    /// All sources together.
    public static final Grouping ALL = new Grouping(0, 0);

    /// The bits of 128 that an address keeps.
    int bitsOf(long high, long low) {
      if (IpAddress.isV4(high, low)) {
        return v4Bits == 0 ? 0 : 96 + v4Bits; // none at all: together with IPv6
      }
      return v6Bits;
    }
  }

  /// Of [Kind#NEW], from one to the next on average.
  long intervalNanos() {
    return periodNanos / amount;
  }

  /// Of [Kind#NEW], how far ahead of that average a source may be.
  long aheadNanos() {
    long interval = intervalNanos();
    return interval == 0 || burst - 1 <= Long.MAX_VALUE / 4 / interval
        ? interval * (burst - 1)
        : Long.MAX_VALUE / 4;
  }
}
