package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// Segments spread over time: SO_MAX_PACING_RATE and pacing by the window.
class PacingTest {
  private static final int MSS = 1_000;
  private final Script s = new Script();
  private int nextAck = 1;

  private void open() {
    s.options.sendBufferBytes = 1 << 20;
    s.settings.windowScaling = true;
    s.activeOpen()
        .drain()
        .after(100)
        .receive("S. 0:0 ack 1 win 65535 mss 1000 wscale 7")
        .drain();
  }

  private void ack(int segments) {
    nextAck += segments * MSS;
    s.receive(". 1:0 ack " + nextAck + " win 65535");
  }

  @Test
  void withoutASettingAllThatTheWindowAllowsGoesAtOnce() {
    open();
    s.write(100_000);
    assertThat(s.takeSent()).hasSize(10);
    s.after(100);
    ack(10);
    assertThat(s.takeSent().size()).isGreaterThan(17);
  }

  @Test
  void theFirstWindowIsNotPacedAndWhatFollowsIs() {
    s.settings.pacing = true;
    open();
    s.write(100_000);
    assertThat(s.takeSent()).hasSize(10);
    s.after(100);
    ack(10); // 18 may be in flight, at two windows each 100 ms: two for each 5.6 ms
    assertThat(s.takeSent()).hasSize(2);
    int sent = 0;
    for (int i = 0; i < 50 && sent < 16; i++) {
      s.after(1);
      int now = s.takeSent().size();
      assertThat(now).isLessThanOrEqualTo(2);
      sent += now;
    }
    assertThat(sent).isEqualTo(16);
  }

  @Test
  void aLimitHoldsWhateverTheWindow() {
    s.options.maxPacingBytesPerSecond = 100_000;
    open();
    s.write(500_000).drain();
    int sent = 0;
    for (int i = 0; i < 2_000; i++) {
      s.after(1);
      sent += s.takeSent().size();
      if (i % 20 == 0) {
        ack(10 + sent - nextAck / MSS);
        sent += s.takeSent().size();
      }
    }
    assertThat(sent).isCloseTo(200, within(12)); // 2 s of 100 segments a second
  }

  @Test
  void acknowledgmentsOfOursDoNotWait() {
    s.options.maxPacingBytesPerSecond = 1_000;
    open();
    s.write(100_000).drain();
    ack(1);
    s.drain();
    s.receive(". 1:1000 ack " + nextAck).receive(". 1001:1000 ack " + nextAck);
    s.expectStart(". ").quiet();
  }

  @Test
  void aPieceForTheLinkToCutIsAMillisecondsWorth() {
    s.path = new dev.sluice.tcp.tcb.Path(1_500, 65_535);
    s.options.maxPacingBytesPerSecond = 5_000_000;
    open();
    s.write(100_000);
    s.after(100);
    for (String segment : s.takeSent()) {
      int colon = segment.indexOf(':');
      int length = Integer.parseInt(segment.substring(colon + 1, segment.indexOf(' ', colon)));
      assertThat(length).isLessThanOrEqualTo(5_000);
    }
  }
}
