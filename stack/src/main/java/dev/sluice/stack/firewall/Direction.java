package dev.sluice.stack.firewall;

/// Which way a packet goes.
public enum Direction {
  /// From the link to this host.
  IN("in"),
  /// From this host to the link.
  OUT("out");

  private final String word;

  Direction(String word) {
    this.word = word;
  }

  /// The word that names it in a file of rules.
  public String word() {
    return word;
  }
}
