package dev.sluice.stack.firewall;

import java.util.List;

/// Rules in their order, and what happens to what none of them speaks of. Never changed:
/// a host takes another one in its place.
///
/// @param rules the first that speaks of a packet decides
/// @param defaultIn for packets that come in
/// @param defaultOut for connections that this host opens
/// @param silentPorts whether a segment or datagram for a port where nobody listens gets
///     no answer
/// @param dropsBogons whether what comes from one of [Bogons] vanishes
/// @param expected sources that are no bogons here
public record Firewall(
    List<Rule> rules,
    Action defaultIn,
    Action defaultOut,
    boolean silentPorts,
    boolean dropsBogons,
    List<Prefix> expected) {
  /// No rules, and everything passes.
  public static final Firewall OPEN =
      new Firewall(List.of(), Action.ALLOW, Action.ALLOW, false, false, List.of());

  public Firewall {
    rules = List.copyOf(rules);
    expected = List.copyOf(expected);
  }

  /// Reads rules in the language of `docs/firewall.md`.
  ///
  /// @throws FirewallSyntaxException with all that is wrong, for people
  public static Firewall parse(String text) throws FirewallSyntaxException {
    return new FirewallParser(text).parse();
  }

  /// Whether everything passes and nothing is counted.
  public boolean isOpen() {
    return rules.isEmpty()
        && defaultIn == Action.ALLOW
        && defaultOut == Action.ALLOW
        && !silentPorts
        && !dropsBogons;
  }

  /// What happens to what no rule speaks of.
  public Action byDefault(Direction direction) {
    return direction == Direction.IN ? defaultIn : defaultOut;
  }

  boolean isBogon(long high, long low) {
    return dropsBogons && Bogons.contains(high, low) && !Bogons.isIn(expected, high, low);
  }

  /// Whether any rule speaks of established packets that go this way.
  boolean judgesEstablished(Direction direction) {
    return rules.stream()
        .anyMatch(rule -> rule.direction() == direction && rule.state() == FlowState.ESTABLISHED);
  }

  boolean limits(Limit.Kind kind) {
    return rules.stream().anyMatch(rule -> rule.limit(kind) != null);
  }
}
