package dev.sluice.packetdrill.language;

/// A place in a script.
///
/// @param line 1 for the first
/// @param column 1 for the first character of a line
public record Position(int line, int column) {
  @Override
  public String toString() {
    return line + ":" + column;
  }
}
