package dev.sluice.lab.plan;

/// What may be varied in an experiment.
///
/// @param name as on the command line, without dashes: `isn`
/// @param label what its value looks like, `MS`; empty for a switch that is on or off
/// @param usual its value unless told otherwise; for a switch `false`
/// @param description one line for people
public record Setting(String name, String label, String usual, String description) {
  /// A switch, off unless told otherwise.
  public static Setting flag(String name, String description) {
    return new Setting(name, "", "false", description);
  }

  /// Whether it is on or off and has no value beside that.
  public boolean isFlag() {
    return label.isEmpty();
  }
}
