package dev.sluice.cli.text;

/// Sizes in octets as people write them: `1500`, `64k`, `4M`, `1G`, powers of 1,024.
public final class SizeText {
  private SizeText() {}

  /// Reads a size of zero or more.
  ///
  /// @throws IllegalArgumentException saying what was expected
  public static long parse(String text) {
    int shift = text.isEmpty() ? 0 : shiftOf(text.charAt(text.length() - 1));
    double value = Decimal.parse(shift == 0 ? text : text.substring(0, text.length() - 1));
    double octets = value * (1L << shift);
    if (!(octets >= 0 && octets < Long.MAX_VALUE / 2.0)) {
      throw new IllegalArgumentException(
          "not a size: '" + text + "' (expected octets, or one like 64k, 4M or 1G)");
    }
    return Math.round(octets);
  }

  private static int shiftOf(char unit) {
    return switch (unit) {
      case 'k', 'K' -> 10;
      case 'm', 'M' -> 20;
      case 'g', 'G' -> 30;
      default -> 0;
    };
  }

  /// `17`, `14.6k`, `1.00M`.
  public static String format(long octets) {
    if (octets < 10_000) {
      return Long.toString(octets);
    }
    if (octets < 1 << 20) {
      return Decimal.threeDigits(octets / 1024.0) + "k";
    }
    if (octets < 1 << 30) {
      return Decimal.threeDigits(octets / 1048576.0) + "M";
    }
    return Decimal.threeDigits(octets / 1073741824.0) + "G";
  }
}
