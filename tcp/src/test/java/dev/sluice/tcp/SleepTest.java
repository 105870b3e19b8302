package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// A connection at rest gives its memory up and takes it again. [Script] puts every
/// connection to sleep whenever it may, so all tests of the engine are tests of this,
/// too.
class SleepTest {
  private final Script s = new Script();

  @Test
  void anEstablishedConnectionWithNothingUnderWaySleeps() {
    s.established();
    assertThat(s.connection.isAsleep()).isTrue();
    assertThat(s.connection.state()).isEqualTo(State.ESTABLISHED);
  }

  @Test
  void asLongAsTextIsUnacknowledgedItDoesNotSleep() {
    s.established().write(5).expectStart("P. 1:5");
    assertThat(s.connection.isAsleep()).isFalse();
    s.receive(". 1:0 ack 6");
    assertThat(s.connection.isAsleep()).isTrue();
  }

  @Test
  void asLongAsAnAckIsDueItDoesNotSleep() {
    s.established().receive("P. 1:5 ack 1");
    assertThat(s.connection.isAsleep()).isFalse();
    s.after(200).expect(". 1:0 ack 6 win 65530");
    assertThat(s.connection.isAsleep()).isTrue();
  }

  @Test
  void asLongAsAGapIsOpenItDoesNotSleep() {
    s.established().receive("P. 10:5 ack 1").drain();
    assertThat(s.connection.isAsleep()).isFalse();
  }

  @Test
  void nothingButAnEstablishedConnectionSleeps() {
    s.activeOpen();
    assertThat(s.connection.sleep()).isFalse();
    Script closing = new Script().to(State.CLOSE_WAIT);
    assertThat(closing.connection.sleep()).isFalse();
  }

  @Test
  void whoLooksSeesTheSameAsBeforeAndWakesNobody() {
    s.established().write(5).expectStart("P. 1:5").after(30).receive("P. 1:7 ack 6");
    s.after(200).drain();
    assertThat(s.connection.isAsleep()).isTrue();
    ConnectionInfo asleep = s.connection.info(s.now);
    assertThat(s.connection.isAsleep()).isTrue();
    s.connection.onApplicationProgress(s.now);
    assertThat(s.connection.isAsleep()).isFalse();
    assertThat(s.connection.info(s.now)).isEqualTo(asleep);
    assertThat(asleep.srttNanos()).isPositive();
  }

  @Test
  void textThatWaitsCanBeReadWithoutWaking() {
    s.established().receive("P. 1:5 ack 1").after(200).drain();
    assertThat(s.connection.isAsleep()).isTrue();
    ByteBuffer target = ByteBuffer.allocate(10);
    assertThat(s.connection.read(target)).isEqualTo(5);
    assertThat(s.connection.isAsleep()).isTrue();
  }

  @Test
  void whatIsWrittenInItsSleepIsSent() {
    s.established();
    s.connection.write(ByteBuffer.wrap(new byte[] {Script.octet(0)}));
    assertThat(s.connection.isAsleep()).isTrue();
    s.settle().expectStart("P. 1:1");
  }

  @Test
  void itsTimersRunOn() {
    s.options.keepAlive = true;
    s.established();
    assertThat(s.connection.isAsleep()).isTrue();
    s.after(7_200_000 - 1).quiet().after(1).expectStart(". 0:0");
  }

  @Test
  void optionsThatNobodyAskedForAreShared() {
    Script first = new Script().accepted();
    Script second = new Script();
    first.shareWith(second);
    second.accepted();
    second.connection.options().noDelay = true;
    assertThat(first.connection.options().noDelay).isFalse();
    assertThat(second.connection.options().noDelay).isTrue();
  }

  @Test
  void optionsChangedInItsSleepCount() {
    Script accepted = new Script().accepted();
    accepted.connection.options().keepAlive = true;
    accepted.connection.onOptionsChanged(accepted.now);
    accepted.settle();
    assertThat(accepted.connection.isAsleep()).isTrue();
    accepted.after(7_200_000 - 1).quiet().after(1).expectStart(". 0:0");
  }

  @Test
  void wakingTellsNothing() {
    s.established();
    s.events.clear();
    s.connection.onApplicationProgress(s.now);
    s.settle();
    assertThat(s.events).doesNotHaveAnyElementsOfTypes(Event.Urgent.class).isEmpty();
  }
}
