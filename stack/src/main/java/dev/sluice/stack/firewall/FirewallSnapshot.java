package dev.sluice.stack.firewall;

import java.util.List;

/// What the rules of a host have done so far.
///
/// @param firewall the rules
/// @param rules what each of them has done, in their order
/// @param bogons packets dropped as bogons
/// @param defaultIn packets inward that no rule spoke of
/// @param defaultOut segments outward that no rule spoke of
public record FirewallSnapshot(
    Firewall firewall, List<Line> rules, Line bogons, Line defaultIn, Line defaultOut) {

  /// One rule or default.
  ///
  /// @param line where it is written, 0 if nowhere
  /// @param text the rule
  /// @param packets how many it has spoken of
  /// @param octets how many they had
  public record Line(int line, String text, long packets, long octets) {}
}
