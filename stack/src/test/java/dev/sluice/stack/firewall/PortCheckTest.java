package dev.sluice.stack.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PortCheckTest {
  private static PortCheck check(String rules) throws FirewallSyntaxException {
    return new PortCheck(Firewall.parse(rules));
  }

  @Test
  void openPortsThatNoRuleNamesAreTold() throws FirewallSyntaxException {
    assertThat(check("allow in tcp to port 80\nallow in udp to port 7\nallow out tcp to port 9")
            .warnings(List.of(80, 7, 9)))
        .containsExactly(
            "port 7 is open and no rule names it: the default decides (drop)",
            "port 9 is open and no rule names it: the default decides (drop)");
  }

  @Test
  void generalRuleThatDecidesIsNamed() throws FirewallSyntaxException {
    assertThat(check("drop in udp\nallow in from 10.0.0.0/8 # us").warnings(List.of(7)))
        .containsExactly(
            "port 7 is open and no rule names it: line 2 decides (allow in from 10.0.0.0/8)");
  }

  @Test
  void portsThatAreOpenedForNobodyAreTold() throws FirewallSyntaxException {
    assertThat(check("allow in tcp to port 80, 8080, 9000-9010\ndrop in tcp to port 23")
            .warnings(List.of(80)))
        .containsExactly(
            "line 1 opens port 8080, where nobody listens",
            "line 1 opens ports 9000-9010, where nobody listens");
  }

  @Test
  void allIsWellIfEachOpenPortIsNamed() throws FirewallSyntaxException {
    PortCheck check = check("drop in tcp to port 1-10\nallow in to port 7-80");
    assertThat(check.warnings(List.of(7, 80))).isEmpty();
    assertThat(check.naming(7)).map(rule -> rule.origin().line()).containsExactly(1, 2);
    assertThat(check.naming(80)).map(rule -> rule.origin().line()).containsExactly(2);
  }

  @Test
  void rulesThatLetNobodyFinishAHandshakeAreTold() throws FirewallSyntaxException {
    String trap = "line 1 lets SYNs in, but nothing lets in the last segment of their handshake"
        + " (it is 'stray'): leave 'state new' out";
    assertThat(check("allow in tcp to port 80 state new").traps()).containsExactly(trap);
    assertThat(check("allow in tcp to port 80 state new").warnings(List.of(80)))
        .containsExactly(trap);
    assertThat(check("allow in state new\ndrop in tcp\ndefault in allow").traps())
        .containsExactly(trap);
  }

  @Test
  void rulesThatLetBothInAreNoTrap() throws FirewallSyntaxException {
    assertThat(check("allow in tcp to port 80").traps()).isEmpty();
    assertThat(
            check("allow in tcp to port 80 state new\nallow in tcp state stray").traps())
        .isEmpty();
    assertThat(check("allow in tcp to port 80 state new\ndefault in allow").traps())
        .isEmpty();
    assertThat(check("allow out tcp to port 80 state new").traps()).isEmpty();
    assertThat(check("drop in tcp to port 80 state new").traps()).isEmpty();
  }

  @Test
  void hostWithoutRulesIsTold() {
    assertThat(new PortCheck(Firewall.OPEN).warnings(List.of(7)))
        .containsExactly("there are no rules: everybody can reach every port");
    assertThat(new PortCheck(Firewall.OPEN).warnings(List.of())).isEmpty();
  }
}
