package dev.sluice.sim.law;

/// A law that does not hold: the seed, the case as it was found, and a simpler one.
public final class LawBroken extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final transient Seed seed;
  private final String simplest;

  LawBroken(Seed seed, String found, String simplest, Throwable failure) {
    super(
        "fails for " + seed + "; replay with -D" + Law.REPLAY_PROPERTY + "=" + seed.value()
            + "\n  simplest: " + simplest + "\n  found:    " + found + "\n  because:  "
            + failure,
        failure);
    this.seed = seed;
    this.simplest = simplest;
  }

  /// The seed that found the case.
  public Seed seed() {
    return seed;
  }

  /// The simplest failing case, as text.
  public String simplest() {
    return simplest;
  }
}
