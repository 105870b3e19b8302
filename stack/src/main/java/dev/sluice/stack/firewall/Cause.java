package dev.sluice.stack.firewall;

/// Why a packet did not pass.
public enum Cause {
  /// Nothing stopped it.
  NONE("passed"),
  /// A rule says so.
  RULE("a rule"),
  /// No rule speaks of it, and the default says so.
  DEFAULT("the default"),
  /// Its source cannot be where it claims to be.
  BOGON("an impossible source address"),
  /// Too many new ones in too short a time.
  NEW_RATE("the limit on new connections"),
  /// Too many handshakes that were not completed.
  HALF_OPEN("the limit on half-open connections"),
  /// Too many connections at once.
  CONNECTIONS("the limit on connections");

  private final String text;

  Cause(String text) {
    this.text = text;
  }

  /// The cause in words, for people.
  public String text() {
    return text;
  }
}
