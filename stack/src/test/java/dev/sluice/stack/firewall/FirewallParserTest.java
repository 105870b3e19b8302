package dev.sluice.stack.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirewallParserTest {
  private static Rule rule(String text) throws FirewallSyntaxException {
    return Firewall.parse(text).rules().getFirst();
  }

  private static FirewallSyntaxException mistakeIn(String text) {
    try {
      Firewall.parse(text);
    } catch (FirewallSyntaxException e) {
      return e;
    }
    throw new AssertionError("accepted: " + text);
  }

  // ---- what is accepted

  @Test
  void emptyTextDropsInwardAndAllowsOutward() throws FirewallSyntaxException {
    Firewall firewall = Firewall.parse("\n  \n# nothing\n");
    assertThat(firewall.rules()).isEmpty();
    assertThat(firewall.defaultIn()).isEqualTo(Action.DROP);
    assertThat(firewall.defaultOut()).isEqualTo(Action.ALLOW);
    assertThat(firewall.silentPorts()).isFalse();
    assertThat(firewall.dropsBogons()).isFalse();
    assertThat(firewall.isOpen()).isFalse();
  }

  @Test
  void settingsAreRead() throws FirewallSyntaxException {
    Firewall firewall = Firewall.parse("""
        default in reject
        default out drop   # egress
        closed ports silent
        bogons drop except 198.18.0.0/15, fd00::/8
        """);
    assertThat(firewall.defaultIn()).isEqualTo(Action.REJECT);
    assertThat(firewall.defaultOut()).isEqualTo(Action.DROP);
    assertThat(firewall.silentPorts()).isTrue();
    assertThat(firewall.dropsBogons()).isTrue();
    assertThat(firewall.expected())
        .map(Prefix::toString)
        .containsExactly("198.18.0.0/15", "fd00::/8");
  }

  @Test
  void wholeRuleIsRead() throws FirewallSyntaxException {
    Rule rule = rule("\n  allow in tcp from 198.18.0.0/15, fd5a::1 port 1024-65535 to port 80,443"
        + " state new limit new 50/s burst 100 per /24 limit half-open 20 per source"
        + " limit connections 30 per /20,/56 # web");
    assertThat(rule.action()).isEqualTo(Action.ALLOW);
    assertThat(rule.direction()).isEqualTo(Direction.IN);
    assertThat(rule.protocol()).isEqualTo(Protocol.TCP);
    assertThat(rule.source().prefixes())
        .map(Prefix::toString)
        .containsExactly("198.18.0.0/15", "fd5a::1");
    assertThat(rule.source().ports()).containsExactly(new PortRange(1_024, 65_535));
    assertThat(rule.destination().prefixes()).isEmpty();
    assertThat(rule.destination().ports())
        .containsExactly(new PortRange(80, 80), new PortRange(443, 443));
    assertThat(rule.state()).isEqualTo(FlowState.NEW);
    assertThat(rule.limits())
        .containsExactly(
            new Limit(Limit.Kind.NEW, 50, 1_000_000_000L, 100, new Limit.Grouping(24, 64)),
            new Limit(Limit.Kind.HALF_OPEN, 20, 0, 0, Limit.Grouping.SOURCE),
            new Limit(Limit.Kind.CONNECTIONS, 30, 0, 0, new Limit.Grouping(20, 56)));
    assertThat(rule.origin().line()).isEqualTo(2);
    assertThat(rule.origin().text()).startsWith("allow in tcp").endsWith("per /20,/56");
  }

  @ParameterizedTest
  @CsvSource({
    "50/s per source, 1000000000, 50, 32, 128",
    "30/m per /16, 60000000000, 30, 16, 64",
    "500/h per /48, 3600000000000, 500, 24, 48",
    "5/s burst 9 per all, 1000000000, 9, 0, 0",
  })
  void ratesAreRead(String text, long period, int burst, int v4, int v6)
      throws FirewallSyntaxException {
    Limit limit = rule("allow in limit new " + text).limits().getFirst();
    assertThat(limit.periodNanos()).isEqualTo(period);
    assertThat(limit.burst()).isEqualTo(burst);
    assertThat(limit.grouping()).isEqualTo(new Limit.Grouping(v4, v6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allow in",
        "drop out udp",
        "reject in with icmp",
        "reject in tcp with rst",
        "allow in icmp from any",
        "allow out tcp to any port 443",
        "drop in state established from 10.0.0.0/8",
        "drop in from any port 1,2,5-9 to 198.18.0.2",
        "\tallow\tin # a comment, with commas",
        "bogons allow",
        "bogons drop",
        "closed ports answer",
      })
  void accepted(String line) throws FirewallSyntaxException {
    assertThat(Firewall.parse(line)).isNotNull();
  }

  // ---- every mistake

  @ParameterizedTest
  @CsvFileSource(resources = "mistakes.csv", delimiter = '|')
  void mistakesAreNamedWithTheirColumn(String line, int column, String text) {
    List<FirewallSyntaxException.Mistake> mistakes = mistakeIn(line).mistakes();
    assertThat(mistakes).singleElement().satisfies(mistake -> {
      assertThat(mistake.text()).isEqualTo(text);
      assertThat(mistake.line()).isEqualTo(1);
      assertThat(mistake.column()).isEqualTo(column);
    });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "default in drop | default in allow | 9 | the default in is given already",
        "closed ports silent | closed ports answer | 1 | what closed ports do is given already",
        "bogons drop | bogons allow | 1 | what becomes of bogons is given already",
      })
  void settingIsGivenOnce(String first, String second, int column, String text) {
    assertThat(mistakeIn(first + "\n" + second).mistakes())
        .containsExactly(new FirewallSyntaxException.Mistake(2, column, text, second));
  }

  @Test
  void messageShowsLineAndMark() {
    FirewallSyntaxException mistake = mistakeIn("allow in\n\tallow in tcp to port 0 # x\ndrop");
    assertThat(mistake.mistakes()).hasSize(2);
    assertThat(mistake.show("web.rules")).isEqualTo("""
        web.rules:2:23: expected a port of 1 to 65535, or a range such as 8000-8099, and not '0'
          \tallow in tcp to port 0 # x
          \t                     ^
        web.rules:3:5: expected 'in' or 'out', and the line ends
          drop
              ^""");
  }

  /// Any words in any order are rules, or a mistake that lies in the line.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyWordsAreRulesOrAMistakeInTheirLine(long seed) {
    String[] words = ("allow drop reject in out default closed ports silent bogons except tcp udp"
            + " icmp from to any port 80 1-9 , 10.0.0.0/8 fd00::/8 state new established with rst"
            + " limit half-open connections 5 50/s burst per source all /24 /64 # \t -1 ü /")
        .split(" ", -1);
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder line = new StringBuilder();
      int count = random.nextInt(12);
      for (int j = 0; j < count; j++) {
        line.append(words[random.nextInt(words.length)]).append(" ".repeat(random.nextInt(3)));
      }
      try {
        Firewall.parse(line.toString());
        accepted++;
      } catch (FirewallSyntaxException e) {
        assertThat(e.mistakes()).hasSize(1);
        assertThat(e.mistakes().getFirst().column()).isBetween(1, line.length() + 1);
        assertThat(e.show("x")).contains("^");
      }
    }
    assertThat(accepted).isBetween(1, 19_999);
  }

  @Test
  void noMoreThanTwentyMistakesAreToldAndLinesAreCounted() {
    assertThat(mistakeIn("x\n".repeat(100)).mistakes()).hasSize(20);
    assertThatThrownBy(() -> Firewall.parse("allow in\n".repeat(10_001)))
        .asInstanceOf(InstanceOfAssertFactories.type(FirewallSyntaxException.class))
        .extracting(e -> e.mistakes().getFirst().line())
        .isEqualTo(10_001);
  }
}
