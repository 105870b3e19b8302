package dev.sluice.stack.firewall;

/// Whole numbers as people write them.
final class Numbers {
  private Numbers() {}

  /// The number that a text is.
  ///
  /// @return -1 if it is none, or above `most`
  static int parse(String text, int most) {
    long number = text.isEmpty() ? -1 : 0;
    for (int i = 0; i < text.length() && number >= 0; i++) {
      int digit = text.charAt(i) - '0';
      number = digit < 0 || digit > 9 ? -1 : number * 10 + digit;
      if (number > most) {
        number = -1;
      }
    }
    return (int) number;
  }
}
