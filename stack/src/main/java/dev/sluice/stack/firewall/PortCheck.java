package dev.sluice.stack.firewall;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Compares the TCP ports that are open on a host with the rules for them.
public final class PortCheck {
  private final Firewall firewall;

  /// @param firewall the rules
  public PortCheck(Firewall firewall) {
    this.firewall = firewall;
  }

  /// The rules that name a port, in their order.
  public List<Rule> naming(int port) {
    List<Rule> naming = new ArrayList<>();
    for (Rule rule : firewall.rules()) {
      if (namesPorts(rule) && rule.destination().containsPort(port)) {
        naming.add(rule);
      }
    }
    return naming;
  }

  private static boolean namesPorts(Rule rule) {
    return rule.direction() == Direction.IN
        && (rule.protocol() == null || rule.protocol() == Protocol.TCP)
        && !rule.destination().ports().isEmpty();
  }

  /// What a person should look at: open ports that no rule names, and ports that a rule
  /// opens but nobody listens on.
  ///
  /// @param open the ports where somebody listens
  public List<String> warnings(Collection<Integer> open) {
    List<String> warnings = new ArrayList<>();
    if (firewall.isOpen()) {
      if (!open.isEmpty()) {
        warnings.add("there are no rules: everybody can reach every port");
      }
      return warnings;
    }
    for (int port : new TreeSet<>(open)) {
      if (naming(port).isEmpty()) {
        warnings.add("port " + port + " is open and no rule names it: " + whoDecides());
      }
    }
    for (Rule rule : firewall.rules()) {
      if (rule.action() == Action.ALLOW && namesPorts(rule)) {
        addIdle(warnings, rule, open);
      }
    }
    warnings.addAll(traps());
    return warnings;
  }

  /// Rules that let SYNs in where nothing lets the last segment of their handshake in,
  /// which is `stray`: nobody will ever connect by them. Ports are compared, addresses
  /// are not.
  public List<String> traps() {
    List<String> traps = new ArrayList<>();
    for (Rule rule : firewall.rules()) {
      boolean letsSynsIn = rule.action() == Action.ALLOW
          && rule.direction() == Direction.IN
          && speaksOfTcp(rule)
          && rule.state() == FlowState.NEW;
      if (letsSynsIn && whatBecomesOfStrays(rule) != Action.ALLOW) {
        traps.add("line " + rule.origin().line() + " lets SYNs in, but nothing lets in the last"
            + " segment of their handshake (it is 'stray'): leave 'state new' out");
      }
    }
    return traps;
  }

  private static boolean speaksOfTcp(Rule rule) {
    return rule.protocol() == null || rule.protocol() == Protocol.TCP;
  }

  private Action whatBecomesOfStrays(Rule opening) {
    List<PortRange> ports = opening.destination().ports();
    for (Rule rule : firewall.rules()) {
      boolean speaksOfStrays = rule.direction() == Direction.IN
          && speaksOfTcp(rule)
          && (rule.state() == null || rule.state() == FlowState.STRAY);
      boolean here = rule.destination().ports().isEmpty()
          || (!ports.isEmpty()
              && rule.destination().containsPort(ports.getFirst().first()));
      if (speaksOfStrays && here) {
        return rule.action();
      }
    }
    return firewall.defaultIn();
  }

  /// What decides of a port that no rule names.
  private String whoDecides() {
    for (Rule rule : firewall.rules()) {
      boolean general = rule.direction() == Direction.IN
          && (rule.protocol() == null || rule.protocol() == Protocol.TCP)
          && rule.destination().ports().isEmpty()
          && rule.state() != FlowState.ESTABLISHED;
      if (general) {
        return "line " + rule.origin().line() + " decides (" + rule.origin().text() + ")";
      }
    }
    return "the default decides (" + firewall.defaultIn().word() + ")";
  }

  private static void addIdle(List<String> warnings, Rule rule, Collection<Integer> open) {
    for (PortRange range : rule.destination().ports()) {
      if (open.stream().noneMatch(range::contains)) {
        String what = range.first() == range.last() ? "port " : "ports ";
        warnings.add(
            "line " + rule.origin().line() + " opens " + what + range + ", where nobody listens");
      }
    }
  }
}
