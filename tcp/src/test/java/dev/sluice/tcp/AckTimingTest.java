package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.State;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When what arrives is acknowledged (RFC 5681 §4.2, RFC 9293 §3.8.6.3).
class AckTimingTest {
  private final Script s = new Script();

  @ParameterizedTest
  @ValueSource(longs = {1, 40, 200, 499})
  @Tag("MUST-40")
  @Tag("SHLD-18")
  void aSingleSegmentWaitsForTheDelayAndNoLonger(long delay) {
    s.settings.delayedAckNanos = delay * Script.MS;
    s.established().receive("P. 1:1460 ack 1").quiet();
    s.after(delay - 1).quiet().after(1).expectStart(". 1:0 ack 1461").quiet();
    s.after(10_000).quiet();
  }

  @Test
  void theDelayCountsFromTheFirstUnacknowledgedOctet() {
    s.established().receive("P. 1:10 ack 1").after(30).receive("P. 11:10 ack 1").quiet();
    s.after(10).expectStart(". 1:0 ack 21").quiet();
  }

  @Test
  @Tag("SHLD-19")
  void everySecondFullSegmentIsAcknowledgedAtOnce() {
    s.established();
    for (int i = 0; i < 20; i++) {
      s.receive(". " + (1 + i * 1_460) + ":1460 ack 1");
      assertThat(s.takeSent()).hasSize(i & 1);
    }
  }

  @Test
  void smallSegmentsAreAcknowledgedByTheDelay() {
    s.established();
    for (int i = 0; i < 20; i++) {
      s.receive("P. " + (1 + i * 10) + ":10 ack 1").quiet();
    }
    s.after(40).expectStart(". 1:0 ack 201").quiet();
  }

  @Test
  void everySecondSegmentIsAcknowledgedAtOnceIfSoSet() {
    s.settings.ackEverySecondSegment = true;
    s.established();
    for (int i = 0; i < 20; i++) {
      s.receive("P. " + (1 + i * 10) + ":10 ack 1");
      assertThat(s.takeSent()).hasSize(i & 1);
    }
    s.receive("P. 201:10 ack 1").quiet().after(40).expectStart(". 1:0 ack 211").quiet();
  }

  @Test
  void mergedSegmentsCountOneByOneIfEverySecondIsAcknowledged() {
    s.settings.ackEverySecondSegment = true;
    s.established().receive("P. 1:20 ack 1 size 20").quiet();
    s.receive("P. 21:20 ack 1 size 20").expectStart(". 1:0 ack 41").quiet();
    s.receive("P. 41:20 ack 1 size 10").expectStart(". 1:0 ack 61").quiet();
  }

  @Test
  void dataOfOursCarriesTheAck() {
    s.established().receive("P. 1:10 ack 1").quiet();
    s.write(5).expectStart("P. 1:5 ack 11").after(10_000);
    assertThat(s.takeSent()).allMatch(text -> text.startsWith("P. 1:5"));
  }

  @Test
  @Tag("MUST-58")
  @Tag("MUST-59")
  void aBatchInOrderGivesOneAckForAll() {
    s.established();
    for (int i = 0; i < 10; i++) {
      s.receiveOnly(". " + (1 + i * 1_460) + ":1460 ack 1");
    }
    s.settle().expectStart(". 1:0 ack 14601").quiet();
  }

  @Test
  @Tag("MAY-13")
  void eachSegmentBeyondAGapGetsItsDuplicateAckEvenInABatch() {
    s.established();
    for (int i = 1; i < 5; i++) {
      s.receiveOnly(". " + (1 + i * 1_460) + ":1460 ack 1");
    }
    s.settle();
    assertThat(s.takeSent()).hasSize(4).allMatch(text -> text.startsWith(". 1:0 ack 1 "));
  }

  @Test
  void mergedSegmentsBeyondAGapGetAsManyDuplicateAcks() {
    s.established().receive("P. 1461:4380 ack 1 size 1460");
    assertThat(s.takeSent()).hasSize(3);
  }

  @Test
  void aBatchThatFillsItsOwnGapGivesOneAck() {
    s.established().receiveOnly(". 1461:1460 ack 1").receiveOnly(". 2921:1460 ack 1");
    s.receiveOnly(". 1:1460 ack 1").settle();
    s.expectStart(". 1:0 ack 4381").quiet();
  }

  @Test
  void fillingAGapInPartIsAcknowledgedAtOnce() {
    s.established().receive(". 2921:1460 ack 1").drain().receive(". 1:10 ack 1");
    s.expectStart(". 1:0 ack 11").quiet();
  }

  @Test
  void aDuplicateIsAcknowledgedAtOnce() {
    s.established().receive(". 1:100 ack 1").after(40).drain();
    s.receive(". 1:100 ack 1").expectStart(". 1:0 ack 101").quiet();
  }

  @Test
  void quickAckAcknowledgesEachSegment() {
    s.options.quickAck = true;
    s.established().receive(". 1:1 ack 1").expectStart(". 1:0 ack 2").quiet();
  }

  @Test
  void anAckIsNeverAcknowledged() {
    s.established();
    for (int i = 0; i < 1_000; i++) {
      s.receive(". 1:0 ack 1 win " + (60_000 + i)).quiet();
    }
  }

  /// Any order, any sizes: each octet is acknowledged within half a second of being in
  /// order, and at least every second full segment is acknowledged at once.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  @Tag("MUST-40")
  @Tag("SHLD-19")
  void octetsInOrderAreAcknowledgedInTime(long seed) {
    Random random = new Random(seed);
    s.established();
    int next = 1;
    int acked = 1;
    long waitingSince = -1;
    for (int i = 0; i < 2_000; i++) {
      int length = random.nextInt(4) == 0 ? 1_460 : 1 + random.nextInt(1_460);
      s.receive(". " + next + ":" + length + " ack 1");
      next += length;
      s.read(100_000);
      if (waitingSince < 0) {
        waitingSince = s.now;
      }
      s.after(random.nextInt(60));
      List<String> sent = s.takeSent();
      if (!sent.isEmpty()) {
        acked = s.last.ack - s.peerIss;
        waitingSince = acked == next ? -1 : s.now;
      }
      assertThat(next - acked).isLessThan(2 * 1_460);
      assertThat(waitingSince < 0 ? 0 : s.now - waitingSince).isLessThan(500 * Script.MS);
    }
    s.in(State.ESTABLISHED);
  }

  // ---- quick ACKs at the start

  @Test
  void theFirstDataIsAcknowledgedAtOnceIfSoSet() {
    s.settings.quickAcksAtStart = 3;
    s.established();
    for (int i = 0; i < 3; i++) {
      s.receive("P. " + (1 + i * 10) + ":10 ack 1").expectStart(". 1:0 ack " + (11 + i * 10));
    }
    s.receive("P. 31:10 ack 1").quiet().after(40).expectStart(". 1:0 ack 41").quiet();
  }

  @Test
  void anAnswerEndsQuickAcks() {
    s.settings.quickAcksAtStart = 16;
    s.established().receive("P. 1:10 ack 1").drain().write(10).drain();
    s.receive("P. 11:10 ack 11").quiet().after(40).expectStart(". 11:0 ack 21").quiet();
    s.receive("P. 21:10 ack 11").expectStart(". 11:0 ack 31"); // nobody answered in time
  }

  @Test
  void textThatWaitsForTheSynAckIsAnAnswerToo() {
    s.settings.quickAcksAtStart = 16;
    s.activeOpen().write(10).drain();
    s.receive("S. 0:0 ack 1 mss 1460").expectStart("P. 1:10 ack 1");
    s.receive("P. 1:10 ack 11").quiet().after(40).expectStart(". 11:0 ack 11").quiet();
  }

  @Test
  void aPauseBringsQuickAcksBack() {
    s.settings.quickAcksAtStart = 1;
    s.established().receive("P. 1:10 ack 1").drain().receive("P. 11:10 ack 1").quiet();
    s.after(1_500).drain().receive("P. 21:10 ack 1").expectStart(". 1:0 ack 31").quiet();
  }
}
