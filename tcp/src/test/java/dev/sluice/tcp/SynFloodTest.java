package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.listen.SynCookies;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.SynCookieKey;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A listener whose table is too small for all who knock.
@NullUnmarked // a script has a connection or a listener, as its test chose
class SynFloodTest {
  private static final int TABLE = 128;

  private static Script listening(SynCookieMode mode) {
    Script s = new Script();
    s.settings.synCookies = mode;
    s.settings.selectiveAcks = true;
    s.settings.windowScaling = true;
    s.settings.timestamps = true;
    s.settings.initialWindowSegments = 10;
    s.options.receiveBufferBytes = 1_000_000;
    s.listener = new Listener(s.environment(), s.options, new ListenerLimits(16, TABLE), s.path);
    return s;
  }

  /// SYNs of peers that nobody has ever heard of, and will not.
  private static final class Flood {
    private final Segment in = new Segment();
    private final Segment out = new Segment();
    private final Random random;
    private final long ours;
    private int flags = Flags.SYN;
    private long answers;

    private Flood(Script s, long seed) {
      random = new Random(seed);
      ours = s.tuple.local().low();
    }

    private void of(Listener listener, int count, long now) {
      for (int i = 0; i < count; i++) {
        in.clear();
        in.sourceLow = IpAddress.lowOfV4(random.nextInt());
        in.sourcePort = 1 + random.nextInt(65_535);
        in.destinationLow = ours;
        in.destinationPort = 7;
        in.flags = flags;
        in.seq = random.nextInt();
        in.ack = random.nextInt();
        in.window = 64_240;
        in.mss = 1_460;
        in.windowScale = 7;
        in.sackPermitted = true;
        in.hasTimestamps = (i & 1) == 0;
        listener.onSegment(in, now);
        while (listener.pollTransmit(out, now)) {
          answers++;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SynCookieMode.class)
  @Tag("SCENARIO-35")
  @Tag("ATTACK-16")
  void aMillionSynsTakeNoMoreMemoryThanTheTable(SynCookieMode mode) {
    Script s = listening(mode);
    Flood flood = new Flood(s, 1);
    flood.of(s.listener, 20_000, s.now);
    long octets = s.listener.halfOpenOctets();
    com.sun.management.ThreadMXBean thread =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    flood.of(s.listener, 1_000_000, s.now);
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("octets allocated by a million SYNs").isLessThan(1_000);
    assertThat(s.listener.halfOpenOctets())
        .isEqualTo(octets)
        .isLessThanOrEqualTo(96 * (TABLE + 512));
    assertThat(s.listener.halfOpenCount()).isEqualTo(mode == SynCookieMode.ALWAYS ? 0 : TABLE);
    assertThat(flood.answers).isEqualTo(mode == SynCookieMode.NEVER ? TABLE : 1_020_000);
    assertThat(s.listener.counts().syns()).isEqualTo(1_020_000);
  }

  @ParameterizedTest
  @EnumSource(SynCookieMode.class)
  @Tag("ATTACK-16")
  void noSynIsAnsweredMoreOftenThanTheRetriesAllow(SynCookieMode mode) {
    Script s = listening(mode);
    Flood flood = new Flood(s, 2);
    int syns = 10_000;
    flood.of(s.listener, syns, s.now);
    long answers = flood.answers;
    s.after(200_000);
    int again = s.takeSent().size();
    assertThat(answers).isLessThanOrEqualTo(syns);
    assertThat(again).isEqualTo(mode == SynCookieMode.ALWAYS ? 0 : TABLE * 5);
    assertThat(s.listener.halfOpenCount()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = SynCookieMode.class,
      names = {"AUTOMATIC", "ALWAYS"})
  @Tag("ATTACK-16")
  void anHonestPeerConnectsInTheMiddleOfIt(SynCookieMode mode) {
    Script s = listening(mode);
    Flood flood = new Flood(s, 3);
    flood.of(s.listener, 1_000, s.now);
    s.receive("S 0:0 mss 1460 wscale 7 sackOK 1 ts 500").expectStart("S. 0:0 ack 1");
    flood.of(s.listener, 1_000, s.now);
    s.after(30);
    s.receive(". 1:0 ack 1 win 502 ts 530 ecr " + s.last.tsVal)
        .in(State.ESTABLISHED)
        .quiet();
    assertThat(s.counters.get(TcpCounter.SYN_COOKIES_VALID)).isEqualTo(1);
    assertThat(s.listener.counts().cookiesValid()).isEqualTo(1);
  }

  @Test
  @Tag("ATTACK-17")
  void synAndFinTogetherCostNothing() {
    Script s = listening(SynCookieMode.AUTOMATIC);
    Flood flood = new Flood(s, 4);
    flood.flags = Flags.SYN | Flags.FIN;
    flood.of(s.listener, 100_000, s.now);
    assertThat(flood.answers).isZero();
    assertThat(s.listener.halfOpenCount()).isZero();
    assertThat(s.counters.get(TcpCounter.DROPPED_IMPOSSIBLE_FLAGS)).isEqualTo(100_000);
  }

  /// What the peer agreed on holds for its text: scale, SACK, MSS, timestamps.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("SCENARIO-42")
  void aConnectionOfACookieIsWhatTheHandshakeAgreedOn(boolean timestamps) {
    String stamp = timestamps ? " ts 500" : "";
    Script s = listening(SynCookieMode.ALWAYS);
    s.receive("S 0:0 mss 1400 wscale 7 sackOK 1" + stamp).expectStart("S. 0:0 ack 1 win 65535 mss");
    int synAckTsVal = s.last.tsVal;
    s.after(20);
    String later = timestamps ? " ts 520 ecr " + synAckTsVal : "";
    s.receive(". 1:0 ack 1 win 1000" + later).in(State.ESTABLISHED);
    var info = s.connection.info(s.now);
    assertThat(info.sendWindow()).isEqualTo(128_000);
    assertThat(info.effectiveMss()).isEqualTo(timestamps ? 1_388 : 1_400);
    s.receive("P. 11:10 ack 1 win 1000" + later);
    s.expectStart(". 1:0 ack 1 ").quiet(); // and the SACK block
    assertThat(s.everything.getLast()).contains(" sack 11:21");
    if (timestamps) {
      assertThat(s.last.tsVal - synAckTsVal).isEqualTo(20); // one clock from the SYN-ACK on
    }
    s.receive("P. 1:10 ack 1 win 1000" + later);
    assertThat(s.read(100)).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("SCENARIO-41")
  void theTextThatComesInsteadOfALostAckIsAllThere(boolean timestamps) {
    Script s = listening(SynCookieMode.ALWAYS);
    s.receive("S 0:0 mss 1460 wscale 7 sackOK 1" + (timestamps ? " ts 500" : ""))
        .drain();
    String later = timestamps ? " ts 520 ecr " + s.last.tsVal : "";
    // the ACK is lost
    s.receive("P. 1:100 ack 1 win 1000" + later).in(State.ESTABLISHED);
    assertThat(s.read(1_000)).isEqualTo(100);
  }

  /// The ACK is lost, and so is the first text of one to three octets: what follows must
  /// not pass for the beginning.
  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true", "3, true", "500, true"})
  @Tag("SCENARIO-41")
  void textBeforeTheFirstToArriveIsNotSkipped(int lost, boolean timestamps) {
    Script s = listening(SynCookieMode.ALWAYS);
    s.receive("S 0:0 mss 1460 wscale 7 sackOK 1" + (timestamps ? " ts 500" : ""))
        .drain();
    String later = timestamps ? " ts 520 ecr " + s.last.tsVal : "";
    s.receive("P. " + (1 + lost) + ":100 ack 1 win 1000" + later).quiet();
    assertThat(s.connection).isNull();
    s.receive("P. 1:" + (lost + 100) + " ack 1 win 1000" + later).in(State.ESTABLISHED);
    assertThat(s.read(1_000)).isEqualTo(lost + 100);
  }

  @Test
  void whoIsForgottenIsBelievedOnlyForAWhile() {
    Script s = listening(SynCookieMode.AUTOMATIC);
    s.receive(". 1:0 ack 77").expect("R 77:0 win 0").quiet();
    assertThat(s.counters.get(TcpCounter.SYN_COOKIES_INVALID)).isZero(); // nobody was forgotten
    new Flood(s, 5).of(s.listener, TABLE + 1, s.now);
    s.receive("P. 1:5 ack 1 ts 1");
    assertThat(s.counters.get(TcpCounter.SYN_COOKIES_INVALID)).isEqualTo(1);
    s.after(SynCookies.LIFE_NANOS / Script.MS + 1).drain();
    s.receive("P. 1:5 ack 1 ts 1");
    assertThat(s.counters.get(TcpCounter.SYN_COOKIES_INVALID)).isEqualTo(1);
  }

  @Test
  void anOldCookieIsCountedAndAnsweredByReset() {
    Script s = listening(SynCookieMode.ALWAYS);
    s.receive("S 0:0 mss 1460").drain();
    s.after(140_000);
    s.receive(". 1:0 ack 1").expectStart("R 1:0").quiet();
    assertThat(s.counters.get(TcpCounter.SYN_COOKIES_EXPIRED)).isEqualTo(1);
  }

  /// Linux once reset them: gVisor 368fc605d.
  @Test
  @Tag("SCENARIO-20")
  void switchingCookiesOffResetsNobody() {
    Script s = listening(SynCookieMode.ALWAYS);
    s.receive("S 0:0 mss 1460 ts 500").expectStart("S. 0:0 ack 1");
    int first = s.iss;
    s.settings.synCookies = SynCookieMode.NEVER;
    s.receive("S 0:0 mss 1460 ts 500").expectStart("S. ").quiet();
    s.iss = first; // the first SYN-ACK had arrived as well, and is answered
    s.receive(". 1:0 ack 1 ts 520 ecr " + s.last.tsVal).quiet();
    s = listening(SynCookieMode.ALWAYS);
    s.receive("S 0:0 mss 1460 ts 500").drain();
    s.settings.synCookies = SynCookieMode.NEVER;
    s.receive(". 1:0 ack 1 ts 520 ecr " + s.last.tsVal).in(State.ESTABLISHED).quiet();
  }

  @Test
  void anAckOfTheFirstOfTwoSynAcksIsGoodToo() {
    Script s = listening(SynCookieMode.AUTOMATIC);
    s.receive("S 0:0 mss 1460").drain();
    int first = s.iss;
    s.afterNanos(SynCookies.LIFE_NANOS / 2).drain(); // the next tick
    new Flood(s, 6).of(s.listener, TABLE + 1, s.now); // forgotten
    s.receive("S 0:0 mss 1460").expectStart("S. ");
    s.iss = first;
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED).quiet();
    assertThat(s.listener.halfOpenCount()).isLessThan(TABLE);
  }

  @Test
  @Tag("SCENARIO-18")
  @Tag("SCENARIO-21")
  void aFullAcceptQueueDropsACookieAndNeverResets() {
    Script s = new Script();
    s.settings.synCookies = SynCookieMode.ALWAYS;
    s.listener = new Listener(s.environment(), s.options, new ListenerLimits(0, 4), s.path);
    s.receive("S 0:0").drain();
    Script other = new Script();
    other.shareWith(s);
    other.listener = s.listener;
    other.tuple =
        new dev.sluice.wire.FourTuple(s.tuple.local(), 7, IpAddress.parse("198.18.0.77"), 9);
    other.receive("S 0:0").drain().receive(". 1:0 ack 1").in(State.ESTABLISHED).drain();
    s.receive(". 1:0 ack 1").receive("P. 1:10 ack 1").quiet();
    assertThat(s.connection).isNull();
    s.listener.onAccepted();
    s.receive("P. 1:10 ack 1").in(State.ESTABLISHED);
    assertThat(s.read(100)).isEqualTo(10);
  }

  @Test
  void anAckToOneMachineMayAnswerAnother() {
    SynCookieKey key = new SynCookieKey(77, 78);
    Script one = new Script();
    one.settings.synCookieKey = key;
    one.settings.timestamps = true;
    one.settings.windowScaling = true;
    one.listen(8).receive("S 0:0 mss 1460 wscale 3 ts 500").drain();
    Script other = new Script();
    other.settings.synCookieKey = key;
    other.settings.timestamps = true;
    other.settings.windowScaling = true;
    other.settings.synCookieClockOffsetNanos = 500_000 * Script.MS;
    other.now = one.now - 500_000 * Script.MS + 30 * Script.MS;
    other.listen(8);
    other.iss = one.iss;
    other.receive("P. 1:100 ack 1 win 1000 ts 520 ecr " + one.last.tsVal).in(State.ESTABLISHED);
    assertThat(other.connection.info(other.now).sendWindow()).isEqualTo(8_000);
    assertThat(other.read(200)).isEqualTo(100);
  }

  /// RFC 6191: a SYN that ends a TIME-WAIT gets a number above the old connection's, be
  /// it a cookie or not.
  @ParameterizedTest
  @EnumSource(SynCookieMode.class)
  @Tag("SCENARIO-33")
  void theNextConnectionOfATupleStartsAboveTheLast(SynCookieMode mode) {
    Script s = listening(mode);
    for (int round = 0; round < 40; round++) {
      s.connection = null;
      s.receive("S 0:0 mss 1460").drain();
      s.receive(". 1:0 ack 1").in(State.ESTABLISHED);
      s.listener.onAccepted();
      s.shutdown().receive("F. 1:0 ack 2").in(State.TIME_WAIT);
      int above = s.iss + 2;
      s.drain();
      s.peerIss += 100_000;
      Segment syn = s.parse("S 0:0 mss 1460");
      assertThat(s.connection.timeWait().onSegment(syn, s.now).name()).isEqualTo("REOPEN");
      assertThat(s.listener.onSegmentAfter(s.connection.timeWait(), syn, s.now)).isNull();
      s.connection = null;
      s.settle();
      assertThat(s.iss - above).as("round %d", round).isGreaterThanOrEqualTo(65_000);
      s.drain().receive("R 1:0");
      s.peerIss += 100_000;
    }
  }

  @Test
  void anAckFloodIsNotThrownBack() {
    Script s = listening(SynCookieMode.AUTOMATIC);
    Flood flood = new Flood(s, 8);
    flood.flags = Flags.ACK;
    flood.of(s.listener, 1_000_000, s.now);
    assertThat(flood.answers).isLessThanOrEqualTo(2_048);
    assertThat(s.counters.get(TcpCounter.RESETS_HELD_BACK)).isEqualTo(1_000_000 - flood.answers);
    long before = flood.answers;
    s.after(1_000);
    flood.of(s.listener, 10, s.now);
    assertThat(flood.answers).isGreaterThan(before);
  }

  /// Whoever forged the SYN of a victim could else have it flooded by the ACKs that
  /// answer what does not fit.
  @ParameterizedTest
  @ValueSource(strings = {". 99999999:0 ack 1", "S 5000:0", "R 5000:0"})
  @Tag("ATTACK-40")
  void aHalfOpenPeerIsNotAnsweredOneAckEach(String segment) {
    Script s = listening(SynCookieMode.AUTOMATIC);
    s.receive("S 0:0 mss 1460").drain();
    for (int i = 0; i < 1_000; i++) {
      s.receive(segment);
    }
    assertThat(s.takeSent()).hasSize(32);
    assertThat(s.counters.get(TcpCounter.CHALLENGE_ACKS_HELD_BACK)).isEqualTo(968);
  }

  /// As the next one, in every second: shares are not to coincide by chance either.
  @Test
  @Tag("ATTACK-4")
  void noSecondComesInWhichNetworksHaveOneShare() {
    Script s = listening(SynCookieMode.AUTOMATIC);
    for (int second = 0; second < 500; second++) {
      Segment in = s.parse(". 1:0 ack 77");
      in.sourceLow = IpAddress.parse("203.0.113.9").low();
      s.listener.onSegment(in, s.now);
      s.settle();
      s.drain();
      for (int i = 0; i < 40; i++) {
        s.receive(". 1:0 ack 77");
      }
      assertThat(s.takeSent()).as("second %d", second).hasSize(32);
      s.after(1_000);
    }
  }

  /// What an attacker gets does not tell whether the segments he forged met a connection.
  @Test
  @Tag("ATTACK-4")
  void resetsHeldBackFromOneNetworkDoNotTellOfAnother() {
    List<Long> seen = new ArrayList<>();
    for (boolean forges : new boolean[] {false, true}) {
      Script s = listening(SynCookieMode.AUTOMATIC);
      for (int i = 0; forges && i < 31; i++) {
        Segment in = s.parse(". 1:0 ack 77");
        in.sourceLow = IpAddress.parse("203.0.113.9").low();
        s.listener.onSegment(in, s.now);
        s.settle();
      }
      s.drain();
      for (int i = 0; i < 100; i++) {
        s.receive(". 1:0 ack 77");
      }
      seen.add((long) s.takeSent().size());
    }
    assertThat(seen.get(0)).isEqualTo(seen.get(1)).isEqualTo(32);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 3", "4, 7", "7, 7"})
  void anAckWithoutTextWaitsForItsTime(int seconds, int until) {
    Script s = new Script();
    s.options.deferAcceptNanos = seconds * 1_000L * Script.MS;
    s.listen(8).receive("S 0:0").expectStart("S. ");
    s.receive(". 1:0 ack 1").quiet();
    assertThat(s.connection).isNull();
    s.after(until * 1_000L - 1).quiet(); // the peer has our SYN-ACK
    s.after(1).expectStart("S. ").quiet(); // the last chance
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED);
    s.write(20_000);
    assertThat(s.sentCount()).as("nothing was lost: the whole window").isGreaterThan(5);
  }

  @Test
  void textEndsTheWaitAtOnce() {
    Script s = new Script();
    s.options.deferAcceptNanos = 10_000 * Script.MS;
    s.listen(8).receive("S 0:0").drain();
    s.receive(". 1:0 ack 1").quiet().after(500).quiet();
    assertThat(s.counters.get(TcpCounter.ACCEPTS_DEFERRED)).isEqualTo(1);
    s.receive("P. 1:7 ack 1").in(State.ESTABLISHED);
    assertThat(s.read(10)).isEqualTo(7);
  }

  @Test
  void whoNeverAnswersTheLastChanceIsForgotten() {
    Script s = new Script();
    s.options.deferAcceptNanos = 3_000 * Script.MS;
    s.listen(8).receive("S 0:0").drain().receive(". 1:0 ack 1").quiet();
    s.after(63_000);
    assertThat(s.listener.halfOpenCount()).isZero();
  }
}
