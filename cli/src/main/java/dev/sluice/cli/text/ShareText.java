package dev.sluice.cli.text;

/// Shares of a whole as people write them: `1%`, `0.1%`, `0.01`.
public final class ShareText {
  private ShareText() {}

  /// Reads a share.
  ///
  /// @return 0 to 1
  /// @throws IllegalArgumentException saying what was expected
  public static double parse(String text) {
    boolean percent = text.endsWith("%");
    double value = Decimal.parse(percent ? text.substring(0, text.length() - 1) : text);
    double share = percent ? value / 100 : value;
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "not a share: '" + text + "' (expected one like 1%, 0.1% or 0.01)");
    }
    return share;
  }
}
