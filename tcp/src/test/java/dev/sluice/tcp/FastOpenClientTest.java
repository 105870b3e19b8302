package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fast open as a client (RFC 7413 §4.1.3, §4.2.1).
final class FastOpenClientTest {
  private static final String COOKIE = "0102030405060708";

  private int port = 40_000;

  private static Script asking() {
    Script script = new Script();
    script.options.fastOpen = true;
    return script;
  }

  /// Another connection of the same stack to the same server.
  private Script next(Script before) {
    Script script = asking();
    script.shareWith(before);
    port++;
    script.tuple =
        new FourTuple(before.tuple.local(), port, before.tuple.remote(), before.tuple.remotePort());
    return script;
  }

  /// A stack that has a cookie of the server.
  private static Script asked(String answer) {
    return asking()
        .activeOpen()
        .expect("S 0:0 win 65535 mss 1460 fo ask")
        .receive("S. 0:0 ack 1 " + answer)
        .expectStart(". 1:0 ack 1");
  }

  private Script warm() {
    return next(asked("mss 1000 fo " + COOKIE));
  }

  @Test
  void nobodyGetsItUnasked() {
    new Script().activeOpen().expect("S 0:0 win 65535 mss 1460");
    Script forbidden = asking();
    forbidden.settings.fastOpenClient = false;
    forbidden.activeOpen().expect("S 0:0 win 65535 mss 1460");
  }

  @Test
  void withoutACookieTheSynAsksForOneAndTextFollowsTheHandshake() {
    Script script = asking().activeOpen();
    script.write(100).expect("S 0:0 win 65535 mss 1460 fo ask").quiet();
    script.receive("S. 0:0 ack 1 mss 1460").expectStart("P. 1:100 ack 1").quiet();
  }

  @Test
  void withACookieTheSynWaitsForTextAndCarriesIt() {
    Script script = warm().activeOpen().quiet();
    assertThat(script.connection.awaitsFirstWrite()).isTrue();
    script.write(100).expect("S 0:100 win 65535 mss 1460 fo " + COOKIE).quiet();
    assertThat(script.connection.awaitsFirstWrite()).isFalse();
    script.receive("S. 0:0 ack 101 mss 1460").expectStart(". 101:0 ack 1").quiet();
    script.in(State.ESTABLISHED);
    assertThat(script.connection.isFastOpenTaken()).isTrue();
    assertThat(script.environment().counters().get(TcpCounter.FAST_OPENS_OUT)).isEqualTo(1);
    assertThat(script.environment().counters().get(TcpCounter.FAST_OPENS_ACCEPTED))
        .isEqualTo(1);
  }

  @Test
  void whoHasNothingToSayMayBeginWithoutText() {
    Script script = warm().activeOpen().quiet();
    script.connection.begin();
    script.settle().expect("S 0:0 win 65535 mss 1460 fo " + COOKIE);
  }

  @Test
  void shutdownEndsTheWaitForText() {
    warm().activeOpen().quiet().shutdown().expectStart("S 0:0").quiet();
  }

  @Test
  void aSynThatWaitsCostsNothingWhenItIsClosed() {
    Script script = warm().activeOpen().quiet();
    script.close().quiet().in(State.CLOSED);
  }

  @Test
  void theSynCarriesNoMoreThanTheServersMssOfLastTimeLessRoomForOptions() {
    Script script = warm().activeOpen();
    assertThat(script.connection.fastOpenRoom()).isEqualTo(960);
    script.write(3_000).expectStart("S 0:960").quiet();
    script.receive("S. 0:0 ack 961 mss 1460").drain().in(State.ESTABLISHED);
    Script later = next(script).activeOpen();
    later.write(3_000).expectStart("S 0:1420"); // the newer MSS
  }

  @Test
  void aServerThatSaysNoMssGetsTheDefault() {
    Script script = next(asked("fo " + COOKIE)).activeOpen();
    script.write(3_000).expectStart("S 0:496");
  }

  @Test
  void theSynCarriesNoMoreThanThePathDoes() {
    Script script = next(asked("mss 9000 fo " + COOKIE)).activeOpen();
    script.write(3_000).expectStart("S 0:1420");
  }

  @Test
  void whatTheServerDidNotTakeFollowsAtOnce() {
    Script script = warm().activeOpen();
    script.write(300).expectStart("S 0:300");
    script.receive("S. 0:0 ack 1 mss 1460").expectStart("P. 1:300 ack 1").quiet();
    assertThat(script.connection.isFastOpenTaken()).isFalse();
    assertThat(script.connection.info(script.now).cwnd()).isGreaterThanOrEqualTo(10 * 1_460);
  }

  @Test
  void ofTextTakenInPartTheRestFollows() {
    Script script = warm().activeOpen();
    script.write(300).expectStart("S 0:300");
    script.receive("S. 0:0 ack 101 mss 1460").expectStart("P. 101:200 ack 1").quiet();
  }

  @Test
  void anAckBeyondTheTextIsAnsweredByReset() {
    Script script = warm().activeOpen();
    script.write(300).expectStart("S 0:300");
    script.receive("S. 0:0 ack 302 mss 1460").expectStart("R 302:0").in(State.SYN_SENT);
  }

  @Test
  void theServersTextMayComeWithItsSynAck() {
    Script script = warm().activeOpen();
    script.write(300).expectStart("S 0:300");
    script.receive("S. 0:500 ack 301 mss 1460").drain().in(State.ESTABLISHED);
    assertThat(script.read(1_000)).isEqualTo(500);
  }

  @Test
  void aLostSynIsSentAgainWithoutTextAndCookie() {
    Script script = warm().activeOpen();
    script.write(300).expectStart("S 0:300");
    script.after(1_000).expect("S 0:0 win 65535 mss 1460").quiet();
    script.receive("S. 0:0 ack 1 mss 1460").expectStart("P. 1:300 ack 1");
  }

  @Test
  void aServerBehindWhichSynsWithTextAreLostIsLeftAlone() {
    Script script = warm().activeOpen();
    script.write(300).after(1_000).receive("S. 0:0 ack 1 mss 1460").drain();
    Script later = next(script).activeOpen();
    later.expect("S 0:0 win 65535 mss 1460");
    later.now += 3_600_000 * Script.MS;
    Script muchLater = next(later).activeOpen().quiet();
    muchLater.write(10).expectStart("S 0:10");
  }

  @Test
  void asManyLossesAreForgivenAsTheSettingSays() {
    Script first = warm();
    first.settings.fastOpenLossesForgiven = 1;
    first.environment().settings().fastOpenLossesForgiven = 1;
    first.activeOpen().write(300).after(1_000).receive("S. 0:0 ack 1 mss 1460").drain();
    Script second = next(first).activeOpen();
    second.write(300).expectStart("S 0:300");
    second.after(1_000).drain();
    next(second).activeOpen().expect("S 0:0 win 65535 mss 1460");
  }

  @Test
  void aServerThatResetsASynWithTextIsLeftAlone() {
    Script script = warm().activeOpen();
    script.write(300).receive("R. 0:0 ack 1").in(State.CLOSED).drain();
    assertThat(script.events).contains(new Event.Closed(new CloseReason.Refused()));
    next(script).activeOpen().expect("S 0:0 win 65535 mss 1460");
  }

  @Test
  void aServerWhosePathAnswersASynWithTextByAnErrorIsLeftAlone() {
    Script script = warm().activeOpen();
    script.write(300);
    script.connection.onIcmpError(
        new IcmpError(IcmpError.Kind.HARD, 3, 3, 0, script.iss), script.now);
    script.settle().in(State.CLOSED).drain();
    next(script).activeOpen().expect("S 0:0 win 65535 mss 1460");
  }

  @Test
  void aServerThatGivesNoCookieIsLeftAlone() {
    next(asked("mss 1460")).activeOpen().expect("S 0:0 win 65535 mss 1460");
  }

  @Test
  void aServerThatRefusesTheCookieAndGivesNoOtherIsLeftAlone() {
    Script script = warm().activeOpen();
    script.write(300).receive("S. 0:0 ack 1 mss 1460").drain();
    next(script).activeOpen().expect("S 0:0 win 65535 mss 1460");
  }

  @Test
  void aNewCookieTakesThePlaceOfTheOld() {
    Script script = warm().activeOpen();
    script.write(300).receive("S. 0:0 ack 1 mss 1460 fo aaaabbbbccccdddd").drain();
    Script later = next(script).activeOpen();
    later.write(10).expect("S 0:10 win 65535 mss 1460 fo aaaabbbbccccdddd");
  }

  @Test
  void aServerThatTakesTheTextNeedGiveNoNewCookie() {
    Script script = warm().activeOpen();
    script.write(300).receive("S. 0:0 ack 301 mss 1460").drain();
    next(script).activeOpen().write(10).expectStart("S 0:10");
  }

  @Test
  void aCookieThatNobodyAskedForIsNotKept() {
    Script plain = new Script().activeOpen();
    plain.expectStart("S 0:0").receive("S. 0:0 ack 1 mss 1460 fo " + COOKIE).drain();
    next(plain).activeOpen().expect("S 0:0 win 65535 mss 1460 fo ask");
  }

  @Test
  void withoutCookiesTextGoesToAnybody() {
    Script script = asking();
    script.options.fastOpenWithoutCookie = true;
    script.activeOpen().quiet().write(300).expect("S 0:300 win 65535 mss 1460");
  }

  @Test
  void theCacheIsBoundedAndForgetsTheServerOfLongestAgo() {
    Script first = asking();
    first.settings.fastOpenCacheEntries = 2;
    first.activeOpen().receive("S. 0:0 ack 1 mss 1460 fo " + COOKIE).drain();
    Script last = first;
    for (int i = 0; i < 2; i++) {
      Script other = next(last);
      other.tuple = new FourTuple(
          first.tuple.local(),
          40_000,
          IpAddress.parse("198.18.0.10" + i),
          first.tuple.remotePort());
      other.activeOpen().receive("S. 0:0 ack 1 mss 1460 fo " + COOKIE).drain();
      last = other;
    }
    assertThat(first.environment().fastOpenCache().size()).isEqualTo(2);
    Script again = next(first).activeOpen();
    again.expect("S 0:0 win 65535 mss 1460 fo ask");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whereTheExperimentIsKnownItIsTriedNext(boolean answered) {
    Script first = asking();
    first.settings.fastOpenExperimental = true;
    first.settings.fastOpenHeedsRefusal = false;
    first.activeOpen().expectStart("S 0:0 win 65535 mss 1460 fo ask");
    first.receive("S. 0:0 ack 1 mss 1460").drain();
    Script second = next(first).activeOpen();
    second.expect("S 0:0 win 65535 mss 1460 foexp ask");
    second
        .receive("S. 0:0 ack 1 mss 1460" + (answered ? " foexp " + COOKIE : ""))
        .drain();
    Script third = next(second).activeOpen();
    if (answered) {
      third.write(10).expect("S 0:10 win 65535 mss 1460 foexp " + COOKIE);
    } else {
      third.expect("S 0:0 win 65535 mss 1460 fo ask");
    }
  }

  @Test
  void synsWithTextThatCrossMakeOneConnectionAndTheTextFollows() {
    Script script = warm().activeOpen();
    script.write(300).expectStart("S 0:300");
    script.receive("S 0:500 mss 1460").expectStart("S. 0:0 ack 1").in(State.SYN_RECEIVED);
    script.receive("S. 0:0 ack 1 mss 1460").in(State.ESTABLISHED);
    script.expectStart("P. 1:300 ack 501");
    script.receive(". 501:0 ack 301").quiet();
    assertThat(script.read(1_000)).isEqualTo(500);
  }

  /// What it announces is what we can receive, or, if so set, what the path from here
  /// carries.
  @ParameterizedTest
  @CsvSource({"false, 1460", "true, 760"})
  void aSmallerPathMakesThePlainSynGoAtOnce(boolean announcePath, int mss) {
    Script before = asked("mss 1000 fo " + COOKIE);
    before.settings.announcePathMss = announcePath;
    Script script = next(before).activeOpen();
    script.write(300).expectStart("S 0:300");
    tooBig(script).expect("S 0:0 win 65535 mss " + mss).quiet();
  }

  private static Script tooBig(Script script) {
    script.connection.onIcmpError(
        new IcmpError(IcmpError.Kind.PACKET_TOO_BIG, 3, 4, 800, script.iss), script.now);
    return script.settle();
  }

  /// A packet that was too big is no sign of congestion (RFC 8201 §5.4), so that its
  /// repeat leaves the initial window as it is; a lost SYN makes it one segment.
  @ParameterizedTest
  @CsvSource({"true, 10", "false, 1"})
  void aSynThatWasTooBigKeepsTheInitialWindow(boolean tooBig, int segments) {
    Script script = warm().activeOpen();
    script.write(300).drain();
    if (tooBig) {
      tooBig(script).drain();
    } else {
      script.after(1_000).drain();
    }
    script.receive("S. 0:0 ack 1 win 65535 mss 760").drain();
    assertThat(script.connection.info(script.now).cwnd()).isEqualTo(segments * 760L);
  }

  @Test
  void aSynAndItsTextAreOneSegmentDelivered() {
    Script script = warm().activeOpen();
    script.write(100).drain();
    script.receive("S. 0:0 ack 101 mss 1460").drain();
    assertThat(delivered(script)).isEqualTo(1);
  }

  @Test
  void textOfALostSynGoesAgainInOnePiece() {
    Script script = warm().activeOpen();
    script.write(100).drain();
    script.after(1_000).expectStart("S 0:0");
    script.receive("S. 0:0 ack 1 mss 1460").expectStart("P. 1:100 ack 1").quiet();
    script.receive(". 1:0 ack 101").quiet();
    assertThat(delivered(script)).isEqualTo(2);
  }

  private static long delivered(Script script) {
    var sending = script.connection.info(script.now).detail().sending();
    return sending.rates().deliveredSegments();
  }
}
