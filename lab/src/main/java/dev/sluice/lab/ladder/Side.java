package dev.sluice.lab.ladder;

import java.util.Locale;

/// One end of a diagram.
public enum Side {
  /// On the left.
  CLIENT,
  /// On the right.
  SERVER;

  /// The one at the other end.
  public Side other() {
    return this == CLIENT ? SERVER : CLIENT;
  }

  /// `client` or `server`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
