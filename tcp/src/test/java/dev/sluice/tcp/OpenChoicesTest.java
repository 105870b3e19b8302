package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.CloseReason.Waiting;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a user may choose about an open: how long it may take, what its SYNs carry, what
/// is added to the RTO.
class OpenChoicesTest {
  private static final String ALL_OPTIONS = " mss 1460 wscale 0 sackOK ts";

  private final Script s = new Script();

  private Script withAllOptions() {
    s.settings.timestamps = true;
    s.settings.selectiveAcks = true;
    s.settings.windowScaling = true;
    return s;
  }

  private static Event.Closed timedOut(Waiting waiting) {
    return new Event.Closed(new CloseReason.TimedOut(waiting));
  }

  // ---- how long

  @Test
  void anOpenEndsWhenItsTimeIsOver() {
    s.options.openTimeoutNanos = 5_000 * Script.MS;
    s.activeOpen().expectStart("S 0:0");
    s.after(4_999);
    assertThat(s.takeSent()).hasSize(2);
    s.in(State.SYN_SENT).after(1).in(State.CLOSED).quiet();
    assertThat(s.events).containsExactly(timedOut(Waiting.OPEN));
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theTimeOfAnOpenEndsWithTheHandshake() {
    s.options.openTimeoutNanos = 5_000 * Script.MS;
    s.established().after(60_000).in(State.ESTABLISHED).quiet();
    s.write(10).after(60_000).in(State.ESTABLISHED);
  }

  @Test
  void theTimeOfACrossedOpenEndsItWithAReset() {
    s.options.openTimeoutNanos = 500 * Script.MS;
    s.to(State.SYN_RECEIVED).after(499).in(State.SYN_RECEIVED).quiet();
    s.after(1).in(State.CLOSED).expectStart("R. 1:0 ack 1").quiet();
  }

  @Test
  void theTimeOfAnOpenMayBeChangedWhileItLasts() {
    s.options.openTimeoutNanos = 500 * Script.MS;
    s.activeOpen().drain().after(400);
    s.connection.options().openTimeoutNanos = 800 * Script.MS;
    s.connection.onOptionsChanged(s.now);
    s.after(399).in(State.SYN_SENT).after(1).in(State.CLOSED);
  }

  @Test
  @Tag("MUST-23")
  void anOpenLastsMoreThanThreeMinutesOtherwise() {
    s.activeOpen().after(180_000).in(State.SYN_SENT).after(300_000).in(State.CLOSED);
  }

  // ---- what a SYN carries

  @Test
  void aSynWithoutOptionsHasNone() {
    withAllOptions().options.noSynOptions = true;
    s.activeOpen().expect("S 0:0 win 65535");
    s.receive("S. 0:0 ack 1 mss 1000 wscale 3 sackOK 1 ts 7").expect(". 1:0 ack 1 win 65535");
    assertThat(s.connection.info(s.now).effectiveMss()).isEqualTo(1_000);
    assertThat(s.connection.info(s.now).features()).isEmpty();
  }

  @Test
  void aCrossedSynIsAnsweredWithoutOptionsToo() {
    withAllOptions().options.noSynOptions = true;
    s.activeOpen().expect("S 0:0 win 65535");
    s.receive("S 0:0 sackOK 1 ts 7").expect("S. 0:0 ack 1 win 65535").quiet();
  }

  @Test
  void aSynAckWithoutOptionsHasNone() {
    withAllOptions().options.noSynOptions = true;
    s.listen(8).receive("S 0:0 mss 1000 wscale 3 sackOK 1 ts 7").expect("S. 0:0 ack 1 win 65535");
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED).quiet();
    assertThat(s.connection.info(s.now).effectiveMss()).isEqualTo(1_000);
    assertThat(s.connection.info(s.now).features()).isEmpty();
  }

  @Test
  void optionsAreLeftOutOfTheSynAfterSoManyRetries() {
    withAllOptions().settings.synOptionRetries = 2;
    s.activeOpen().after(10_000);
    assertThat(s.takeSent())
        .containsExactly(
            "S 0:0 win 65535" + ALL_OPTIONS,
            "S 0:0 win 65535" + ALL_OPTIONS,
            "S 0:0 win 65535" + ALL_OPTIONS,
            "S 0:0 win 65535 mss 1460");
  }

  @Test
  void anAnswerToAnEarlierSynStillAgreesToOptions() {
    withAllOptions().settings.synOptionRetries = 0;
    s.activeOpen().after(1_000).drain();
    s.receive("S. 0:0 ack 1 mss 1460 sackOK 1").drain();
    assertThat(s.connection.info(s.now).features()).isEqualTo("sack");
  }

  @Test
  void everySynCarriesAllOptionsOtherwise() {
    withAllOptions().activeOpen().after(100_000);
    assertThat(s.takeSent()).hasSize(7).allMatch(text -> text.endsWith(ALL_OPTIONS));
  }

  // ---- ICMP

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHardErrorEndsAHalfOpenPeerUnlessItIsAHint(boolean ends) {
    s.settings.icmpEndsOpen = ends;
    s.listen(8).receive("S 0:0 mss 1460").drain();
    s.listener.onIcmpError(new IcmpError(IcmpError.Kind.HARD, 3, 3, 0, s.iss), s.tuple, s.now);
    assertThat(s.listener.halfOpenCount()).isEqualTo(ends ? 0 : 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSoftErrorEndsAHalfOpenPeerOnlyIfSoSet(boolean ends) {
    s.settings.softErrorsEndOpen = ends;
    s.listen(8).receive("S 0:0 mss 1460").drain();
    s.listener.onIcmpError(new IcmpError(IcmpError.Kind.SOFT, 3, 1, 0, s.iss), s.tuple, s.now);
    assertThat(s.listener.halfOpenCount()).isEqualTo(ends ? 0 : 1);
  }

  // ---- timestamps

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLastAckMayLackItsTimestampIfSoSet(boolean tolerated) {
    s.settings.timestamps = true;
    s.settings.tolerateMissingTimestamps = tolerated;
    s.listen(8).receive("S 0:0 mss 1460 ts 100 ecr 0").drain();
    s.receive(". 1:0 ack 1").quiet();
    assertThat(s.listener.halfOpenCount()).isEqualTo(tolerated ? 0 : 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEchoOfWhatWasNotSentYetOpensNothingIfSoSet(boolean heeded) {
    s.settings.timestamps = true;
    s.settings.synEchoMustMatch = heeded;
    s.activeOpen().drain();
    int clock =
        s.environment().initialSequence().timestampOffset(s.tuple) + (int) (s.now / Script.MS);
    s.receive("S. 0:0 ack 1 mss 1460 ts 100 ecr " + (clock + 1));
    if (heeded) {
      s.in(State.SYN_SENT).expectStart("R 1:0").quiet();
      s.receive("S. 0:0 ack 1 mss 1460").in(State.ESTABLISHED);
    } else {
      s.in(State.ESTABLISHED).expectStart(". 1:0 ack 1");
    }
  }

  // ---- the RTO

  @Test
  void slopIsAddedToEachTimeoutButTheVeryFirst() {
    s.settings.rtoSlopNanos = 200 * Script.MS;
    s.activeOpen().expectStart("S 0:0");
    s.after(999).quiet().after(1).expectStart("S 0:0");
    s.after(2_199).quiet().after(1).expectStart("S 0:0");
    s.after(4_199).quiet().after(1).expectStart("S 0:0");
  }

  @Test
  void slopIsAddedToWhatASampleGives() {
    s.settings.rtoSlopNanos = 200 * Script.MS;
    s.settings.minRtoNanos = 30 * Script.MS;
    s.activeOpen().expectStart("S 0:0").after(100);
    s.receive("S. 0:0 ack 1 mss 1460").expectStart(". 1:0 ack 1");
    s.write(10).expectStart("P. 1:10");
    assertThat(s.connection.info(s.now).rtoNanos()).isEqualTo(500 * Script.MS); // 100 + 4 x 50
    s.after(499).quiet().after(1).expectStart("P. 1:10");
    s.after(799).quiet().after(1).expectStart("P. 1:10"); // 2 x 300 + 200
  }

  @Test
  void theUpperBoundHoldsWithSlopToo() {
    s.settings.rtoSlopNanos = 200 * Script.MS;
    s.settings.maxRtoNanos = 2_000 * Script.MS;
    s.activeOpen().after(1_000).drain();
    s.after(1_999).quiet().after(1).expectStart("S 0:0");
  }

  @Test
  void slopAndRetriesAreNotNegative() {
    TcpSettings settings = new TcpSettings();
    settings.rtoSlopNanos = -1;
    assertThatThrownBy(settings::validated).hasMessageContaining("RTO");
    settings.rtoSlopNanos = 0;
    settings.synOptionRetries = -1;
    assertThatThrownBy(settings::validated).hasMessageContaining("options");
  }
}
