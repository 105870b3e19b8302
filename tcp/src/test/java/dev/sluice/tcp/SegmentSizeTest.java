package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// How long segments are, and when a short one may go out (RFC 9293 §3.7).
class SegmentSizeTest {
  private final Script s = new Script();

  static Stream<Arguments> grid() {
    List<Arguments> cells = new ArrayList<>();
    for (int mtu : new int[] {68, 576, 1_280, 1_500, 9_000, 65_535}) {
      for (int peerMss : new int[] {-1, 0, 1, 47, 48, 88, 536, 1_220, 1_460, 8_960, 65_535}) {
        // IPv6 needs a link of 1,280 octets
        for (int variant = 0; variant < 4; variant += mtu >= 1_280 ? 1 : 2) {
          cells.add(Arguments.of((variant & 1) == 0, mtu, peerMss, variant >= 2));
        }
      }
    }
    return cells.stream();
  }

  @ParameterizedTest(name = "v4 {0}, MTU {1}, peer {2}, timestamps {3}")
  @MethodSource("grid")
  @Tag("MUST-14")
  @Tag("MUST-15")
  @Tag("MUST-16")
  @Tag("MUST-67")
  @Tag("SHLD-28")
  @Tag("MAY-3")
  @Tag("SHLD-5")
  @Tag("ATTACK-23")
  @Tag("ATTACK-24")
  void segmentsAreAsLongAsBothEndsAndThePathAllow(
      boolean v4, int mtu, int peerMss, boolean stamped) {
    int headers = v4 ? 40 : 60;
    int peer = peerMss < 0 ? (v4 ? 536 : 1_220) : Math.max(48, peerMss);
    int expected = Math.max(1, Math.min(peer, mtu - headers) - (stamped ? 12 : 0));
    s.settings.timestamps = stamped;
    s.peerTimestamps = stamped;
    if (!v4) {
      s.ipv6();
    }
    s.path = new Path(mtu, mtu);
    s.activeOpen();
    assertThat(s.takeSent()).singleElement().asString().contains(" mss " + (mtu - headers));
    s.receive("S. 0:0 ack 1" + (peerMss < 0 ? "" : " mss " + peerMss)).drain();
    s.write(3 * expected);
    assertThat(s.takeSent()).first().asString().matches("P?\\. 1:" + expected + " .*");
  }

  @Test
  @Tag("MUST-65")
  void onlySynsCarryMssAndOneElsewhereIsIgnored() {
    s.established().receive("P. 1:5 ack 1 mss 100 wscale 3").write(3_000);
    assertThat(s.takeSent()).first().asString().startsWith(". 1:1460").doesNotContain("mss");
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(65_535);
  }

  @Test
  void theUsersBoundLimitsBothDirections() {
    s.options.maxSegmentBytes = 1_000;
    s.activeOpen().expect("S 0:0 win 65535 mss 1000");
    s.receive("S. 0:0 ack 1 mss 1460").drain().write(3_000).expectStart(". 1:1000");
  }

  // ---- Nagle

  @Test
  @Tag("SHLD-7")
  @Tag("SHLD-27")
  @Tag("MAY-16")
  void smallWritesWaitWhileASmallSegmentIsUnacknowledged() {
    s.established().write(1).expectStart("P. 1:1").write(1).write(1).write(1).quiet();
    s.receive(". 1:0 ack 2").expectStart("P. 2:3").quiet();
  }

  @Test
  @Tag("MUST-17")
  void withoutNagleEachWriteGoesOutAtOnce() {
    s.options.noDelay = true;
    s.established()
        .write(1)
        .expectStart("P. 1:1")
        .write(1)
        .expectStart("P. 2:1")
        .quiet();
  }

  @Test
  @Tag("MUST-17")
  void nagleCanBeSwitchedOffInMidConnection() {
    s.established().write(1).drain().write(1).quiet();
    s.connection.options().noDelay = true;
    s.connection.onOptionsChanged(s.now);
    s.settle().expectStart("P. 2:1");
  }

  @Test
  void theTailOfALargeWriteDoesNotWaitForItsBeginning() {
    s.established()
        .write(1_470)
        .expectStart(". 1:1460")
        .expectStart("P. 1461:10")
        .quiet();
    s.write(10).quiet(); // but the next small one waits for that tail
  }

  @Test
  void aFullSegmentNeverWaits() {
    s.established().write(1).drain().write(1_459).quiet().write(1).expectStart("P. 2:1460");
  }

  @Test
  @Tag("MUST-61")
  @Tag("MUST-60")
  void pushStandsExactlyOnTheSegmentThatEmptiesTheQueue() {
    s.established().write(14_600);
    List<String> sent = s.takeSent();
    assertThat(sent).hasSize(10);
    assertThat(sent.subList(0, 9)).allMatch(text -> text.startsWith(". "));
    assertThat(sent.get(9)).startsWith("P. ");
    s.write(1).receive(". 1:0 ack 14601").expectStart("P. 14601:1");
  }

  // ---- the sender's side of silly window avoidance (§3.8.6.2.1)

  @Test
  @Tag("MUST-38")
  void aWindowThatOpensByOctetsIsNotUsedUntilItIsWorthIt() {
    s.established().write(70_000);
    for (int at = 1; at < 65_536; at += 1_460) {
      s.drain();
      s.receive(". 1:0 ack " + Math.min(65_536, at + 1_460) + " win " + Math.max(0, 64_075 - at));
    }
    s.drain();
    long una = s.connection.info(s.now).bytesAcked() + 1;
    for (int window = 1; window < 1_460; window += 100) {
      s.receive(". 1:0 ack " + una + " win " + window).quiet();
    }
    s.receive(". 1:0 ack " + una + " win 1460").expectStart(". " + una + ":1460");
  }

  @Test
  void whatIsHeldBackGoesOutWhenTheOverrideTimeIsOver() {
    s.established().receive(". 1:0 ack 1 win 500").write(2_000).quiet();
    s.after(199).quiet().after(1).expectStart(". 1:500").quiet();
  }

  @Test
  @Tag("SCENARIO-3")
  void aPeerWhoseWindowIsAlwaysSmallIsNotStalled() {
    s.activeOpen().drain().receive("S. 0:0 ack 1 win 100 mss 1460").drain();
    s.write(1_000).expectStart(". 1:100").quiet();
    s.receive(". 1:0 ack 101 win 100").expectStart(". 101:100").quiet();
    s.receive(". 1:0 ack 201 win 50").expectStart(". 201:50");
  }

  @Test
  @Tag("MUST-1")
  void theWindowIsUnsigned() {
    s.options.sendBufferBytes = 1 << 20;
    s.settings.initialWindowSegments = 1_000;
    s.established().receive(". 1:0 ack 1 win 65535").write(100_000);
    int sum = s.takeSent().stream()
        .mapToInt(text -> Integer.parseInt(text.replaceAll(".*:(\\d+) ack.*", "$1")))
        .sum();
    assertThat(sum).isGreaterThan(64_000).isLessThanOrEqualTo(65_535);
  }

  // ---- links that cut and merge

  @Test
  void aLinkThatCutsGetsManySegmentsAtOnce() {
    s.path = new Path(1_500, 65_535);
    s.established().write(14_600).expectStart("P. 1:14600").quiet();
    assertThat(s.last.segmentSize).isEqualTo(1_460);
    s.receive(". 1:0 ack 1461").write(20_000);
    List<String> sent = s.takeSent();
    assertThat(sent).singleElement().asString().startsWith(". 14601:2920");
  }

  @Test
  void whatALinkCutsIsAWholeNumberOfSegmentsButForTheTail() {
    s.path = new Path(1_500, 65_535);
    s.established().write(3_000).expectStart("P. 1:3000").quiet();
    assertThat(s.last.segmentSize).isEqualTo(1_460);
    s.write(100).quiet(); // the tail of 80 was a small segment
    s.receive(". 1:0 ack 3001").expectStart("P. 3001:100");
    assertThat(s.last.segmentSize).isZero();
  }

  @Test
  @Tag("SCENARIO-29")
  void aLostSegmentOfMergedOnesGoesOutAlone() {
    s.path = new Path(1_500, 65_535);
    s.established().write(14_600).drain();
    s.receive(". 1:0 ack 2921").drain(); // the third is lost
    s.receive(". 1:0 ack 2921").receive(". 1:0 ack 2921").receive(". 1:0 ack 2921");
    s.expectStart(". 2921:1460").quiet();
    s.receive(". 1:0 ack 14601").after(10_000).quiet();
  }

  @Test
  @Tag("SCENARIO-29")
  void anAckInTheMiddleOfWhatALinkCutLeavesTheRestForTheTimer() {
    s.path = new Path(1_500, 65_535);
    s.established().write(14_600).drain().receive(". 1:0 ack 5000").drain();
    s.after(200).expectStart(". 5000:841").quiet();
    s.receive(". 1:0 ack 14601").after(10_000).quiet();
  }

  @ParameterizedTest
  @CsvSource({"1460, 1460, 0", "2920, 1460, 1", "14600, 1460, 1", "2000, 1460, 0"})
  void mergedSegmentsCountAsMany(int octets, int each, int acks) {
    s.established().receive("P. 1:1460 ack 1").receive("P. 1461:1460 ack 1").drain();
    s.receive("P. 2921:" + octets + " ack 1 size " + (octets > each ? each : 0));
    assertThat(s.takeSent()).hasSize(acks);
  }

  @Test
  @Tag("MUST-48")
  @Tag("MUST-49")
  @Tag("SHLD-21")
  @Tag("SHLD-22")
  void hopLimitAndDscpAreThoseOfTheUser() {
    s.options.ttl = 3;
    s.options.dscp = 46;
    s.ipv6().to(State.CLOSE_WAIT);
    s.write(10);
    assertThat(s.last.ttl).isEqualTo(3);
    assertThat(s.last.trafficClass).isEqualTo(46 << 2);
    s.connection.options().dscp = 10;
    s.connection.onOptionsChanged(s.now);
    s.receive(". 2:0 ack 11").write(10);
    assertThat(s.last.trafficClass).isEqualTo(10 << 2);
    s.abort();
    assertThat(s.last.trafficClass).isEqualTo(10 << 2);
    assertThat(s.last.ttl).isEqualTo(3);
  }
}
