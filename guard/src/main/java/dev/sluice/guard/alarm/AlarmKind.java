package dev.sluice.guard.alarm;

import org.jspecify.annotations.Nullable;

/// What an alarm is about.
public enum AlarmKind {
  /// Many SYNs for one listener that nobody follows up (RFC 4987).
  SYN_FLOOD("syn-flood", "SYN flood"),
  /// One source tries many ports, or many of our addresses.
  SCAN("scan", "port scan"),
  /// Many RSTs, to one connection or from one source.
  RESETS("resets", "run of resets"),
  /// Many segments for ports at which nobody listens, from whomever.
  REFUSED("refused", "burst of refused segments"),
  /// Many packets that the firewall stopped.
  FILTERED("filtered", "burst of filtered packets"),
  /// The time of day went another way than the time that passed.
  CLOCK("clock", "jump of the clock");

  private final String text;
  private final String words;

  AlarmKind(String text, String words) {
    this.text = text;
    this.words = words;
  }

  /// Its name in the log and in `--kind`.
  public String text() {
    return text;
  }

  /// Its name in a sentence, without an article.
  public String words() {
    return words;
  }

  /// The kind of that name in the log, or null.
  public static @Nullable AlarmKind of(String text) {
    for (AlarmKind kind : values()) {
      if (kind.text.equals(text)) {
        return kind;
      }
    }
    return null;
  }
}
