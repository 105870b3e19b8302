package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sequence numbers are modulo 2^32: a story must read the same wherever they begin.
class NumbersWrapTest {
  /// Stories told in relative numbers; what was sent is the outcome.
  private static final List<Consumer<Script>> STORIES = List.of(
      s -> {
        s.established().write(30_000).receive(". 1:0 ack 7301").receive(". 1:0 ack 14601");
        s.after(200).receive(". 1:0 ack 30001").shutdown().receive(". 1:0 ack 30002");
        s.receive("F. 1:0 ack 30002");
      },
      s -> {
        s.established();
        for (int at : new int[] {5, 1, 3, 9, 7, 2, 4, 6, 8}) {
          s.receive("P. " + (1 + (at - 1) * 1_000) + ":1000 ack 1");
        }
        s.read(9_000);
        s.receive("F. 9001:0 ack 1").close();
      },
      s -> {
        s.established().write(20_000);
        for (int i = 0; i < 6; i++) {
          s.receive(". 1:0 ack 1");
        }
        s.receive(". 1:0 ack 5841").receive(". 1:0 ack 20001").after(1_000);
      },
      s -> {
        s.established().receive(". 1:0 ack 1 win 0").write(3_000).after(3_000);
        s.receive(". 1:0 ack 2 win 1000").after(500).receive(". 1:0 ack 1002 win 65535");
        s.receive("R 2:0").receive("R 0:0").receive("S 1:0").receive("P. -5:10 ack 1002");
        s.receive("R 5:0").receive("R 6:0");
      },
      s -> {
        s.to(State.SYN_RECEIVED).receive("S. 0:0 ack 1").write(10).receive("U. 1:5 ack 11 urg 3");
        s.abort();
      });

  static Stream<int[]> numbers() {
    List<int[]> all = new ArrayList<>();
    int[] around = {1, 2, 3, 5, 1_000, 1_461, 5_000, 9_001, 14_601, 20_001, 65_535, 65_536};
    for (int k : around) {
      all.add(new int[] {-k, 77});
      all.add(new int[] {77, -k});
      all.add(new int[] {-k, -k});
      all.add(new int[] {Integer.MAX_VALUE - k, Integer.MIN_VALUE + k});
      all.add(new int[] {Integer.MIN_VALUE - k, Integer.MAX_VALUE - k});
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("numbers")
  @Tag("SCENARIO-8")
  @Tag("SCENARIO-31")
  void everyStoryReadsTheSameWhereverItsNumbersBegin(int[] numbers) {
    for (Consumer<Script> story : STORIES) {
      assertThat(tell(story, numbers[0], numbers[1])).isEqualTo(tell(story, 1_000, 1_000));
    }
  }

  private static List<String> tell(Consumer<Script> story, int ours, int peers) {
    Script s = new Script().numbers(ours, peers);
    story.accept(s);
    assertThat(s.iss).isEqualTo(ours);
    List<String> all = new ArrayList<>(s.transitions);
    all.addAll(s.everything);
    s.events.forEach(event -> all.add(event.toString()));
    return all;
  }

  private static final long[] STOPS = {
    (1L << 31) + 200_000, 3L << 30, (1L << 32) - 1, Long.MAX_VALUE
  };

  /// More than 4 GiB each way, in the largest segments there are, so that each number
  /// comes by again. The stops lie where a comparison with a number of long ago would
  /// turn over.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 12_345})
  void fourGibibytesLaterTheNumbersOfTheBeginningMeanNothing(int shift) {
    Script s = new Script();
    s.path = new dev.sluice.tcp.tcb.Path(1_500, 65_535);
    s.settings.windowScaling = true;
    s.options.sendBufferBytes = 1 << 17;
    s.settings.initialWindowSegments = 1_000; // all that is written goes out at once
    s.establishedWith("mss 1460 wscale 7").write(shift + 10).receive(". 1:0 ack " + (shift + 11));
    long sent = shift + 10L;
    long end = (1L << 32) + (1L << 20);
    java.nio.ByteBuffer zeros = java.nio.ByteBuffer.allocateDirect(64_240);
    dev.sluice.wire.Segment out = new dev.sluice.wire.Segment();
    int stops = 0;
    while (sent < end) {
      long stop = STOPS[stops];
      // only before the stop that must be met exactly is a segment small
      int length = stop == (1L << 32) - 1 ? (int) Math.min(64_240, stop - sent) : 64_240;
      s.connection.write(zeros.clear().limit(length));
      while (s.connection.pollTransmit(out, s.now)) {
        assertThat(out.has(dev.sluice.wire.Flags.SYN)).isFalse();
        sent += out.payloadLength;
      }
      s.receiveOnly(". 1:0 ack " + (sent + 1));
      if (sent >= stop) {
        stops++;
        checkLossAndTail(s, sent, zeros, out);
        sent += 20 * 1_460 + 10;
      }
    }
    s.in(State.ESTABLISHED);
    assertThat(s.counters.get(TcpCounter.FAST_RETRANSMITS)).isEqualTo(3);
  }

  /// A small tail goes out at once, and three duplicate ACKs still tell of a loss.
  private static void checkLossAndTail(
      Script s, long sent, java.nio.ByteBuffer zeros, dev.sluice.wire.Segment out) {
    assertThat(s.connection.pollTransmit(out, s.now)).isFalse();
    s.connection.write(zeros.clear().limit(20 * 1_460 + 10));
    int octets = 0;
    while (s.connection.pollTransmit(out, s.now)) {
      octets += out.payloadLength;
    }
    assertThat(octets).isEqualTo(20 * 1_460 + 10);
    for (int i = 0; i < 3; i++) {
      s.receiveOnly(". 1:0 ack " + (sent + 1));
    }
    assertThat(s.connection.pollTransmit(out, s.now)).isTrue();
    assertThat(out.payloadLength).isEqualTo(1_460);
    s.receiveOnly(". 1:0 ack " + (sent + octets + 1));
  }

  // ---- where numbers begin

  @Test
  @Tag("MUST-8")
  @Tag("SHLD-1")
  void theNumberOfOneFourTupleFollowsAClockOfFourMicroseconds() {
    InitialSequence numbers = new InitialSequence(11, 22);
    FourTuple tuple = new Script().tuple;
    int first = numbers.iss(tuple, 0);
    for (long nanos : new long[] {3_999, 4_000, 1_000_000, 1_000_000_000L, 17_179_869_184_000L}) {
      assertThat(numbers.iss(tuple, nanos) - first).isEqualTo((int) (nanos / 4_000));
    }
  }

  @Test
  @Tag("MUST-9")
  @Tag("ATTACK-6")
  void numbersOfDifferentFourTuplesTellNothingOfEachOther() {
    InitialSequence numbers = new InitialSequence(11, 22);
    InitialSequence others = new InitialSequence(11, 23);
    IpAddress local = IpAddress.parse("198.18.0.2");
    int[] ones = new int[32];
    BitSet seen = new BitSet();
    int equal = 0;
    for (int port = 0; port < 50_000; port++) {
      FourTuple tuple = new FourTuple(local, 7, IpAddress.parse("198.18.0.1"), port);
      int iss = numbers.iss(tuple, 0);
      for (int bit = 0; bit < 32; bit++) {
        ones[bit] += iss >>> bit & 1;
      }
      seen.set(iss >>> 12);
      equal += iss == others.iss(tuple, 0) ? 1 : 0;
    }
    assertThat(equal).isLessThan(3);
    for (int count : ones) {
      assertThat(count).isBetween(24_000, 26_000);
    }
    assertThat(seen.cardinality()).isGreaterThan(48_000);
  }
}
