package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.MtuProbing;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Test;

/// The connection finds out by itself what the path carries (RFC 4821 §7), where routers
/// drop in silence. The path here is 1,500 octets, the base 1,024 of text.
class MtuProbingTest {
  private final Script s = new Script();

  private Script open(MtuProbing mode) {
    s.settings.mtuProbing = mode;
    s.options.sendBufferBytes = 256 * 1024;
    return s.established();
  }

  private int mss() {
    return s.connection.info(s.now).effectiveMss();
  }

  /// Writes, and acknowledges all that goes out, a round at a time.
  private void exchange(int octets) {
    s.write(octets);
    for (int i = 0; i < 50 && s.sentCount() > 0; i++) {
      s.drain().after(10).receive(". 1:0 ack " + (1 + s.sentOctets()));
    }
  }

  // ---- §7.7, black holes

  @Test
  void repeatedTimeoutsOfLargeSegmentsMakeThemSmall() {
    open(MtuProbing.AFTER_BLACK_HOLE).write(1_460).expectStart("P. 1:1460");
    s.after(300).expectStart("P. 1:1460").after(400).expectStart("P. 1:1460");
    s.after(1_000).expectStart(". 1:1024");
    assertThat(mss()).isEqualTo(1_024);
    assertThat(s.counters.get(TcpCounter.MTU_BLACK_HOLES)).isEqualTo(1);
  }

  @Test
  void timeoutsOfSmallSegmentsProveNothing() {
    open(MtuProbing.AFTER_BLACK_HOLE).write(500).drain().after(5_000);
    assertThat(mss()).isEqualTo(1_460);
  }

  @Test
  void aPathThatCarriesEvenLessIsFoundToo() {
    open(MtuProbing.AFTER_BLACK_HOLE).write(1_460).drain().after(30_000);
    assertThat(mss()).as("half of it, though not below the least").isEqualTo(552 - 40);
  }

  @Test
  void switchedOffNothingIsLearnt() {
    open(MtuProbing.OFF).write(1_460).drain().after(30_000);
    assertThat(mss()).isEqualTo(1_460);
  }

  // ---- §7.3 to §7.6, the search

  private Script always() {
    open(MtuProbing.ALWAYS);
    assertThat(mss()).isEqualTo(1_024);
    return s;
  }

  @Test
  void aProbeIsOneLargerSegmentOfTextThatWaitsAnyway() {
    always().write(6_000);
    s.expectStart(". 1:1242 ack 1"); // between 1,064 and 1,500 with 40 of headers
    s.expectStart(". 1243:1024 ack 1");
    assertThat(s.counters.get(TcpCounter.MTU_PROBES)).isEqualTo(1);
  }

  @Test
  void withTooLittleBehindItNothingIsProbed() {
    always().write(4_000).expectStart(". 1:1024 ack 1");
  }

  @Test
  void aProbeThatArrivesIsTheNewSizeAndTheWindowStaysInOctets() {
    always().write(6_000).drain();
    long before = s.connection.info(s.now).cwnd();
    s.receive(". 1:0 ack 1243");
    assertThat(mss()).isEqualTo(1_242);
    assertThat(s.connection.info(s.now).cwnd()).isBetween(before, before + 1_242);
  }

  /// §7.5: nobody is to blame.
  @Test
  void aProbeLostAloneGoesAgainInPiecesAndTheWindowStays() {
    always().write(6_000).drain();
    long before = s.connection.info(s.now).cwnd();
    s.receive(". 1:0 ack 1").receive(". 1:0 ack 1").quiet();
    s.receive(". 1:0 ack 1").expectStart(". 1:1024 ack 1");
    assertThat(s.connection.info(s.now).cwnd()).isEqualTo(before);
    assertThat(s.connection.info(s.now).ssthresh()).isEqualTo(Long.MAX_VALUE);
    assertThat(mss()).isEqualTo(1_024);
  }

  /// §7.6.2: as many round trips as the window has segments, ten here.
  @Test
  void afterAProbeLostAloneTheNextOneWaitsAsLongAsALossWouldTakeToCome() {
    always().write(500).drain().after(100).receive(". 1:0 ack 501"); // a round trip is known
    s.write(6_000).drain();
    s.receive(". 1:0 ack 501").receive(". 1:0 ack 501").receive(". 1:0 ack 501").drain();
    s.receive(". 1:0 ack 6501");
    exchange(20_000);
    assertThat(s.counters.get(TcpCounter.MTU_PROBES)).as("at once").isEqualTo(1);
    for (int i = 0; i < 40; i++) {
      s.after(100);
      exchange(20_000);
    }
    assertThat(s.counters.get(TcpCounter.MTU_PROBES)).as("later").isGreaterThan(1);
  }

  /// §7.5: other losses are congestion as ever.
  @Test
  void aLossBehindTheProbeIsCongestion() {
    always().write(6_000).drain();
    s.receive(". 1:0 ack 1243");
    s.receive(". 1:0 ack 1243").receive(". 1:0 ack 1243").receive(". 1:0 ack 1243");
    assertThat(s.connection.info(s.now).ssthresh()).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void theSearchEndsCloseToTheLargest() {
    always();
    for (int i = 0; i < 12; i++) {
      exchange(20_000);
    }
    assertThat(mss()).isBetween(1_460 - 8, 1_460);
    assertThat(s.counters.get(TcpCounter.MTU_PROBES)).isLessThan(12);
  }

  @Test
  void noPeerGetsMoreThanItsMss() {
    s.settings.mtuProbing = MtuProbing.ALWAYS;
    s.options.sendBufferBytes = 256 * 1024;
    s.activeOpen()
        .drain()
        .receive("S. 0:0 ack 1 win 65535 mss 1200")
        .in(State.ESTABLISHED)
        .drain();
    for (int i = 0; i < 12; i++) {
      exchange(20_000);
    }
    assertThat(mss()).isBetween(1_192, 1_200);
  }

  /// RFC 1191 §6.3, RFC 8201 §4: not before five, better ten minutes.
  @Test
  void afterTenMinutesMoreIsTriedAgain() {
    always();
    for (int i = 0; i < 12; i++) {
      exchange(20_000);
    }
    s.connection.onIcmpError(icmp(1_200), s.now);
    s.write(1_000).drain();
    s.connection.onIcmpError(icmp(1_200), s.now);
    assertThat(mss()).isEqualTo(1_160);
    s.receive(". 1:0 ack " + (1 + s.sentOctets())).drain();
    s.after(300_000).drain();
    exchange(40_000);
    assertThat(mss()).as("after five minutes").isEqualTo(1_160);
    s.after(301_000).drain();
    for (int i = 0; i < 12; i++) {
      exchange(20_000);
    }
    assertThat(mss()).isGreaterThan(1_440);
  }

  private IcmpError icmp(int mtu) {
    return new IcmpError(IcmpError.Kind.PACKET_TOO_BIG, 3, 4, mtu, s.last.seq);
  }
}
