package dev.sluice.link;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a bad wire does to the packets that come out of it.
///
/// Start from [#NONE] and say what is to be different:
/// `Impairments.NONE.withDelay(20_000_000).withLoss(0.01)`. Probabilities are 0 to 1, for
/// each packet by itself.
///
/// @param delayNanos how long each packet is under way
/// @param jitterNanos what is added at most, evenly spread; it never changes the order
/// @param loss the probability that a packet is lost
/// @param reorder the probability that a packet is held back, so that later ones overtake
/// @param heldBackNanos how long such a packet is held back at most, 1 or more
/// @param duplicate the probability that a packet arrives twice
/// @param corrupt the probability that one bit of a packet is flipped
/// @param rate the bandwidth and its queue; null for no limit
/// @param burstLoss losses that come together; null for none
public record Impairments(
    long delayNanos,
    long jitterNanos,
    double loss,
    double reorder,
    long heldBackNanos,
    double duplicate,
    double corrupt,
    @Nullable Rate rate,
    @Nullable BurstLoss burstLoss) {
  /// Nothing is done to a packet.
  public static final Impairments NONE = new Impairments(0, 0, 0, 0, 1_000_000, 0, 0, null, null);

  private static final Pattern NUMBER_UNIT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,12})?)(\\D*)");

  /// A bottleneck: packets leave it one behind the other, and wait in a queue before it.
  ///
  /// @param bitsPerSecond the bandwidth
  /// @param queueOctets how much may wait; what comes on top is dropped
  /// @param markOctets a packet that finds more than this waiting gets a congestion mark
  ///     instead of a neighbour, if its sender allows that (RFC 3168 §5); [#NO_MARKS] for
  ///     a queue that only drops
  public record Rate(long bitsPerSecond, long queueOctets, long markOctets) {
    /// A queue that marks nothing.
    public static final long NO_MARKS = Long.MAX_VALUE;

    public Rate {
      if (bitsPerSecond < 1 || queueOctets < 1 || markOctets < 0) {
        throw new IllegalArgumentException("a rate and its queue are 1 or more: " + bitsPerSecond
            + " bit/s, " + queueOctets + ", " + markOctets);
      }
    }

    /// A queue that drops what comes on top, and marks nothing.
    public Rate(long bitsPerSecond, long queueOctets) {
      this(bitsPerSecond, queueOctets, NO_MARKS);
    }

    /// Whether a packet that has to wait this long is to be marked.
    boolean marks(long waitNanos) {
      return markOctets != NO_MARKS && waitNanos > nanosFor(markOctets);
    }

    /// How long `octets` take.
    long nanosFor(long octets) {
      return (long) Math.ceil(octets * 8e9 / bitsPerSecond);
    }
  }

  /// Loss in bursts, by the model of Gilbert and Elliott: the wire is good or bad, and
  /// changes between the two by chance before each packet.
  ///
  /// @param enter the probability that a good wire turns bad
  /// @param leave the probability that a bad wire turns good
  /// @param loss the probability that a packet is lost while the wire is bad
  public record BurstLoss(double enter, double leave, double loss) {
    public BurstLoss {
      requireProbability(enter, "of a burst's start");
      requireProbability(leave, "of a burst's end");
      requireProbability(loss, "of loss in a burst");
    }
  }

  public Impairments {
    if (delayNanos < 0 || jitterNanos < 0 || heldBackNanos < 1) {
      throw new IllegalArgumentException("times are not negative, and holding back takes some: "
          + delayNanos + ", " + jitterNanos + ", " + heldBackNanos);
    }
    requireProbability(loss, "of loss");
    requireProbability(reorder, "of reordering");
    requireProbability(duplicate, "of duplication");
    requireProbability(corrupt, "of corruption");
  }

  private static void requireProbability(double value, String of) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("a probability " + of + " is 0 to 1: " + value);
    }
  }

  /// Whether nothing at all is done to packets.
  public boolean isNone() {
    return delayNanos == 0
        && jitterNanos == 0
        && loss == 0
        && reorder == 0
        && duplicate == 0
        && corrupt == 0
        && rate == null
        && burstLoss == null;
  }

  public Impairments withDelay(long nanos) {
    return new Impairments(
        nanos, jitterNanos, loss, reorder, heldBackNanos, duplicate, corrupt, rate, burstLoss);
  }

  public Impairments withJitter(long nanos) {
    return new Impairments(
        delayNanos, nanos, loss, reorder, heldBackNanos, duplicate, corrupt, rate, burstLoss);
  }

  public Impairments withLoss(double probability) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        probability,
        reorder,
        heldBackNanos,
        duplicate,
        corrupt,
        rate,
        burstLoss);
  }

  public Impairments withReorder(double probability) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        loss,
        probability,
        heldBackNanos,
        duplicate,
        corrupt,
        rate,
        burstLoss);
  }

  public Impairments withHeldBack(long nanos) {
    return new Impairments(
        delayNanos, jitterNanos, loss, reorder, nanos, duplicate, corrupt, rate, burstLoss);
  }

  public Impairments withDuplicate(double probability) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        loss,
        reorder,
        heldBackNanos,
        probability,
        corrupt,
        rate,
        burstLoss);
  }

  public Impairments withCorrupt(double probability) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        loss,
        reorder,
        heldBackNanos,
        duplicate,
        probability,
        rate,
        burstLoss);
  }

  /// With a bottleneck, or without one (null).
  public Impairments withRate(@Nullable Rate bottleneck) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        loss,
        reorder,
        heldBackNanos,
        duplicate,
        corrupt,
        bottleneck,
        burstLoss);
  }

  /// With loss in bursts, or without (null).
  public Impairments withBurstLoss(@Nullable BurstLoss bursts) {
    return new Impairments(
        delayNanos, jitterNanos, loss, reorder, heldBackNanos, duplicate, corrupt, rate, bursts);
  }

  /// Reads a time as people write it: `20ms`, `1.5s`, `300us`, `80ns`, or `0`.
  ///
  /// @return nanoseconds
  /// @throws IllegalArgumentException with a message for the user
  public static long parseNanos(String text) {
    Matcher parts = NUMBER_UNIT.matcher(text.strip());
    double unit = parts.matches() ? nanosOf(parts.group(2).strip(), parts.group(1)) : -1;
    if (unit < 0) {
      throw new IllegalArgumentException(
          "not a time: '" + text + "' (expected one like 20ms, 1.5s or 300us)");
    }
    return Math.round(Double.parseDouble(parts.group(1)) * unit);
  }

  private static double nanosOf(String unit, String number) {
    return switch (unit) {
      case "s" -> 1e9;
      case "ms" -> 1e6;
      case "us", "µs" -> 1e3;
      case "ns" -> 1;
      case "" -> Double.parseDouble(number) == 0 ? 1 : -1;
      default -> -1;
    };
  }

  /// Reads a share as people write it: `1%`, `0.1%`, or `0`.
  ///
  /// @return a probability, 0 to 1
  /// @throws IllegalArgumentException with a message for the user
  public static double parseProbability(String text) {
    Matcher parts = NUMBER_UNIT.matcher(text.strip());
    double percent = parts.matches() ? Double.parseDouble(parts.group(1)) : -1;
    boolean hasUnit = percent >= 0 && parts.group(2).strip().equals("%");
    boolean bareZero = percent == 0 && parts.group(2).isEmpty();
    if (!(hasUnit || bareZero) || percent > 100) {
      throw new IllegalArgumentException(
          "not a share: '" + text + "' (expected 0% to 100%, like 1% or 0.1%)");
    }
    return percent / 100;
  }

  /// Reads a bandwidth as people write it: `10mbit`, `1gbit`, `64kbit`, `9600bit`.
  ///
  /// @return bits per second
  /// @throws IllegalArgumentException with a message for the user
  public static long parseBitsPerSecond(String text) {
    Matcher parts = NUMBER_UNIT.matcher(text.strip().toLowerCase(Locale.ROOT));
    double unit = parts.matches() ? bitsOf(parts.group(2).strip()) : -1;
    long bits = unit < 0 ? 0 : Math.round(Double.parseDouble(parts.group(1)) * unit);
    if (bits < 1) {
      throw new IllegalArgumentException(
          "not a bandwidth: '" + text + "' (expected one like 10mbit, 1gbit or 64kbit)");
    }
    return bits;
  }

  private static double bitsOf(String unit) {
    return switch (unit) {
      case "bit" -> 1;
      case "kbit" -> 1e3;
      case "mbit" -> 1e6;
      case "gbit" -> 1e9;
      default -> -1;
    };
  }
}
