package dev.sluice.lab.page;

/// The signs that diagrams are drawn with.
public enum Glyphs {
  /// For everybody whose terminal knows more than ASCII.
  UNICODE("─", "►", "◄", "✗", "···", " ▁▂▃▄▅▆▇█"),
  /// For the others.
  ASCII("-", ">", "<", "X", "...", " .:-=+*#@");

  private final String line;
  private final String right;
  private final String left;
  private final String lost;
  private final String dots;
  private final String levels;

  Glyphs(String line, String right, String left, String lost, String dots, String levels) {
    this.line = line;
    this.right = right;
    this.left = left;
    this.lost = lost;
    this.dots = dots;
    this.levels = levels;
  }

  /// A piece of a horizontal line.
  public String line(int length) {
    return line.repeat(Math.max(0, length));
  }

  /// The head of an arrow to the right.
  public String right() {
    return right;
  }

  /// The head of an arrow to the left.
  public String left() {
    return left;
  }

  /// Where something gets lost.
  public String lost() {
    return lost;
  }

  /// Three characters: it is still under way.
  public String dots() {
    return dots;
  }

  /// A bar of one character for a share from 0 to 1; only 0 is blank.
  public char level(double share) {
    int steps = levels.length() - 1;
    int step = (int) Math.ceil(Math.clamp(share, 0, 1) * steps - 1e-9);
    return levels.charAt(step);
  }

  /// Whether text in these signs needs more than ASCII.
  public boolean isPlain() {
    return this == ASCII;
  }
}
