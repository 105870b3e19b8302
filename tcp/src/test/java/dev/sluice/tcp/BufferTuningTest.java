package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.State;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Buffers grow with the use that is made of them, and no further than they are allowed
/// to; and the clamp of the MSS.
class BufferTuningTest {
  private static final int FIRST = 65_535;

  private final Script s = new Script();

  private Script open(boolean tuned) {
    s.settings.windowScaling = true;
    s.settings.maxReceiveBufferBytes = 1 << 20;
    s.settings.maxSendBufferBytes = 400_000;
    s.options.sendBufferBytes = 100_000;
    s.options.receiveAutoTuning = tuned;
    s.options.sendAutoTuning = tuned;
    s.activeOpen().expectStart("S 0:0");
    s.after(50).receive("S. 0:0 ack 1 win 65535 mss 1460 wscale 8").expectStart(". 1:0 ack 1");
    return s;
  }

  /// What is offered: the space beyond all that was received.
  private long window() {
    return s.connection.info(s.now).receiveWindow();
  }

  /// Rounds of 50 ms in which the peer fills the window and everything is read, or not.
  private void rounds(int count, boolean reads) {
    int received = 1;
    for (int i = 0; i < count; i++) {
      s.after(50);
      int window = (int) window();
      for (int left = window; left >= 1_460; left -= 1_460) {
        s.receiveOnly(". " + received + ":1460 ack 1 win 60000");
        received += 1_460;
      }
      s.settle().drain();
      if (reads) {
        s.connection.read(ByteBuffer.allocate(1 << 21));
        s.connection.onApplicationProgress(s.now);
      }
      s.settle().drain();
    }
  }

  @Test
  void aReaderWhoReadsAWindowInARoundTripIsOfferedMore() {
    open(true);
    rounds(3, true);
    assertThat(window()).isGreaterThan(2 * FIRST);
  }

  @Test
  void theWindowGrowsNoFurtherThanTheStackAllows() {
    open(true);
    rounds(12, true);
    assertThat(window()).isBetween((1L << 20) - 20_000, 1L << 20);
  }

  @Test
  void whatPilesUpBeforeALateReaderIsNoReasonForMore() {
    open(true);
    int received = 1;
    for (int i = 0; i < 12; i++) {
      for (int octets = 0; octets < 30_000; octets += 1_000) { // 12,500 in a round trip
        s.receiveOnly(". " + received + ":1000 ack 1 win 60000");
        received += 1_000;
        s.settle().drain().after(4);
      }
      s.connection.read(ByteBuffer.allocate(1 << 21));
      s.connection.onApplicationProgress(s.now);
      s.settle().drain();
    }
    assertThat(window()).isLessThanOrEqualTo(FIRST);
  }

  @Test
  void aReaderWhoDoesNotReadGetsNoMore() {
    open(true);
    rounds(5, false);
    assertThat(window()).isLessThan(1_460);
  }

  @Test
  void whoHasChosenASizeKeepsIt() {
    open(false);
    rounds(6, true);
    assertThat(window()).isLessThanOrEqualTo(FIRST);
  }

  private int written() {
    int before = s.connection.writableBytes();
    s.write(before);
    s.drain();
    return before;
  }

  @ParameterizedTest
  @CsvSource({"true, 400000", "false, 100000"})
  void theSendBufferHoldsTwoWindowsAtMostWhatTheStackAllows(boolean tuned, int most) {
    open(tuned);
    int sent = written();
    for (int i = 0; i < 60; i++) {
      s.now += 50 * Script.MS;
      s.receive(". 1:0 ack " + (1 + s.sentOctets()) + " win 60000").drain();
      sent = written();
      s.drain();
    }
    int buffered = s.connection.info(s.now).sendQueue() + s.connection.writableBytes();
    assertThat(buffered).isEqualTo(most);
    assertThat(sent).isPositive();
  }

  @Test
  void theSendBufferHoldsWhatThePathTakesInFourRoundTrips() {
    open(true);
    written();
    for (int i = 0; i < 60; i++) {
      s.now += 50 * Script.MS; // a round trip, and then ACKs of a queue that drains slowly
      long unacknowledged = s.sentOctets() - (long) s.connection.info(s.now).sendQueue();
      s.receive(". 1:0 ack " + (1 + unacknowledged + 10_000) + " win 60000").drain();
      written();
      s.drain();
    }
    int buffered = s.connection.info(s.now).sendQueue() + s.connection.writableBytes();
    assertThat(buffered).isEqualTo(100_000);
  }

  // ---- MSS clamp

  @Test
  void theClampHoldsForWhatWeAnnounceAndForWhatThePeerDoes() {
    s.settings.mssClamp = 1_200;
    s.activeOpen().expect("S 0:0 win 65535 mss 1200");
    s.receive("S. 0:0 ack 1 mss 1460").in(State.ESTABLISHED).drain();
    s.write(1_500).expectStart(". 1:1200 ack 1");
  }

  @Test
  void aListenerClampsToo() {
    s.settings.mssClamp = 1_200;
    s.listen(8).receive("S 0:0 mss 1460").expect("S. 0:0 ack 1 win 65535 mss 1200");
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED).drain();
    s.write(1_500).expectStart(". 1:1200 ack 1");
  }

  @Test
  void theSmallerOfUserAndStackHolds() {
    s.settings.mssClamp = 1_200;
    s.options.maxSegmentBytes = 1_000;
    s.activeOpen().expect("S 0:0 win 65535 mss 1000");
  }
}
