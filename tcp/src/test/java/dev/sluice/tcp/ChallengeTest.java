package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blind attackers: RFC 5961, and what a shared limit would give away (CVE-2016-5696).
class ChallengeTest {
  private final Script s = new Script();

  @Test
  void atMostTenChallengesInFiveSeconds() {
    s.established();
    for (int i = 0; i < 100; i++) {
      s.receive("R " + (2 + i) + ":0");
    }
    assertThat(s.takeSent()).hasSize(10);
    assertThat(s.counters.get(TcpCounter.CHALLENGE_ACKS_HELD_BACK)).isEqualTo(90);
    s.after(4_999).receive("R 5:0").quiet();
    s.after(1).receive("R 5:0").expectStart(". 1:0 ack 1");
  }

  /// CVE-2004-0230: RSTs and SYNs in steps of the window, over all sequence numbers.
  @ParameterizedTest
  @ValueSource(strings = {"R ", "S ", "S. ", "SF "})
  @Tag("ATTACK-1")
  void aSweepOverAllNumbersEndsNothing(String flags) {
    s.established();
    String ack = flags.equals("S. ") ? " ack 1" : "";
    for (long at = 2; at < 1L << 32; at += 65_535) {
      s.receive(flags + (at == 1 ? 2 : at) + ":0" + ack);
    }
    s.in(State.ESTABLISHED);
    assertThat(s.sentCount()).isLessThanOrEqualTo(12);
  }

  /// RFC 5961 §5: text with a random ACK is taken for a small part of them only.
  @Test
  @Tag("MAY-12")
  @Tag("ATTACK-3")
  void injectedTextNeedsAPlausibleAck() {
    Random random = new Random(5);
    int taken = 0;
    for (int i = 0; i < 2_000; i++) {
      Script each = new Script().established();
      each.receive("P. 1:1 ack " + random.nextInt());
      taken += each.connection.readableBytes();
    }
    assertThat(taken).isLessThanOrEqualTo(2); // 65,536 of 2^32
    s.established().receive("P. 1:1 ack -65534").drain();
    assertThat(s.connection.readableBytes()).isEqualTo(1);
    s.receive("P. 2:1 ack -65535").drain();
    assertThat(s.connection.readableBytes()).isEqualTo(1);
  }

  /// An attacker with a connection of its own sees the same, whether its guesses about
  /// another connection are right or wrong.
  @Test
  @Tag("SCENARIO-40")
  @Tag("ATTACK-4")
  void guessesAtAnotherConnectionDoNotShowOnOnesOwn() {
    assertThat(attackersView(true)).isEqualTo(attackersView(false));
  }

  private static List<String> attackersView(boolean rightGuess) {
    Script victim = new Script().established();
    Script attacker = new Script().established();
    for (int i = 0; i < 100; i++) {
      victim.receive("R " + (rightGuess ? 100 : 100_000) + ":0");
    }
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      attacker.receive("R 100:0");
      seen.addAll(attacker.takeSent());
    }
    return seen;
  }

  /// Two ends that have lost each other do not talk for ever.
  @Test
  @Tag("ATTACK-15")
  void emptySegmentsOutsideTheWindowAreAnsweredTwiceASecondAtMost() {
    s.established();
    for (int i = 0; i < 1_000; i++) {
      s.receive(". 900000:0 ack 1").after(10);
    }
    assertThat(s.sentCount()).isBetween(19, 21);
  }

  @Test
  @Tag("ATTACK-15")
  void twoEnginesThatDisagreeFallSilent() {
    Script one = new Script().established();
    Script two = new Script().established();
    // each believes the other far away: what one says is outside the other's window
    int exchanged = 0;
    one.receive(". 500000:0 ack 1");
    for (int i = 0; i < 100; i++) {
      for (String text : one.takeSent()) {
        two.receive(text.replaceFirst(" 1:", " 600000:").replaceAll(" win.*", ""));
        exchanged++;
      }
      for (String text : two.takeSent()) {
        one.receive(text.replaceFirst(" 1:", " 700000:").replaceAll(" win.*", ""));
        exchanged++;
      }
    }
    assertThat(exchanged).isLessThanOrEqualTo(2);
  }

  /// CVE-2018-5390: every other octet of the window, in the worst order.
  @Test
  @Tag("SCENARIO-40")
  @Tag("ATTACK-19")
  void aWindowFullOfHolesCostsABoundedNumberOfRanges() {
    s.established();
    for (int i = 65_534; i > 2; i -= 2) {
      s.receive("P. " + i + ":1 ack 1").drain();
    }
    s.in(State.ESTABLISHED);
    for (int at = 1; at < 65_000; at += 1_000) {
      s.receive("P. " + at + ":1000 ack 1").drain();
    }
    assertThat(s.read(100_000)).isGreaterThanOrEqualTo(65_000);
  }

  /// Overlapping text with other content: the octets that came first stay.
  @Test
  @Tag("ATTACK-39")
  void ofOverlappingTextTheFirstStays() {
    s.established().receive("P. 11:10 ack 1").drain();
    Segment other = s.parse("P. 1:30 ack 1");
    other.payload = (position, target, offset, length) -> {
      for (int i = 0; i < length; i++) {
        int at = (int) position + i;
        byte octet = at >= 10 && at < 20 ? (byte) 0x55 : Script.octet(at);
        target.set(java.lang.foreign.ValueLayout.JAVA_BYTE, offset + i, octet);
      }
    };
    s.connection.onSegment(other, s.now);
    assertThat(s.settle().read(100)).isEqualTo(30); // read compares each octet
  }

  @Test
  void anyFlagsAtAnyPlaceInAnyStateNeverBreakTheEngine() {
    Random random = new Random(7);
    State[] states = {
      State.SYN_SENT,
      State.SYN_RECEIVED,
      State.ESTABLISHED,
      State.FIN_WAIT_1,
      State.FIN_WAIT_2,
      State.CLOSE_WAIT,
      State.CLOSING,
      State.LAST_ACK
    };
    int[] edges = {-70_000, -1, 0, 1, 2, 3, 100, 65_534, 65_535, 65_536, 1 << 30};
    for (int run = 0; run < 1_500; run++) {
      Script each = new Script();
      each.peerTimestamps = run % 3 == 0;
      each.settings.timestamps = each.peerTimestamps;
      each.to(states[run % states.length]);
      for (int i = 0; i < 12; i++) {
        Segment in = each.parse("- 0:" + (random.nextBoolean() ? 0 : random.nextInt(3_000)));
        in.flags = random.nextInt(64);
        in.seq += edges[random.nextInt(edges.length)];
        in.ack = each.iss + edges[random.nextInt(edges.length)];
        in.window = random.nextInt(65_536);
        in.urgentPointer = random.nextInt(65_536);
        in.tsVal += random.nextInt(3) - 1;
        if (random.nextInt(4) == 0) {
          in.mss = random.nextInt(65_536);
          in.windowScale = random.nextInt(256);
        }
        each.connection.onSegment(in, each.now);
        each.settle();
        if (random.nextBoolean()) {
          each.after(random.nextInt(1_000));
        }
        if (each.state() != State.SYN_SENT && random.nextInt(4) == 0) {
          each.write(random.nextInt(2_000));
        }
      }
    }
  }
}
