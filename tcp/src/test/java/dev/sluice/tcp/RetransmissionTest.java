package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.CloseReason.Waiting;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The retransmission timer, the round-trip estimate behind it, and giving up (RFC 6298,
/// RFC 9293 §3.8.1, §3.8.3).
class RetransmissionTest {
  private final Script s = new Script();

  private ConnectionInfo info() {
    return s.connection.info(s.now);
  }

  private static Event.Closed timedOut(Waiting waiting) {
    return new Event.Closed(new CloseReason.TimedOut(waiting));
  }

  /// RFC 6298 §2 in floating point, written from its text.
  private static final class Reference {
    private double srtt = -1;
    private double rttvar;
    private double rto = 1_000;

    void sample(double r) {
      if (srtt < 0) {
        srtt = r;
        rttvar = r / 2;
      } else {
        rttvar = 0.75 * rttvar + 0.25 * Math.abs(srtt - r);
        srtt = 0.875 * srtt + 0.125 * r;
      }
      rto = Math.clamp(srtt + Math.max(1, 4 * rttvar), 200, 120_000);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  @Tag("MUST-18")
  void theEstimateFollowsTheReference(long seed) {
    Random random = new Random(seed);
    boolean stamped = seed % 2 == 0;
    if (stamped) {
      s.establishedWithTimestamps();
    } else {
      s.established();
    }
    Reference reference = new Reference();
    reference.sample(0); // the SYN was answered in no time
    for (int i = 0, at = 1; i < 200; i++, at += 10) {
      int rtt = 1 + random.nextInt(150);
      s.write(10).drain().after(rtt).receive(". 1:0 ack " + (at + 10)).drain();
      reference.sample(rtt);
      assertThat(info().srttNanos() / 1e6).isCloseTo(reference.srtt, within(0.01));
      assertThat(info().rttvarNanos() / 1e6).isCloseTo(reference.rttvar, within(0.01));
      assertThat(info().rtoNanos() / 1e6).isCloseTo(reference.rto, within(0.1));
    }
  }

  @Test
  void theRtoIsOneSecondBeforeASample() {
    s.activeOpen().drain();
    assertThat(info().rtoNanos()).isEqualTo(1_000 * Script.MS);
    assertThat(info().srttNanos()).isZero();
  }

  @Test
  @Tag("MUST-19")
  void theTimeoutDoublesUpToItsBound() {
    s.settings.r2Nanos = 10_000_000 * Script.MS;
    s.established().write(100).expectStart("P. 1:100");
    long wait = 200;
    for (int i = 0; i < 14; i++) {
      s.after(wait - 1).quiet().after(1).expectStart("P. 1:100").quiet();
      wait = Math.min(120_000, wait * 2);
    }
  }

  @Test
  @Tag("MUST-18")
  void aRepeatedSegmentGivesNoSampleWithoutTimestamps() {
    s.established().write(100).after(200).drain();
    long srtt = info().srttNanos();
    s.after(150).receive(". 1:0 ack 101");
    assertThat(info().srttNanos()).isEqualTo(srtt);
    assertThat(info().rtoNanos()).isEqualTo(400 * Script.MS); // the back-off stays (§5)
    s.write(100).after(10).receive(". 1:0 ack 201");
    assertThat(info().rtoNanos()).isEqualTo(200 * Script.MS); // until a valid sample
  }

  @Test
  @Tag("MUST-18")
  void theEchoOfATimestampTellsWhichCopyWasAnswered() {
    s.establishedWithTimestamps().write(100).after(200).drain();
    s.after(100).receive(". 1:0 ack 101"); // echoes the repeat
    assertThat(info().srttNanos() / 1e6).isCloseTo(12.5, within(0.01));
  }

  @Test
  @Tag("SCENARIO-30")
  void anAckOfNewOctetsRestartsTheTimer() {
    s.established().write(2_920).drain().after(150).receive(". 1:0 ack 1461").drain();
    s.after(info().rtoNanos() / Script.MS - 1).quiet().after(1).expectStart("P. 1461:1460");
  }

  @Test
  void anAckOfEverythingStopsTheTimer() {
    s.established().write(100).drain().receive(". 1:0 ack 101").after(1_000_000).quiet();
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @Tag("SCENARIO-30")
  void sendingMoreDoesNotPutTheTimerOff() {
    s.options.noDelay = true;
    s.established().write(100).drain().after(150).write(100).drain();
    s.after(49).quiet().after(1).expectStart("P. 1:200").quiet(); // both fit into one
  }

  @Test
  @Tag("SCENARIO-25")
  void aRoundTripOfNothingDoesNotStall() {
    s.established();
    for (int i = 0; i < 1_000; i++) {
      s.write(10).expectStart("P. " + (1 + i * 10) + ":10").receive(". 1:0 ack " + (11 + i * 10));
    }
    assertThat(info().rtoNanos()).isEqualTo(200 * Script.MS);
  }

  // ---- opening

  @Test
  @Tag("MUST-22")
  @Tag("MUST-23")
  void aSilentPeerGetsSynsForThreeMinutesAtLeast() {
    s.activeOpen();
    List<Long> times = new ArrayList<>();
    long start = s.now;
    while (s.state() != State.CLOSED) {
      if (!s.takeSent().isEmpty()) {
        times.add((s.now - start) / Script.MS);
      }
      s.after(1_000);
    }
    assertThat(times)
        .containsExactly(0L, 1_000L, 3_000L, 7_000L, 15_000L, 31_000L, 63_000L, 127_000L);
    assertThat(s.now - start).isGreaterThanOrEqualTo(180_000 * Script.MS);
    assertThat(s.events).contains(new Event.PathSuspect(3)).endsWith(timedOut(Waiting.OPEN));
    s.quiet();
  }

  @Test
  void afterALostSynDataStartsWithThreeSecondsAndOneSegment() {
    s.activeOpen().after(1_000).drain().receive("S. 0:0 ack 1 mss 1460").drain();
    assertThat(info().rtoNanos()).isEqualTo(3_000 * Script.MS);
    assertThat(info().srttNanos()).isZero();
    s.write(5_000).expectStart(". 1:1460").quiet();
    s.after(2_999).quiet().after(1).expectStart(". 1:1460");
  }

  @Test
  void allSynsAreAlike() {
    s.settings.timestamps = true;
    s.settings.windowScaling = true;
    s.activeOpen().after(1_000);
    List<String> sent = s.takeSent();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
  }

  // ---- giving up

  @Test
  @Tag("MUST-20")
  @Tag("SHLD-9")
  @Tag("SHLD-10")
  @Tag("SHLD-11")
  void aBlackHoleIsToldAtR1AndEndsTheConnectionAtR2() {
    s.established().write(100);
    long start = s.now;
    s.after(1_399);
    assertThat(s.events).isEmpty();
    s.after(1);
    assertThat(s.events).containsExactly(new Event.PathSuspect(3));
    s.after(922_000).in(State.ESTABLISHED).after(130_000).in(State.CLOSED);
    assertThat(s.now - start).isGreaterThan(100_000 * Script.MS);
    assertThat(s.events).endsWith(timedOut(Waiting.RETRANSMISSION));
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @Tag("MUST-21")
  void theUserTimeoutEndsItSooner() {
    s.options.userTimeoutNanos = 5_000 * Script.MS;
    s.established().write(100).after(4_999).in(State.ESTABLISHED).after(1).in(State.CLOSED);
    assertThat(s.events).endsWith(timedOut(Waiting.RETRANSMISSION));
  }

  @Test
  @Tag("MUST-21")
  void theUserTimeoutCanBeSetAndShortenedWhileDataIsOutstanding() {
    s.options.userTimeoutNanos = 500_000 * Script.MS;
    s.established().write(100).after(1_000);
    s.connection.options().userTimeoutNanos = 3_000 * Script.MS;
    s.connection.onOptionsChanged(s.now);
    s.after(1_999).in(State.ESTABLISHED).after(1).in(State.CLOSED);
  }

  @Test
  void progressPutsTheUserTimeoutOff() {
    s.options.userTimeoutNanos = 5_000 * Script.MS;
    s.established().write(2_000).after(4_000).receive(". 1:0 ack 1001").after(4_999);
    s.in(State.ESTABLISHED).receive(". 1:0 ack 2001").after(1_000_000).in(State.ESTABLISHED);
  }

  @Test
  void theUserTimeoutCountsAClosedWindowThoughThePeerAnswers() {
    s.options.userTimeoutNanos = 30_000 * Script.MS;
    s.established().receive(". 1:0 ack 1 win 0").write(100);
    long start = s.now;
    while (s.state() == State.ESTABLISHED) {
      s.after(100);
      if (s.sentCount() > 0 && s.state() == State.ESTABLISHED) {
        s.drain().receive(". 1:0 ack 1 win 0");
      }
    }
    assertThat((s.now - start) / Script.MS).isEqualTo(30_000);
    assertThat(s.events).endsWith(timedOut(Waiting.ZERO_WINDOW_PROBE));
  }

  @Test
  @Tag("SCENARIO-10")
  void theUserTimeoutWatchesAFinBehindAClosedWindow() {
    s.options.userTimeoutNanos = 30_000 * Script.MS;
    s.established().receive(". 1:0 ack 1 win 0").shutdown();
    for (int i = 0; i < 400 && s.state() == State.FIN_WAIT_1; i++) {
      s.after(100);
      if (s.sentCount() > 0 && s.state() == State.FIN_WAIT_1) {
        s.drain().receive(". 1:0 ack 1 win 0");
      }
    }
    s.in(State.CLOSED);
  }

  @Test
  void theUserTimeoutOfAnOpenIsAnOpenThatTimedOut() {
    s.options.userTimeoutNanos = 5_000 * Script.MS;
    s.activeOpen().after(5_000).in(State.CLOSED);
    assertThat(s.events).endsWith(timedOut(Waiting.OPEN));
  }

  @Test
  void r2CountsFromTheLastProgressAndNotFromTheLastIdleness() {
    s.settings.r2Nanos = 100_000 * Script.MS;
    s.established().after(24 * 3_600_000L);
    s.write(100).after(99_000).in(State.ESTABLISHED);
  }
}
