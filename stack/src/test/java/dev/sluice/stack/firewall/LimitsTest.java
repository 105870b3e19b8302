package dev.sluice.stack.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.wire.IpAddress;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each source may ask for.
class LimitsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HALF_OPEN = 63 * SECOND;

  private static Gatekeeper keeper(String rules) throws FirewallSyntaxException {
    return new Gatekeeper(Firewall.parse(rules), 1, 2, HALF_OPEN);
  }

  private static boolean passes(Gatekeeper keeper, String from, int port, long now) {
    return keeper.judge(Facts.syn(from, port, 80), now) == Verdict.PASS;
  }

  /// How many of so many SYNs pass, each from another port.
  private static int passed(Gatekeeper keeper, String from, int count, long now) {
    int passed = 0;
    for (int i = 0; i < count; i++) {
      passed += passes(keeper, from, 10_000 + i, now) ? 1 : 0;
    }
    return passed;
  }

  // ---- new ones

  @Test
  void asManyASecondAsAllowedAndNoMoreAtOnce() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit new 50/s per source");
    assertThat(passed(keeper, "8.8.8.8", 1_000, 0)).isEqualTo(50);
    assertThat(passed(keeper, "8.8.8.8", 1_000, SECOND / 2)).isEqualTo(25);
    assertThat(passed(keeper, "8.8.8.8", 1_000, 100 * SECOND)).isEqualTo(50);
  }

  @Test
  void burstIsWhatComesAtOnce() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit new 6/m burst 3 per source");
    assertThat(passed(keeper, "8.8.8.8", 10, 0)).isEqualTo(3);
    assertThat(passed(keeper, "8.8.8.8", 10, 9 * SECOND)).isZero();
    assertThat(passed(keeper, "8.8.8.8", 10, 10 * SECOND)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "source, 8.8.8.8, 8.8.8.9, false",
    "/24, 8.8.8.8, 8.8.8.9, true",
    "/24, 8.8.8.8, 8.8.9.8, false",
    "/64, 8.8.8.8, 8.8.8.9, true",
    "/24, 2a00::1, 2a00::2, true",
    "/24, 2a00::1, 2a00:0:0:1::1, false",
    "'/24,/48', 2a00::1, 2a00:0:0:1::1, true",
    "all, 8.8.8.8, 2a00::1, true",
  })
  void sourcesOfOneGroupAreCountedTogether(
      String group, String first, String second, boolean together) throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit new 1/s per " + group);
    assertThat(passes(keeper, first, 1, 0)).isTrue();
    assertThat(passes(keeper, second, 1, 0)).isEqualTo(!together);
  }

  @Test
  void limitIsTheRulesOwnAndOverItIsDropped() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("""
        allow in tcp to port 80 limit new 1/s per source
        allow in tcp limit new 1/s per source
        """);
    PacketFacts web = Facts.syn("8.8.8.8", 1, 80);
    assertThat(keeper.judge(web, 0)).isEqualTo(Verdict.PASS);
    assertThat(keeper.judge(web, 0)).isEqualTo(Verdict.DROP);
    assertThat(web.cause).isEqualTo(Cause.NEW_RATE);
    assertThat(web.ruleLine).isEqualTo(1);
    assertThat(keeper.judge(Facts.syn("8.8.8.8", 1, 81), 0)).isEqualTo(Verdict.PASS);
  }

  @Test
  void echoRequestsAndDatagramsAreEachNew() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in icmp limit new 2/s per source");
    int passed = 0;
    for (int i = 0; i < 5; i++) {
      passed += keeper.judge(Facts.in(Protocol.ICMP, "8.8.8.8", 0, 0), 0) == Verdict.PASS ? 1 : 0;
    }
    assertThat(passed).isEqualTo(2);
  }

  @Test
  void strayAndEstablishedSegmentsTakeNothingFromTheRate() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit new 1/s per source");
    PacketFacts stray = Facts.syn("8.8.8.8", 1, 80);
    stray.state = FlowState.STRAY;
    for (int i = 0; i < 5; i++) {
      assertThat(keeper.judge(stray, 0)).isEqualTo(Verdict.PASS);
    }
    assertThat(passes(keeper, "8.8.8.8", 1, 0)).isTrue();
  }

  @Test
  void greatestBurstIsNoOverflow() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit new 1/h burst 1000000000 per source");
    assertThat(passed(keeper, "8.8.8.8", 10_000, 5 * SECOND)).isEqualTo(10_000);
  }

  // ---- half-open

  private static void accepted(Gatekeeper keeper, String from, int port) {
    keeper.onAccepted(IpAddress.parse(Facts.HOST), 80, IpAddress.parse(from), port);
  }

  private static void closed(Gatekeeper keeper, String from, int port) {
    keeper.onClosed(IpAddress.parse(Facts.HOST), 80, IpAddress.parse(from), port);
  }

  @Test
  void halfOpenOnesAreLimitedAtOnceAndCompletingOneMakesRoom() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit half-open 3 per source");
    assertThat(passed(keeper, "8.8.8.8", 10, 0)).isEqualTo(3);
    assertThat(passes(keeper, "8.8.8.8", 10_001, SECOND)).as("a SYN sent again").isTrue();
    PacketFacts fourth = Facts.syn("8.8.8.8", 20_000, 80);
    assertThat(keeper.judge(fourth, SECOND)).isEqualTo(Verdict.DROP);
    assertThat(fourth.cause).isEqualTo(Cause.HALF_OPEN);
    accepted(keeper, "8.8.8.8", 10_001);
    assertThat(passes(keeper, "8.8.8.8", 20_000, SECOND)).isTrue();
    assertThat(passes(keeper, "8.8.8.8", 20_001, SECOND)).isFalse();
    assertThat(passes(keeper, "8.8.4.4", 20_001, SECOND)).isTrue();
  }

  @Test
  void halfOpenOnesAreForgottenWhenTheListenerGivesUp() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit half-open 3 per source");
    passed(keeper, "8.8.8.8", 3, 0);
    assertThat(passes(keeper, "8.8.8.8", 20_000, HALF_OPEN - 1)).isFalse();
    assertThat(passes(keeper, "8.8.8.8", 20_000, HALF_OPEN)).isTrue();
  }

  // ---- connections

  @Test
  void connectionsAreLimitedAtOnceAndTheEndOfOneMakesRoom() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit connections 2 per source");
    for (int port = 1; port <= 2; port++) {
      assertThat(passes(keeper, "8.8.8.8", port, 0)).isTrue();
      accepted(keeper, "8.8.8.8", port);
    }
    PacketFacts third = Facts.syn("8.8.8.8", 3, 80);
    assertThat(keeper.judge(third, 0)).isEqualTo(Verdict.DROP);
    assertThat(third.cause).isEqualTo(Cause.CONNECTIONS);
    third.state = FlowState.STRAY;
    assertThat(keeper.judge(third, 0))
        .as("the last segment of a handshake")
        .isEqualTo(Verdict.DROP);
    closed(keeper, "8.8.8.8", 1);
    assertThat(keeper.judge(third, 0)).isEqualTo(Verdict.PASS);
    assertThat(passes(keeper, "8.8.8.8", 3, 0)).isTrue();
  }

  // ---- under a flood

  @Test
  @Tag("ATTACK-16")
  void honestPrefixIsServedWhileAnotherFloods() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("allow in tcp limit new 50/s per /24 limit half-open 100 per /24");
    int honest = 0;
    int flood = 0;
    for (int ms = 0; ms < 1_000; ms++) {
      long now = ms * 1_000_000L;
      for (int i = 0; i < 100; i++) {
        flood += passes(keeper, "9.9.9." + (ms + i) % 256, ms * 50 + i, now) ? 1 : 0;
      }
      if (ms % 50 == 0) {
        honest += passes(keeper, "8.8.8.8", 1_000 + ms, now) ? 1 : 0;
        accepted(keeper, "8.8.8.8", 1_000 + ms);
      }
    }
    assertThat(honest).isEqualTo(20);
    assertThat(flood).isBetween(90, 100);
  }

  @Test
  void floodFromCountlessSourcesDoesNotWashOutThoseAtTheirLimit() throws FirewallSyntaxException {
    Gatekeeper keeper =
        keeper("allow in tcp limit new 60/m per source limit connections 1 per source");
    accepted(keeper, "8.8.8.8", 1);
    assertThat(passed(keeper, "8.8.4.4", 100, 0)).isEqualTo(60);
    for (int i = 0; i < 300_000; i++) {
      String from = "9." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
      assertThat(passes(keeper, from, 1, i * 1_000L)).isTrue();
    }
    PacketFacts second = Facts.syn("8.8.8.8", 2, 80);
    keeper.judge(second, SECOND / 2);
    assertThat(second.cause).isEqualTo(Cause.CONNECTIONS);
    assertThat(passes(keeper, "8.8.4.4", 1, SECOND / 2)).isFalse();
  }

  @Test
  void judgingAllocatesNothing() throws FirewallSyntaxException {
    Gatekeeper keeper = keeper("""
        bogons drop
        drop in tcp from 5.5.0.0/16, 6.6.0.0/16 to port 1-10, 20-30
        allow in tcp to port 80 limit new 50/s per /24 limit half-open 9 per source \
        limit connections 9 per source
        """);
    PacketFacts packet = Facts.syn("8.8.8.8", 1, 80);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = 0;
    for (int round = 0; round < 2; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200_000; i++) {
        packet.sourceLow = 0xffff_0000_0000L | (i * 0x9e37_79b9L & 0xffff_ffffL);
        packet.sourcePort = i & 0xffff;
        keeper.judge(packet, i * 1_000L);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isLessThan(4_096);
  }
}
