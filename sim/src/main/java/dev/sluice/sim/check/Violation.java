package dev.sluice.sim.check;

import dev.sluice.sim.law.Law;
import dev.sluice.sim.law.Seed;

/// A rule that a host broke.
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final Rule rule;
  private final String facts;
  private final boolean placed;

  /// @param host who broke it
  /// @param nowNanos when
  /// @param details what was seen
  public Violation(Rule rule, String host, long nowNanos, String details) {
    this(
        rule,
        "%s broken by %s at %.6f ms: %s%n  rule: %s%s"
            .formatted(
                rule,
                host,
                nowNanos / 1e6,
                details,
                rule.statement(),
                rule.section().isEmpty() ? "" : " (" + rule.section() + ")"),
        false);
  }

  private Violation(Rule rule, String facts, boolean placed) {
    super(facts);
    this.rule = rule;
    this.facts = facts;
    this.placed = placed;
  }

  /// The rule that was broken.
  public Rule rule() {
    return rule;
  }

  /// The same, with the seed that replays it and what went before.
  public Violation in(Seed seed, String trace) {
    if (placed) {
      return this;
    }
    Violation whole = new Violation(
        rule,
        facts + "\n  world: " + seed + " (a test's own seed: -D" + Law.REPLAY_PROPERTY
            + "=N)\n  before that:\n" + trace,
        true);
    whole.setStackTrace(getStackTrace());
    return whole;
  }
}
