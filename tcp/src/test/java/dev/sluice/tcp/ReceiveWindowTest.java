package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How the right edge of the offered window moves (RFC 9293 §3.8.6.2.2).
class ReceiveWindowTest {
  private final Script s = new Script();

  private Script withFreeBuffer(int octets) {
    s.options.receiveBufferBytes = octets;
    s.options.quickAck = true;
    return s.activeOpen()
        .expectStart("S 0:0")
        .receive("S. 0:0 ack 1 mss 1460")
        .expectStart(". 1:0 ack 1");
  }

  @Test
  @Tag("MUST-39")
  void moreRoomThanTheFieldCanTellIsOfferedInStepsOfASegment() {
    withFreeBuffer(70_000).receive("P. 1:100 ack 1").expect(". 1:0 ack 101 win 65435");
    s.receive("P. 101:1400 ack 1").expect(". 1:0 ack 1501 win 65535");
  }

  @Test
  void moreRoomThanTheFieldCanTellIsOfferedAtOnceIfTheWindowFollowsTheBuffer() {
    s.settings.windowFollowsBuffer = true;
    withFreeBuffer(70_000).receive("P. 1:100 ack 1").expect(". 1:0 ack 101 win 65535");
    s.receive("P. 101:1400 ack 1").expect(". 1:0 ack 1501 win 65535");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("MUST-39")
  void lessThanASegmentIsNotOfferedAnew(boolean followsBuffer) {
    s.settings.windowFollowsBuffer = followsBuffer;
    withFreeBuffer(10_000).receive("P. 1:10000 ack 1").expect(". 1:0 ack 10001 win 0");
    s.read(1_459);
    s.quiet();
    s.receive("P. 10001:1 ack 1").expect(". 1:0 ack 10001 win 0").quiet();
    s.read(1);
    s.expectStart(". 1:0 ack 10001 win 1460").quiet();
  }

  @Test
  void aReadOfLittleIsToldByTheNextSegmentIfTheWindowFollowsTheBuffer() {
    s.settings.windowFollowsBuffer = true;
    withFreeBuffer(10_000).receive("P. 1:2000 ack 1").expect(". 1:0 ack 2001 win 8000");
    s.read(100);
    s.quiet();
    s.write(5).expect("P. 1:5 ack 2001 win 8100");
  }

  @Test
  @Tag("MUST-39")
  void aReadOfLittleIsNotToldAtAll() {
    withFreeBuffer(10_000).receive("P. 1:2000 ack 1").expect(". 1:0 ack 2001 win 8000");
    s.read(100);
    s.quiet();
    s.write(5).expect("P. 1:5 ack 2001 win 8000");
    assertThat(s.connection.readableBytes()).isEqualTo(1_900);
  }

  /// The window begins small if so set, and each segment with text adds two.
  @Test
  void aFirstWindowGrowsWithWhatArrives() {
    s.settings.firstWindowBytes = 65_535;
    s.options.quickAck = true;
    s.options.receiveBufferBytes = 1_000_000;
    s.settings.windowScaling = true;
    s.activeOpen().drain().receive("S. 0:0 ack 1 mss 1460 wscale 0").drain();
    long first = offered();
    s.receive("P. 1:1460 ack 1").drain();
    assertThat(first).isBetween(65_520L, 65_536L);
    assertThat(offered()).isBetween(first + 2_900, first + 2_936);
    s.read(1_460);
    s.quiet(); // what was read opens nothing that the peer has no use for
  }

  @Test
  void withoutAFirstWindowAllThatIsFreeIsOffered() {
    s.options.receiveBufferBytes = 1_000_000;
    s.settings.windowScaling = true;
    s.activeOpen().drain().receive("S. 0:0 ack 1 mss 1460 wscale 0").drain();
    assertThat(offered()).isGreaterThan(999_000);
  }

  private long offered() {
    return (long) s.last.window << 4;
  }
}
