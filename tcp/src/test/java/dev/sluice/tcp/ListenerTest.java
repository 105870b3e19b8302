package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// LISTEN, and SYN-RECEIVED that came from it.
@NullUnmarked // a script has a connection or a listener, as its test chose
class ListenerTest {
  /// §3.10.7.2: RST is ignored, ACK is answered by RST, SYN begins a connection, all else
  /// is dropped.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "R 5:0, -",
    "R. 5:0 ack 1, -",
    ". 5:0 ack 77, R 77:0 win 0",
    "S. 0:0 ack 77, R 77:0 win 0",
    "F. 5:0 ack 77, R 77:0 win 0",
    "P. 5:10 ack 77, R 77:0 win 0",
    "- 5:0, -",
    "F 5:0, -",
    "- 5:10, -",
    "SF 0:0, -",
    "S 0:0, S. 0:0 ack 1 win 65535 mss 1460",
    "S 0:10, S. 0:0 ack 1 win 65535 mss 1460"
  })
  void inListen(String segment, String reaction) {
    Script s = new Script().listen(8);
    s.receive(segment);
    if (!reaction.equals("-")) {
      s.expect(reaction);
    }
    s.quiet();
    assertThat(s.listener.halfOpenCount()).isEqualTo(segment.startsWith("S ") ? 1 : 0);
  }

  @Test
  void aHalfOpenPeerIsNoConnectionUntilTheThirdSegment() {
    Script s = new Script().ipv6().listen(8);
    s.receive("S 0:0").expect("S. 0:0 ack 1 win 65535 mss 1440").quiet();
    assertThat(s.connection).isNull();
    assertThat(s.listener.acceptQueueLength()).isZero();
    s.receive(". 1:0 ack 1");
    assertThat(s.listener.acceptQueueLength()).isEqualTo(1);
    assertThat(s.listener.halfOpenCount()).isZero();
  }

  @Test
  void theSynAckIsRepeatedFiveTimesAndThenTheEntryIsForgotten() {
    Script s = new Script().listen(8);
    s.receive("S 0:0").expectStart("S. 0:0");
    for (long wait = 1_000; wait <= 16_000; wait *= 2) {
      s.after(wait - 1).quiet().after(1).expectStart("S. 0:0 ack 1").quiet();
    }
    s.after(31_999).quiet();
    assertThat(s.listener.halfOpenCount()).isEqualTo(1);
    s.after(1).quiet();
    assertThat(s.listener.halfOpenCount()).isZero();
    assertThat(s.listener.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(s.counters.get(TcpCounter.HALF_OPEN_TIMEOUTS)).isEqualTo(1);
  }

  @Test
  @Tag("SCENARIO-24")
  void aRepeatedSynIsAnsweredAgainAndCountsOnce() {
    Script s = new Script().listen(8);
    s.receive("S 0:0").expectStart("S. 0:0");
    s.receive("S 0:0").expectStart("S. 0:0 ack 1").quiet();
    assertThat(s.listener.halfOpenCount()).isEqualTo(1);
  }

  @Test
  @Tag("MUST-11")
  @Tag("SCENARIO-23")
  void resetInSynReceivedLeadsBackToListenSilently() {
    Script s = new Script().listen(8);
    s.receive("S 0:0").drain();
    s.receive("R 1:0").quiet();
    assertThat(s.listener.halfOpenCount()).isZero();
    assertThat(s.listener.pollTransition().to()).isEqualTo(State.SYN_RECEIVED);
    assertThat(s.listener.pollTransition().to()).isEqualTo(State.LISTEN);
    s.receive("S 0:0").expectStart("S. 0:0");
  }

  /// SYN-RECEIVED after LISTEN, as far as the entry lives on.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "R 2:0, '. 1:0 ack 1 win 65535'", // RFC 5961 §3.2
    "R 0:0, -",
    "R 70000:0, -",
    "S 5:0, '. 1:0 ack 1 win 65535'",
    "S. 1:0 ack 1, '. 1:0 ack 1 win 65535'",
    ". 0:0 ack 1, '. 1:0 ack 1 win 65535'",
    ". 70000:0 ack 1, '. 1:0 ack 1 win 65535'",
    ". 1:0 ack 0, R 0:0 win 0",
    ". 1:0 ack 2, R 2:0 win 0",
    "P. 1:9 ack 55, R 55:0 win 0",
    "- 1:0, -",
    "F 1:0, -"
  })
  void inSynReceived(String segment, String reaction) {
    Script s = new Script().listen(8);
    s.receive("S 0:0").drain();
    s.receive(segment);
    if (!reaction.equals("-")) {
      s.expect(reaction);
    }
    s.quiet();
    assertThat(s.listener.halfOpenCount()).isEqualTo(1);
    assertThat(s.connection).isNull();
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED);
  }

  @Test
  @Tag("SCENARIO-18")
  void noMoreHalfOpenPeersThanTheLimit() {
    Script s = new Script();
    s.settings.synCookies = SynCookieMode.NEVER;
    s.listen(8); // of these, 4 half-open
    for (int port = 1; port <= 10; port++) {
      s.listener.onSegment(from(s, port, "S 0:0"), s.now);
    }
    s.settle();
    assertThat(s.takeSent()).hasSize(4);
    assertThat(s.listener.halfOpenCount()).isEqualTo(4);
    assertThat(s.counters.get(TcpCounter.DROPPED_BACKLOG_FULL)).isEqualTo(6);
    s.after(63_000);
    assertThat(s.listener.halfOpenCount()).isZero();
    s.drain().receive("S 0:0").expectStart("S. ");
  }

  @Test
  @Tag("SCENARIO-18")
  void aBacklogOfZeroAdmitsOne() {
    Script s = new Script();
    s.listener = new Listener(s.environment(), s.options, new ListenerLimits(0, 4), s.path);
    s.receive("S 0:0").drain().receive(". 1:0 ack 1").in(State.ESTABLISHED);
    assertThat(s.listener.acceptQueueLength()).isEqualTo(1);
  }

  @Test
  @Tag("SCENARIO-18")
  @Tag("SCENARIO-21")
  void aFullAcceptQueueDropsAndNeverResets() {
    Script s = new Script();
    s.listener = new Listener(s.environment(), s.options, new ListenerLimits(0, 4), s.path);
    Segment answer = new Segment();
    s.listener.onSegment(from(s, 5, "S 0:0"), s.now);
    assertThat(s.listener.pollTransmit(answer, s.now)).isTrue();
    s.receive("S 0:0").receive(". 1:0 ack 1").in(State.ESTABLISHED).drain();
    Script late = new Script();
    s.listener.onSegment(from(s, 6, "S 0:0"), s.now);
    assertThat(s.listener.halfOpenCount()).isEqualTo(1);
    assertThat(late.sentCount()).isZero();
    // the one that was half-open before: its third segment and its data are dropped
    Segment out = new Segment();
    assertThat(s.listener.pollTransmit(out, s.now)).isFalse();
    Segment third = from(s, 5, "P. 1:10 ack 1");
    third.ack = answer.seq + 1;
    assertThat(s.listener.onSegment(third, s.now)).isNull();
    assertThat(s.listener.pollTransmit(out, s.now)).isFalse();
    s.listener.onAccepted();
    assertThat(s.listener.onSegment(third, s.now)).isNotNull();
  }

  @Test
  void closingResetsTheHalfOpenPeers() {
    Script s = new Script().listen(8);
    s.receive("S 0:0").drain();
    s.listener.close(s.now);
    s.settle().expect("R. 1:0 ack 1 win 0").quiet();
    assertThat(s.listener.halfOpenCount()).isZero();
    s.after(100_000).quiet();
  }

  @ParameterizedTest
  @CsvSource({"HARD, 0, 0", "HARD, 5, 1", "SOFT, 0, 1"})
  @Tag("SCENARIO-22")
  void aHardErrorEndsAnEntryOnlyIfItQuotesItsSynAck(
      IcmpError.Kind kind, int quotedOffset, int left) {
    Script s = new Script().listen(8);
    s.receive("S 0:0").drain();
    s.listener.onIcmpError(new IcmpError(kind, 3, 2, 0, s.iss + quotedOffset), s.tuple, s.now);
    assertThat(s.listener.halfOpenCount()).isEqualTo(left);
  }

  @Test
  void timestampsAreAgreedOnOnlyIfTheSynHasThem() {
    Script s = new Script();
    s.settings.timestamps = true;
    s.listen(8).receive("S 0:0 ts 500").expect("S. 0:0 ack 1 win 65535 mss 1460 ts");
    assertThat(s.last.tsEcr).isEqualTo(500);
    Script none = new Script();
    none.settings.timestamps = true;
    none.listen(8).receive("S 0:0").expect("S. 0:0 ack 1 win 65535 mss 1460");
  }

  @Test
  @Tag("SCENARIO-19")
  void aThirdSegmentWithoutItsTimestampIsDroppedAndTheEntryTimesOut() {
    Script s = new Script();
    s.settings.timestamps = true;
    s.listen(8).receive("S 0:0 ts 500").drain();
    s.receive(". 1:0 ack 1").quiet();
    assertThat(s.connection).isNull();
    s.receive(". 1:0 ack 1 ts 499");
    assertThat(s.connection).isNull();
    s.after(63_000);
    assertThat(s.listener.halfOpenCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 14, 15, 100, 127, 128, 200, 254, 255})
  @Tag("ATTACK-24")
  void aWindowScaleOver14CountsAs14(int shift) {
    Script s = new Script();
    s.settings.windowScaling = true;
    s.listen(8).receive("S 0:0 wscale " + shift).expectStart("S. 0:0 ack 1 win 65535 mss 1460 ws");
    s.receive(". 1:0 ack 1 win 3").in(State.ESTABLISHED);
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(3L << Math.min(14, shift));
  }

  @Test
  @Tag("MUST-18")
  void aSynAckSentTwiceGivesNoRoundTrip() {
    Script s = new Script().listen(8);
    s.receive("S 0:0").after(300).receive("S 0:0").drain();
    s.after(10).receive(". 1:0 ack 1").in(State.ESTABLISHED);
    assertThat(s.connection.info(s.now).srttNanos()).isZero();
    Script once = new Script().listen(8);
    once.receive("S 0:0").after(300).receive(". 1:0 ack 1");
    assertThat(once.connection.info(once.now).srttNanos()).isEqualTo(300 * Script.MS);
  }

  @Test
  void afterALostSynAckTheInitialWindowIsOneSegment() {
    Script s = new Script().listen(8);
    s.receive("S 0:0 mss 1460").after(1_000).receive(". 1:0 ack 1").drain();
    s.write(10_000).expectStart(". 1:1460").quiet();
  }

  @Test
  void aSynToTheListenerLeavesItsConnectionsAlone() {
    Script s = new Script().accepted();
    s.listener.onSegment(from(s, 9, "S 0:0"), s.now);
    s.in(State.ESTABLISHED).receive("P. 1:5 ack 1");
    assertThat(s.read(10)).isEqualTo(5);
  }

  @Test
  @Tag("SCENARIO-35")
  @Tag("ATTACK-16")
  @Tag("ATTACK-17")
  void aFloodOfSynsCostsABoundedNumberOfEntriesAndOneAnswerEach() {
    Script s = new Script();
    s.settings.synCookies = SynCookieMode.NEVER;
    s.listener = new Listener(s.environment(), s.options, new ListenerLimits(128, 128), s.path);
    List<Segment> answers = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      s.listener.onSegment(from(s, i & 0xffff, (i & 1) == 0 ? "S 0:0" : "SF 0:0"), s.now);
      Segment out = new Segment();
      if (s.listener.pollTransmit(out, s.now)) {
        answers.add(out);
      }
    }
    assertThat(s.listener.halfOpenCount()).isEqualTo(128);
    assertThat(answers).hasSizeLessThan(512).allMatch(a -> a.has(Flags.SYN));
  }

  private static Segment from(Script s, int port, String text) {
    FourTuple mine = s.tuple;
    s.tuple = new FourTuple(mine.local(), mine.localPort(), IpAddress.parse("198.18.0.9"), port);
    Segment in = s.parse(text);
    s.tuple = mine;
    return in;
  }
}
