package dev.sluice.stack.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which packets a rule speaks of, and which rule decides.
class MatchingTest {
  private static Gatekeeper keeper(String rules) throws FirewallSyntaxException {
    return new Gatekeeper(Firewall.parse(rules), 1, 2, 63_000_000_000L);
  }

  private static Verdict judge(String rules, PacketFacts packet) throws FirewallSyntaxException {
    return keeper(rules).judge(packet, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // rule                                        | packet                            | matches
        "in                                            | TCP 203.0.113.9 5000 80 NEW       | true",
        "in                                            | OTHER 203.0.113.9 0 0 NEW         | true",
        "in tcp                                        | UDP 203.0.113.9 5000 80 NEW       | false",
        "in udp                                        | UDP 203.0.113.9 5000 80 NEW       | true",
        "in icmp                                       | ICMP 203.0.113.9 0 0 NEW          | true",
        "in icmp                                       | TCP 203.0.113.9 5000 80 NEW       | false",
        "in from 203.0.113.0/24                        | TCP 203.0.113.255 5000 80 NEW     | true",
        "in from 203.0.113.0/24                        | TCP 203.0.114.0 5000 80 NEW       | false",
        "in from 203.0.113.9                           | TCP 203.0.113.8 5000 80 NEW       | false",
        "in from 0.0.0.0/0                             | TCP 203.0.113.8 5000 80 NEW       | true",
        "in from 0.0.0.0/0                             | TCP 2001:db8::1 5000 80 NEW       | false",
        "in from ::/0                                  | TCP 2001:db8::1 5000 80 NEW       | true",
        "in from ::/0                                  | TCP 203.0.113.8 5000 80 NEW       | false",
        "in from 2001:db8:0:5::/64                     | TCP 2001:db8:0:5:ff::1 5000 80 NEW | true",
        "in from 2001:db8:0:5::/64                     | TCP 2001:db8:0:6::1 5000 80 NEW   | false",
        "in from 2001:db8::80/121                      | TCP 2001:db8::ff 5000 80 NEW      | true",
        "in from 2001:db8::80/121                      | TCP 2001:db8::7f 5000 80 NEW      | false",
        "in from 10.0.0.0/8, 203.0.113.9               | TCP 203.0.113.9 5000 80 NEW       | true",
        "in to 198.18.0.2                              | TCP 203.0.113.9 5000 80 NEW       | true",
        "in to 198.18.0.3                              | TCP 203.0.113.9 5000 80 NEW       | false",
        "in tcp to port 80,443                         | TCP 203.0.113.9 5000 443 NEW      | true",
        "in tcp to port 80,443                         | TCP 203.0.113.9 80 5000 NEW       | false",
        "in tcp to port 80-443                         | TCP 203.0.113.9 5000 81 NEW       | true",
        "in tcp to port 80-443                         | TCP 203.0.113.9 5000 444 NEW      | false",
        "in to port 80                                 | UDP 203.0.113.9 5000 80 NEW       | true",
        "in to port 1-65535                            | ICMP 203.0.113.9 0 0 NEW          | false",
        "in tcp from 203.0.113.9 port 1024-65535 to port 22 | TCP 203.0.113.9 1024 22 NEW  | true",
        "in tcp from 203.0.113.9 port 1024-65535 to port 22 | TCP 203.0.113.9 1023 22 NEW  | false",
        "in tcp                                        | TCP 203.0.113.9 5000 80 STRAY     | true",
        "in tcp                                 | TCP 203.0.113.9 5000 80 ESTABLISHED | false",
        "in tcp state established               | TCP 203.0.113.9 5000 80 ESTABLISHED | true",
        "in tcp state established                      | TCP 203.0.113.9 5000 80 NEW       | false",
        "in tcp state stray                            | TCP 203.0.113.9 5000 80 STRAY     | true",
        "in tcp state new                              | TCP 203.0.113.9 5000 80 STRAY     | false",
        "out                                           | TCP 203.0.113.9 5000 80 NEW       | false",
      })
  void ruleSpeaksOf(String rule, String packet, boolean matches) throws FirewallSyntaxException {
    String[] words = packet.split(" ", -1);
    PacketFacts facts = Facts.in(
        Protocol.valueOf(words[0]),
        words[1],
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]));
    facts.state = FlowState.valueOf(words[4]);
    Rule parsed = Firewall.parse("allow " + rule).rules().getFirst();
    assertThat(parsed.matches(facts)).isEqualTo(matches);
  }

  @Test
  void firstMatchDecides() throws FirewallSyntaxException {
    String rules = """
        allow in tcp from 203.0.113.9
        drop in tcp from 203.0.113.0/24
        default in reject
        """;
    assertThat(judge(rules, Facts.syn("203.0.113.9", 5_000, 80))).isEqualTo(Verdict.PASS);
    assertThat(judge(rules, Facts.syn("203.0.113.8", 5_000, 80))).isEqualTo(Verdict.DROP);
    assertThat(judge(rules, Facts.syn("203.0.114.8", 5_000, 80)))
        .isEqualTo(Verdict.REJECT_WITH_RST);
  }

  @ParameterizedTest
  @CsvSource({
    "reject in, TCP, REJECT_WITH_RST",
    "reject in tcp with rst, TCP, REJECT_WITH_RST",
    "reject in tcp with icmp, TCP, REJECT_WITH_ICMP",
    "reject in, UDP, REJECT_WITH_ICMP",
    "reject in, ICMP, REJECT_WITH_ICMP",
    "reject in, OTHER, REJECT_WITH_ICMP",
    "default in reject, TCP, REJECT_WITH_RST",
    "default in reject, UDP, REJECT_WITH_ICMP",
    "default in allow, OTHER, PASS",
    "drop in, TCP, DROP",
  })
  void senderIsToldAsTheRuleSays(String rule, Protocol protocol, Verdict verdict)
      throws FirewallSyntaxException {
    assertThat(judge(rule, Facts.in(protocol, "203.0.113.9", 5_000, 80))).isEqualTo(verdict);
  }

  @Test
  void outwardHasItsOwnRulesAndDefault() throws FirewallSyntaxException {
    String rules = """
        default in allow
        default out drop
        allow out tcp to 203.0.113.0/24 port 443
        """;
    PacketFacts listed = Facts.out(Facts.syn("203.0.113.9", 443, 5_000));
    PacketFacts otherPort = Facts.out(Facts.syn("203.0.113.9", 80, 5_000));
    assertThat(judge(rules, listed)).isEqualTo(Verdict.PASS);
    assertThat(judge(rules, otherPort)).isEqualTo(Verdict.DROP);
    assertThat(keeper(rules).wouldPass(listed)).isTrue();
    assertThat(keeper(rules).wouldPass(otherPort)).isFalse();
    assertThat(judge(rules, Facts.syn("203.0.113.9", 443, 5_000))).isEqualTo(Verdict.PASS);
  }

  @Test
  void establishedPassesWhateverTheDefaultUnlessARuleSpeaksOfIt() throws FirewallSyntaxException {
    PacketFacts packet = Facts.syn("203.0.113.9", 5_000, 80);
    packet.state = FlowState.ESTABLISHED;
    assertThat(judge("default in drop\ndrop in tcp", packet)).isEqualTo(Verdict.PASS);
    assertThat(judge("drop in state established from 203.0.113.9", packet)).isEqualTo(Verdict.DROP);
    assertThat(judge("drop in state established from 203.0.113.8", packet)).isEqualTo(Verdict.PASS);
    assertThat(keeper("drop in").judgesEstablished(Direction.IN)).isFalse();
    assertThat(keeper("drop in state established").judgesEstablished(Direction.IN))
        .isTrue();
    assertThat(keeper("drop in state established").judgesEstablished(Direction.OUT))
        .isFalse();
  }

  // ---- bogons

  @ParameterizedTest
  @CsvSource({
    "0.1.2.3, true",
    "1.0.0.1, false",
    "10.255.255.255, true",
    "11.0.0.0, false",
    "100.63.255.255, false",
    "100.64.0.0, true",
    "100.127.255.255, true",
    "100.128.0.0, false",
    "127.0.0.1, true",
    "169.254.1.1, true",
    "172.15.255.255, false",
    "172.16.0.0, true",
    "172.31.255.255, true",
    "172.32.0.0, false",
    "192.0.0.8, true",
    "192.0.2.1, true",
    "192.168.1.1, true",
    "192.169.0.1, false",
    "198.17.255.255, false",
    "198.18.0.1, true",
    "198.19.255.255, true",
    "198.20.0.0, false",
    "198.51.100.7, true",
    "203.0.113.1, true",
    "203.0.114.1, false",
    "223.255.255.255, false",
    "224.0.0.1, true",
    "240.0.0.1, true",
    "255.255.255.255, true",
    "8.8.8.8, false",
    "::1, true",
    "64:ff9b::1, true",
    "1fff::1, true",
    "2000::1, false",
    "2001:2::1, true",
    "2001:2:1::1, false",
    "2001:db8::1, true",
    "2001:db9::1, false",
    "2a00::1, false",
    "3fff:fff::1, true",
    "3fff:1000::1, false",
    "4000::1, true",
    "fd00::1, true",
    "fe80::1, true",
    "ff02::1, true",
  })
  void bogonsAreWhatTheRegistriesSay(String address, boolean bogon) {
    IpAddress parsed = IpAddress.parse(address);
    assertThat(Bogons.contains(parsed.high(), parsed.low())).isEqualTo(bogon);
  }

  @Test
  void bogonsVanishBeforeAnyRuleButForThoseExpected() throws FirewallSyntaxException {
    String rules = "bogons drop except 198.18.0.0/15\nallow in";
    PacketFacts packet = Facts.syn("10.1.2.3", 5_000, 80);
    assertThat(judge(rules, packet)).isEqualTo(Verdict.DROP);
    assertThat(packet.cause).isEqualTo(Cause.BOGON);
    assertThat(judge(rules, Facts.syn("198.18.0.1", 5_000, 80))).isEqualTo(Verdict.PASS);
    assertThat(judge(rules, Facts.syn("8.8.8.8", 5_000, 80))).isEqualTo(Verdict.PASS);
    assertThat(judge("bogons allow\nallow in", packet)).isEqualTo(Verdict.PASS);
    assertThat(judge("allow in", packet)).isEqualTo(Verdict.PASS);
    assertThat(judge("bogons drop\nallow out", Facts.out(packet))).isEqualTo(Verdict.PASS);
  }

  // ---- counts

  @Test
  void hitsAreCountedByRuleAndDefaultAndSurviveAReload() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("bogons drop\nallow in tcp to port 80\ndrop in udp");
    for (int i = 0; i < 3; i++) {
      keeper.judge(Facts.syn("8.8.8.8", 5_000, 80), 0);
    }
    keeper.judge(Facts.in(Protocol.UDP, "8.8.8.8", 5_000, 80), 0);
    keeper.judge(Facts.syn("8.8.8.8", 5_000, 81), 0);
    keeper.judge(Facts.syn("10.8.8.8", 5_000, 80), 0);
    keeper.judge(Facts.out(Facts.syn("8.8.8.8", 5_000, 80)), 0);

    FirewallSnapshot snapshot = keeper.snapshot();
    assertThat(snapshot.rules())
        .containsExactly(
            new FirewallSnapshot.Line(2, "allow in tcp to port 80", 3, 180),
            new FirewallSnapshot.Line(3, "drop in udp", 1, 60));
    assertThat(snapshot.bogons().packets()).isEqualTo(1);
    assertThat(snapshot.defaultIn().packets()).isEqualTo(1);
    assertThat(snapshot.defaultOut().packets()).isEqualTo(1);

    Gatekeeper reloaded = keeper("bogons drop\ndrop in udp to port 9\nallow in tcp to port 80");
    reloaded.takeCounts(keeper);
    assertThat(reloaded.snapshot().rules())
        .containsExactly(
            new FirewallSnapshot.Line(2, "drop in udp to port 9", 0, 0),
            new FirewallSnapshot.Line(3, "allow in tcp to port 80", 3, 180));
    assertThat(reloaded.snapshot().bogons().packets()).isEqualTo(1);
  }

  @Test
  void stoppedPacketTellsWhy() throws FirewallSyntaxException {
    PacketFacts packet = Facts.syn("8.8.8.8", 5_000, 80);
    judge("# first\ndrop in tcp", packet);
    assertThat(packet)
        .hasToString("in tcp new 8.8.8.8 port 5000 > 198.18.0.2 port 80: a rule (line 2)");
    judge("allow in udp", packet);
    assertThat(packet.cause).isEqualTo(Cause.DEFAULT);
    assertThat(packet.ruleLine).isZero();
  }
}
