package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where PSH stands (RFC 9293 §3.9.1.2): at the end of what is waiting, and at the end of
/// bursts if so set.
class PushTest {
  private final Script s = new Script();

  private List<String> pushed() {
    return s.takeSent().stream().filter(text -> text.startsWith("P.")).toList();
  }

  @Test
  @Tag("MUST-61")
  void aSegmentThatEndedAWriteHasItAgainWhenItIsSentAgain() {
    s.options.noDelay = true;
    s.established().write(10).expectStart("P. 1:10").write(1_460).expectStart("P. 11:1460");
    s.after(200).expectStart("P. 1:10").quiet();
  }

  @Test
  void burstsOfTwoEndWithItIfSoSetWhereTheRoundTripIsLong() {
    s.settings.pushBursts = true;
    s.activeOpen().drain().after(100).receive("S. 0:0 ack 1 win 65535 mss 1460").drain();
    s.write(40_000);
    assertThat(pushed())
        .map(text -> text.split(" ", 3)[1])
        .containsExactly("1461:1460", "4381:1460", "7301:1460", "10221:1460", "13141:1460");
  }

  @Test
  void aBurstIsHalfTheCongestionWindowAtMost() {
    s.settings.pushBursts = true;
    s.settings.initialWindowSegments = 3;
    s.activeOpen().drain().after(100).receive("S. 0:0 ack 1 win 65535 mss 1460").drain();
    s.write(40_000);
    assertThat(pushed()).isEmpty(); // three bursts of one segment
  }

  @Test
  void burstsAreLongerWhereTheRoundTripIsShort() {
    s.settings.pushBursts = true;
    s.activeOpen().drain().receive("S. 0:0 ack 1 win 65535 mss 1460").drain();
    s.write(40_000);
    assertThat(pushed())
        .map(text -> text.split(" ", 3)[1])
        .containsExactly("5841:1460", "13141:1460");
  }

  @Test
  void aBurstSentAgainHasNoPushOfItsOwn() {
    s.settings.pushBursts = true;
    s.activeOpen().drain().after(100).receive("S. 0:0 ack 1 win 65535 mss 1460").drain();
    s.write(40_000).drain();
    s.after(3_000);
    assertThat(pushed()).isEmpty();
  }

  /// Half of the peer's largest window is a block, and no burst goes beyond its end.
  @Test
  void aBurstEndsWhereHalfTheLargestWindowDoes() {
    s.settings.pushBursts = true;
    s.settings.initialWindowSegments = 40;
    s.settings.boundInitialWindow = false;
    s.activeOpen().drain().receive("S. 0:0 ack 1 win 14600 mss 1460").drain();
    s.write(14_600);
    assertThat(pushed())
        .map(text -> text.split(" ", 3)[1])
        .containsExactly("5841:1460", "13141:1460");
  }

  /// A single segment that ends a block has PSH if half a window was written since the
  /// last; without bursts it has none.
  @ParameterizedTest
  @CsvSource({"true, P. 8761:1460", "false,"})
  void halfAWindowIsNotWrittenWithoutPush(boolean bursts, String expected) {
    s.settings.pushBursts = bursts;
    s.settings.initialWindowSegments = 1;
    s.activeOpen().drain().after(100).receive("S. 0:0 ack 1 win 10000 mss 1460").drain();
    s.write(1_460).expectStart("P. 1:1460").write(40_000);
    for (int i = 1; i <= 10; i++) {
      s.receive(". 1:0 ack " + (1_460 * i + 1) + " win 1460");
    }
    assertThat(pushed())
        .map(text -> text.substring(0, 12).strip())
        .isEqualTo(expected == null ? List.of() : List.of(expected));
  }
}
