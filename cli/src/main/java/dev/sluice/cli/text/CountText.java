package dev.sluice.cli.text;

/// Whole numbers within limits, as people write them.
public final class CountText {
  private CountText() {}

  /// Reads a number.
  ///
  /// @throws IllegalArgumentException saying which numbers are possible
  public static long parse(String text, long lowest, long highest) {
    try {
      long number = Long.parseLong(text);
      if (number >= lowest && number <= highest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message
    }
    throw new IllegalArgumentException(
        "a number from " + lowest + " to " + highest + ", and not '" + text + "'");
  }
}
