package dev.sluice.packetdrill.run;

/// How a script ended.
public enum Verdict {
  /// The host did what the script says, with the settings it has by itself.
  PASS("PASS"),
  /// It did not, or the script is not in the language.
  FAIL("FAIL"),
  /// It did with the settings of a [Profile], and not without them.
  PASS_WITH_PROFILE("PASS-WITH-PROFILE"),
  /// The script asks for something that is not here; the reason names it.
  NOT_RUN("NOT-RUN");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /// Whether the script passed, with a profile or without.
  public boolean passed() {
    return this == PASS || this == PASS_WITH_PROFILE;
  }

  @Override
  public String toString() {
    return text;
  }
}
