package dev.sluice.cli.service;

import org.jspecify.annotations.Nullable;

/// The one range of octets that a request asks for.
///
/// @param first index of the first octet
/// @param last index of the last octet, `first - 1` for a range that nothing satisfies
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2 RFC 9110 §14.1.2
record ByteRange(long first, long last) {
  private static final String UNIT = "bytes=";
  private static final int MAX_DIGITS = 18;

  /// Reads `bytes=0-99`, `bytes=100-` or `bytes=-100`.
  ///
  /// @return null for anything else, several ranges too: then all is sent, as the RFC
  ///     allows
  static @Nullable ByteRange parse(String header, long size) {
    int dash = header.indexOf('-');
    if (!header.startsWith(UNIT) || dash < 0) {
      return null;
    }
    String from = header.substring(UNIT.length(), dash);
    String to = header.substring(dash + 1);
    if (!isNumber(from) || !isNumber(to) || (from.isEmpty() && to.isEmpty())) {
      return null;
    }
    if (from.isEmpty()) {
      long suffix = Math.min(size, Long.parseLong(to));
      return new ByteRange(size - suffix, size - 1);
    }
    long first = Long.parseLong(from);
    if (first >= size) {
      return new ByteRange(first, first - 1);
    }
    long last = to.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(to));
    return last < first ? null : new ByteRange(first, last);
  }

  private static boolean isNumber(String text) {
    return text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  boolean isEmpty() {
    return last < first;
  }

  long length() {
    return last - first + 1;
  }
}
