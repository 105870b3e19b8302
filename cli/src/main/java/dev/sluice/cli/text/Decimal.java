package dev.sluice.cli.text;

/// Decimal numbers in and out, without regular expressions or locales.
final class Decimal {
  private Decimal() {}

  /// Digits with at most one point; NaN for anything else.
  static double parse(String text) {
    int digits = 0;
    int points = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.') {
        points++;
      } else {
        return Double.NaN;
      }
    }
    return digits > 0 && points <= 1 ? Double.parseDouble(text) : Double.NaN;
  }

  /// `1.23`, `12.3`, `123`, `1234`.
  static String threeDigits(double value) {
    if (value < 9.995) {
      return twoPlaces(Math.round(value * 100));
    }
    if (value < 99.95) {
      long tenths = Math.round(value * 10);
      return tenths / 10 + "." + tenths % 10;
    }
    return Long.toString(Math.round(value));
  }

  /// Hundredths as `12.05`.
  static String twoPlaces(long hundredths) {
    long rest = hundredths % 100;
    return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
  }
}
