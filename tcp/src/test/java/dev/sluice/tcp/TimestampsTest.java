package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Timestamps and PAWS (RFC 7323 §3 to §5), and window scaling (§2).
class TimestampsTest {
  private static final long DAY = 24L * 3_600_000;
  private final Script s = new Script();

  @Test
  void onceAgreedOnTheyAreOnEverySegmentRstIncluded() {
    s.establishedWithTimestamps().write(100);
    s.receive("P. 1:10 ack 101").after(50).shutdown();
    assertThat(s.takeSent()).hasSize(3).allMatch(text -> text.contains(" ts"));
    s.abort();
    assertThat(s.takeSent()).singleElement().asString().startsWith("R.").contains(" ts");
  }

  @Test
  void notAgreedOnTheyAreIgnored() {
    s.established().receive("P. 1:10 ack 1 ts 5").after(50).receive("P. 11:10 ack 1 ts 4");
    s.after(50);
    assertThat(s.takeSent()).hasSize(2).noneMatch(text -> text.contains("ts"));
  }

  @Test
  void aSegmentWithoutThemIsTakenIfSoSet() {
    s.settings.tolerateMissingTimestamps = true;
    s.establishedWithTimestamps().receive("P. 1:10 ack 1 nots 0");
    assertThat(s.connection.readableBytes()).isEqualTo(10);
  }

  @Test
  void aSegmentWithoutThemIsDroppedInSilence() {
    s.establishedWithTimestamps().receive("P. 1:10 ack 1 nots 0").after(1_000).quiet();
    assertThat(s.connection.readableBytes()).isZero();
    assertThat(s.counters.get(TcpCounter.DROPPED_NO_TIMESTAMP)).isEqualTo(1);
    s.receive("R 1:0 nots 0").in(State.CLOSED);
  }

  @ParameterizedTest(name = "TSval {0}: taken {1}")
  @CsvSource({"999, false", "1000, true", "1001, true", "-2147482649, true", "-2147482648, false"})
  void anOldTimestampIsAcknowledgedAndDropped(int tsVal, boolean taken) {
    s.establishedWithTimestamps().receive("P. 1:10 ack 1 ts " + tsVal).after(50);
    s.expectStart(taken ? ". 1:0 ack 11" : ". 1:0 ack 1 ").quiet();
    assertThat(s.connection.readableBytes()).isEqualTo(taken ? 10 : 0);
  }

  /// A repeat at the left edge carries a newer timestamp than text sent before it that
  /// was held back on the way; such text is taken where it fills a gap, unless it is
  /// older than what was in order when the gap opened.
  @ParameterizedTest(name = "TSval {0}: in order up to {1}")
  @CsvSource({"2001, 51", "2000, 51", "1999, 21", "1000, 21"})
  void heldBackTextThatFillsAGapIsTakenThoughARepeatOvertookIt(int tsVal, int inOrder) {
    s.settings.selectiveAcks = true;
    s.establishedWithTimestamps().receive("P. 1:10 ack 1 ts 2000");
    s.receive("P. 41:10 ack 1 ts 2004").receive("P. 11:10 ack 1 ts 2050").drain();
    s.receive("P. 21:20 ack 1 ts " + tsVal).drain();
    assertThat(s.connection.readableBytes()).isEqualTo(inOrder - 1);
    assertThat(s.counters.get(TcpCounter.DROPPED_PAWS)).isEqualTo(inOrder == 51 ? 0 : 1);
    assertThat(s.last.tsEcr).isEqualTo(2_050); // it does not take TS.Recent back
  }

  @Test
  void textBeyondAllThatIsHereHasNoGapToFill() {
    s.establishedWithTimestamps().receive("P. 1:10 ack 1 ts 2000");
    s.receive("P. 41:10 ack 1 ts 2004").receive("P. 11:10 ack 1 ts 2050").drain();
    s.receive("P. 51:10 ack 1 ts 2005").receive("P. 21:20 ack 1 ts 2001").drain();
    assertThat(s.connection.readableBytes()).isEqualTo(50);
    s.receive("P. 51:10 ack 1 ts 2005").drain(); // and none is open now
    assertThat(s.connection.readableBytes()).isEqualTo(50);
    assertThat(s.counters.get(TcpCounter.DROPPED_PAWS)).isEqualTo(2);
  }

  @Test
  void aResetIsExemptFromPaws() {
    s.establishedWithTimestamps().receive("R 1:0 ts 5").in(State.CLOSED);
  }

  @Test
  void theEchoIsThatOfTheSegmentAtTheLeftEdge() {
    s.establishedWithTimestamps();
    s.receive("P. 1:10 ack 1 ts 2000").receive("P. 11:10 ack 1 ts 3000").after(50);
    s.drain();
    assertThat(s.last.tsEcr).isEqualTo(2_000); // the first that the ACK is for (§4.3)
    s.receive("P. 31:10 ack 1 ts 4000").drain(); // beyond a gap
    assertThat(s.last.tsEcr).isEqualTo(2_000);
    s.receive("P. 21:10 ack 1 ts 3500").drain();
    assertThat(s.last.tsEcr).isEqualTo(3_500);
  }

  /// CVE-2005-0356: what is not acceptable in full leaves TS.Recent alone.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "P. 2:10 ack 1 ts 1000000000",
        "P. 90000:10 ack 1 ts 1000000000",
        "P. -9:5 ack 1 ts 1000000000",
        "S 1:0 ts 1000000000",
        "S 2:0 ts 1000000000",
        "P. 1:10 ack 99999 ts 1000000000",
        "P. 1:10 ack -99999 ts 1000000000",
        "- 1:10 ts 1000000000",
        "R 5:0 ts 1000000000"
      })
  @Tag("ATTACK-10")
  void aForgedTimestampDoesNotShutThePeerOut(String forged) {
    s.establishedWithTimestamps().receive(forged).after(1_000).drain();
    s.receive("P. 1:10 ack 1 ts 1500").after(50);
    assertThat(s.connection.readableBytes()).isGreaterThanOrEqualTo(10);
  }

  @Test
  void after24IdleDaysAnyTimestampCountsAndIsEchoedFromThenOn() {
    s.establishedWithTimestamps().receive("P. 1:10 ack 1 ts 5000").after(50).drain();
    s.after(24 * DAY - 1_000).receive("P. 11:10 ack 1 ts 4000").drain();
    assertThat(s.connection.readableBytes()).isEqualTo(10);
    s.after(2_000).receive("P. 11:10 ack 1 ts 4000").after(50).drain();
    assertThat(s.connection.readableBytes()).isEqualTo(20);
    assertThat(s.last.tsEcr).isEqualTo(4_000);
    s.receive("P. 21:10 ack 1 ts 3999").drain(); // and PAWS is back
    assertThat(s.connection.readableBytes()).isEqualTo(20);
  }

  @Test
  void theClockTicksOncePerMillisecond() {
    s.establishedWithTimestamps();
    int before = s.last.tsVal;
    s.after(123_456).write(1);
    assertThat(s.last.tsVal - before).isEqualTo(123_456);
  }

  @Test
  @Tag("ATTACK-11")
  void theClockOfEachFourTupleHasItsOwnOffset() {
    var numbers = s.environment().initialSequence();
    assertThat(numbers.timestampOffset(s.tuple))
        .isNotEqualTo(numbers.timestampOffset(new Script().ipv6().tuple))
        .isNotEqualTo(numbers.iss(s.tuple, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "7, 7", "13, 13", "14, 14", "15, 14", "255, 14"})
  @Tag("REC-1")
  @Tag("ATTACK-24")
  void thePeersWindowIsScaledByAtMost14(int asked, int used) {
    s.settings.windowScaling = true;
    s.establishedWith("wscale " + asked);
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(65_535); // a SYN's is not
    s.receive(". 1:0 ack 1 win 65534");
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(65_534L << used);
  }

  @ParameterizedTest
  @CsvSource({
    "65535, 0",
    "65536, 1",
    "131070, 1",
    "131072, 2",
    "1048576, 5",
    "16777216, 9",
    "1073741824, 14"
  })
  void ourScaleTellsTheWholeBuffer(int buffer, int shift) {
    s.settings.windowScaling = true;
    s.options.receiveBufferBytes = buffer;
    s.activeOpen().expect("S 0:0 win 65535 mss 1460 wscale " + shift);
    s.receive("S. 0:0 ack 1 wscale 0").drain();
    s.write(1);
    long window = (long) s.last.window << shift;
    assertThat(window).isLessThanOrEqualTo(Math.max(65_535, buffer)).isGreaterThan(buffer / 2);
  }

  @Test
  void withoutThePeersOptionNothingIsScaled() {
    s.settings.windowScaling = true;
    s.options.receiveBufferBytes = 1 << 20;
    s.establishedWith("mss 1460").write(1).expect("P. 1:1 ack 1 win 65535");
    s.receive(". 1:0 ack 2 win 10");
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(10);
  }
}
