package dev.sluice.stack.firewall;

/// What a rule does with a packet that it speaks of.
public enum Action {
  /// It passes, within the rule's limits.
  ALLOW("allow"),
  /// It vanishes; its sender hears nothing.
  DROP("drop"),
  /// It vanishes and its sender is told: TCP by RST, all else by an ICMP error.
  REJECT("reject");

  private final String word;

  Action(String word) {
    this.word = word;
  }

  /// The word that names it in a file of rules.
  public String word() {
    return word;
  }
}
