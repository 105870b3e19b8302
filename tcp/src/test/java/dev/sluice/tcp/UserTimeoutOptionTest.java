package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The user timeout option (RFC 5482).
final class UserTimeoutOptionTest {
  private static final long SECOND = 1_000 * Script.MS;

  private final Script script = new Script();

  private Script enabled() {
    script.options.userTimeoutOption = true;
    return script;
  }

  /// Sends text that nobody acknowledges, and tells after how many seconds the
  /// connection ends.
  private static long seconds(Script script) {
    long begun = script.now;
    script.write(100);
    for (int i = 0; i < 5_000 && script.state() != State.CLOSED; i++) {
      script.after(1_000).drain();
    }
    assertThat(script.events)
        .contains(new Event.Closed(new CloseReason.TimedOut(CloseReason.Waiting.RETRANSMISSION)));
    return (script.now - begun) / SECOND;
  }

  @Test
  void nobodySendsItUnasked() {
    script.options.userTimeoutNanos = 300 * SECOND;
    script.establishedWith("mss 1460").write(10).expect("P. 1:10 ack 1 win 65535");
  }

  @Test
  void itGoesOnTheSynAndOnceOnALaterSegment() {
    enabled().options.userTimeoutNanos = 400 * SECOND;
    script.activeOpen().expect("S 0:0 win 65535 mss 1460 uto 400");
    script.receive("S. 0:0 ack 1 mss 1460").expect(". 1:0 ack 1 win 65535 uto 400");
    script.write(10).expect("P. 1:10 ack 1 win 65535");
  }

  @Test
  void theSynAckHasItToo() {
    enabled().options.userTimeoutNanos = 400 * SECOND;
    script.listen(8).receive("S 0:0 mss 1460").expect("S. 0:0 ack 1 win 65535 mss 1460 uto 400");
    script.receive(". 1:0 ack 1").in(State.ESTABLISHED).quiet();
    script.write(10).expect("P. 1:10 ack 1 win 65535 uto 400");
    script.receive(". 1:0 ack 11").write(10).expect("P. 11:10 ack 1 win 65535");
  }

  @Test
  void aFullSegmentHasNoRoomForIt() {
    enabled().options.userTimeoutNanos = 400 * SECOND;
    script.listen(8).receive("S 0:0 mss 1460").drain().receive(". 1:0 ack 1");
    script.write(1_460 + 1_460 - 4);
    script.expect(". 1:1460 ack 1 win 65535");
    script.expect("P. 1461:1456 ack 1 win 65535 uto 400");
  }

  @Test
  void anotherTimeIsToldAnew() {
    enabled().activeOpen().expect("S 0:0 win 65535 mss 1460 uto 300"); // the default, 5 minutes
    script.receive("S. 0:0 ack 1 mss 1460").drain();
    script.options.userTimeoutNanos = 500 * SECOND;
    script.connection.onOptionsChanged(script.now);
    script.write(10).expect("P. 1:10 ack 1 win 65535 uto 500");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "32767, 32767", "32768, 33315", "36000, 33368", "1966020, 65535"})
  void longTimesAreToldInMinutes(long seconds, int field) {
    enabled().options.userTimeoutNanos = seconds * SECOND;
    script.activeOpen().expect("S 0:0 win 65535 mss 1460 uto " + field);
  }

  @Test
  void theAdviceOfThePeerIsTaken() {
    enabled().activeOpen().receive("S. 0:0 ack 1 mss 1460 uto 600").drain();
    assertThat(seconds(script)).isBetween(599L, 601L);
  }

  @Test
  void aServerTakesTheAdviceOfASynToo() {
    enabled()
        .listen(8)
        .receive("S 0:0 mss 1460 uto 600")
        .drain()
        .receive(". 1:0 ack 1")
        .drain();
    assertThat(seconds(script)).isBetween(599L, 601L);
  }

  @Test
  void adviceMayComeLater() {
    enabled().establishedWith("mss 1460").receive(". 1:0 ack 1 uto 600").drain();
    assertThat(seconds(script)).isBetween(599L, 601L);
  }

  @Test
  void adviceInMinutesCountsMinutes() {
    enabled()
        .establishedWith("mss 1460")
        .receive(". 1:0 ack 1 uto " + (0x8000 | 20))
        .drain();
    assertThat(seconds(script)).isBetween(1_199L, 1_201L); // longer than R2
  }

  @Test
  void adviceIsHeldWithinLimits() {
    enabled().settings.userTimeoutUpperLimitNanos = 1_500 * SECOND;
    script.establishedWith("mss 1460").receive(". 1:0 ack 1 uto 32767").drain();
    assertThat(seconds(script)).isBetween(1_499L, 1_501L);
    Script low = new Script();
    low.options.userTimeoutOption = true;
    low.establishedWith("mss 1460").receive(". 1:0 ack 1 uto 1").drain();
    assertThat(seconds(low)).isBetween(299L, 301L); // no shorter than what we advertise
  }

  @Test
  void whoSetATimeOfItsOwnTakesNoAdvice() {
    enabled().options.userTimeoutNanos = 50 * SECOND;
    script.establishedWith("mss 1460").receive(". 1:0 ack 1 uto 600").drain();
    assertThat(seconds(script)).isBetween(49L, 51L);
  }

  @Test
  void whoDoesNotWantTheOptionTakesNoAdvice() {
    script.establishedWith("mss 1460").receive(". 1:0 ack 1 uto 300").drain();
    assertThat(seconds(script)).isGreaterThan(900);
  }

  @ParameterizedTest
  @CsvSource({"0", "32768"})
  void aTimeOfNothingIsIgnored(int field) {
    enabled().establishedWith("mss 1460").receive(". 1:0 ack 1 uto " + field).drain();
    assertThat(seconds(script)).isGreaterThan(900);
  }

  @Test
  void anUnacceptableSegmentsAdviceIsIgnored() {
    enabled()
        .establishedWith("mss 1460")
        .receive(". 90000:0 ack 1 uto 400")
        .receive(". 1:0 ack 99 uto 400");
    assertThat(seconds(script.drain())).isGreaterThan(900);
  }

  @Test
  void keepAliveWaitsLongerThanTheTimeAdvised() {
    enabled().options.keepAlive = true;
    script.options.keepIdleNanos = 10 * SECOND;
    script.establishedWith("mss 1460").receive(". 1:0 ack 1 uto 600").drain();
    script.after(600_000).quiet();
    script.after(100_000).expectStart(". 0:0 ack 1");
  }
}
