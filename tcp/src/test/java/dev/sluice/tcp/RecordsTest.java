package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.WriteHint;
import org.junit.jupiter.api.Test;

/// What the user says about what follows a write: MSG_EOR, MSG_MORE, TCP_CORK.
class RecordsTest {
  private final Script s = new Script();

  private RecordsTest write(int octets, WriteHint hint) {
    s.write(octets, hint);
    return this;
  }

  private void changed() {
    s.connection.onOptionsChanged(s.now);
    s.settle();
  }

  // ---- records

  @Test
  void noSegmentCarriesOctetsOfTwoRecords() {
    s.established();
    s.put(2_000, WriteHint.END_OF_RECORD);
    s.put(10, WriteHint.END_OF_RECORD);
    write(100, WriteHint.NONE);
    s.expectStart(". 1:1460").expectStart("P. 1461:540").expectStart("P. 2001:10");
    s.receive(". 1:0 ack 2011").expectStart("P. 2011:100").quiet();
  }

  @Test
  void aRecordKeepsItsEndWhenItIsSentAgain() {
    s.established();
    s.put(10, WriteHint.END_OF_RECORD);
    s.put(20, WriteHint.END_OF_RECORD);
    write(1_460, WriteHint.NONE);
    s.expectStart("P. 1:10").expectStart("P. 11:20").expectStart("P. 31:1460").quiet();
    s.after(200).expectStart("P. 1:10").quiet();
    s.receive(". 1:0 ack 11").expectStart("P. 11:20").quiet();
    s.receive(". 1:0 ack 31").expectStart("P. 31:1460").quiet();
  }

  @Test
  void aRecordThatDidNotFitHasNoEndYet() {
    s.options.sendBufferBytes = 100;
    s.established();
    assertThat(s.put(150, WriteHint.END_OF_RECORD)).isEqualTo(100);
    s.connection.onApplicationProgress(s.now);
    s.settle().expectStart("P. 1:100");
    s.receive(". 1:0 ack 101");
    assertThat(s.put(50, WriteHint.END_OF_RECORD)).isEqualTo(50);
    write(10, WriteHint.NONE);
    s.expectStart("P. 101:50").quiet();
  }

  // ---- MSG_MORE

  @Test
  void whatIsToBeFollowedByMoreWaitsForIt() {
    s.options.noDelay = true;
    s.established();
    write(10, WriteHint.MORE).write(20, WriteHint.MORE);
    s.quiet();
    write(30, WriteHint.NONE);
    s.expectStart("P. 1:60").quiet();
  }

  @Test
  void fullSegmentsGoOutWithoutPushAndTheRestWaits() {
    s.established();
    write(1_500, WriteHint.MORE);
    s.expectStart(". 1:1460").quiet();
    s.receive(". 1:0 ack 1461").expectStart(". 1461:40").quiet(); // an ACK ends the wish
  }

  @Test
  void moreThatDoesNotComeIsNotWaitedForLongerThanAnRto() {
    s.established();
    write(10, WriteHint.MORE);
    s.after(199).quiet().after(1).expectStart("P. 1:10").quiet();
  }

  @Test
  void aFinTakesAlongWhatWaitsForMore() {
    s.established();
    write(10, WriteHint.MORE);
    s.shutdown().expectStart("FP. 1:10").quiet();
  }

  // ---- TCP_CORK

  @Test
  void aCorkHoldsSmallSegmentsUntilItIsTakenOff() {
    s.options.cork = true;
    s.options.noDelay = false;
    s.established();
    write(10, WriteHint.NONE).write(1_500, WriteHint.NONE);
    s.expectStart(". 1:1460").quiet();
    s.receive(". 1:0 ack 1461").quiet(); // unlike MSG_MORE
    s.connection.options().cork = false;
    changed();
    s.expectStart("P. 1461:50").quiet();
  }

  @Test
  void noDelayLetsOutOnceWhatACorkHolds() {
    s.options.cork = true;
    s.established();
    write(10, WriteHint.NONE);
    s.quiet();
    s.connection.options().noDelay = true;
    changed();
    s.expectStart("P. 1:10").quiet();
    s.receive(". 1:0 ack 11");
    write(10, WriteHint.NONE);
    s.quiet();
  }

  @Test
  void aCorkHoldsForOneRtoAtMost() {
    s.options.cork = true;
    s.established();
    write(10, WriteHint.NONE);
    s.after(199).quiet().after(1).expectStart("P. 1:10").quiet();
  }

  // ---- TCP_NOTSENT_LOWAT

  @Test
  void littleWaitsInFrontOfWhatIsNewIfTheUserSaysSo() {
    s.options.notSentLowatBytes = 4_000;
    s.established();
    assertThat(s.put(20_000, WriteHint.NONE)).isEqualTo(4_000);
    s.connection.onApplicationProgress(s.now);
    s.settle();
    assertThat(s.connection.writableBytes()).isEqualTo(4_000); // all of it went out
  }

  @Test
  void thereIsRoomAgainWhenHalfOfItIsSent() {
    s.options.notSentLowatBytes = 4_000;
    s.established();
    for (int i = 0; i < 8; i++) {
      s.write(4_000); // until the congestion window is full
    }
    assertThat(s.connection.isRoomy()).isFalse();
    s.events.clear();
    s.receive(". 1:0 ack 1461").receive(". 1:0 ack 2921").receive(". 1:0 ack 4381");
    assertThat(s.connection.isRoomy()).isTrue();
    assertThat(s.events).contains(Event.Signal.WRITABLE);
  }

  @Test
  void theStackMayHoldALimitForAll() {
    s.settings.notSentLowatBytes = 1_000;
    s.established();
    assertThat(s.put(5_000, WriteHint.NONE)).isEqualTo(1_000);
  }

  @Test
  void aNegativeLimitIsNone() {
    s.settings.notSentLowatBytes = 1_000;
    s.options.notSentLowatBytes = -1;
    s.established();
    assertThat(s.put(5_000, WriteHint.NONE)).isEqualTo(5_000);
  }

  @Test
  void aWriteMayGoBeyondTheBufferAsLongAsThereIsRoomIfSoSet() {
    s.options.sendBufferBytes = 1_000;
    s.options.sendOvershootBytes = 500;
    s.established();
    assertThat(s.put(5_000, WriteHint.NONE)).isEqualTo(1_500);
    assertThat(s.put(1, WriteHint.NONE)).isZero();
  }

  // ---- TCP_SYNCNT

  @Test
  void theUserSaysHowOftenASynIsSentAgain() {
    s.options.synRetries = 2;
    s.activeOpen().after(6_999).in(State.SYN_SENT).after(1).in(State.CLOSED);
    assertThat(s.takeSent()).hasSize(3);
  }
}
