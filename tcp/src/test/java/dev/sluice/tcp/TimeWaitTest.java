package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.close.TimeWait.Reaction;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TIME-WAIT: a record that repeats the last ACK for 2MSL.
@NullUnmarked // the record comes into being in each test
class TimeWaitTest {
  private final Script s = new Script();
  private TimeWait record;

  private TimeWait enter() {
    s.to(State.TIME_WAIT);
    record = s.connection.timeWait();
    return record;
  }

  private Reaction arrives(String segment) {
    return record.onSegment(s.parse(segment), s.now);
  }

  private boolean answers() {
    Segment out = new Segment();
    boolean sent = record.pollTransmit(out, s.now);
    if (sent) {
      assertThat(out.flags).isEqualTo(Flags.ACK);
      assertThat(out.seq - s.iss).isEqualTo(2);
      assertThat(out.ack - s.peerIss).isEqualTo(2);
      assertThat(out.isV4()).isEqualTo(s.tuple.isV4());
      assertThat(record.pollTransmit(out, s.now)).isFalse();
    }
    return sent;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("MUST-13")
  void itLastsForTwoMsl(boolean v4) {
    if (!v4) {
      s.ipv6();
    }
    enter();
    long end = s.now + 2 * s.settings.mslNanos;
    assertThat(record.nextDeadlineNanos()).isEqualTo(end);
    record.onDeadline(end - 1);
    assertThat(record.expired()).isFalse();
    record.onDeadline(end);
    assertThat(record.expired()).isTrue();
    assertThat(record.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @Tag("MUST-13")
  @Tag("SCENARIO-16")
  void aRepeatedFinIsAcknowledgedAgainAndRestartsTheTime() {
    enter();
    s.now += 50_000 * Script.MS;
    assertThat(arrives("F. 1:0 ack 2")).isEqualTo(Reaction.HANDLED);
    assertThat(answers()).isTrue();
    assertThat(record.expiryNanos()).isEqualTo(s.now + 2 * s.settings.mslNanos);
  }

  @Test
  @Tag("SCENARIO-16")
  void everyRepeatedFinIsAcknowledged() {
    enter();
    for (int i = 0; i < 5; i++) {
      arrives("F. 1:0 ack 2");
      assertThat(answers()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"R 2:0", "R. 2:0 ack 2", "R 1:0", "R 3:0", "R 90000:0"})
  @Tag("ATTACK-14")
  void aResetDoesNotEndIt(String reset) {
    long end = enter().expiryNanos();
    assertThat(arrives(reset)).isEqualTo(Reaction.HANDLED);
    assertThat(answers()).isFalse();
    assertThat(record.expired()).isFalse();
    assertThat(record.expiryNanos()).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"P. -9:10 ack 2", "P. 2:10 ack 2", "S. 0:0 ack 1", ". 90000:0 ack 2"})
  @Tag("SCENARIO-33")
  void oldDuplicatesAreAnsweredAtALimitedRate(String segment) {
    long end = enter().expiryNanos();
    arrives(segment);
    assertThat(answers()).isTrue();
    for (int i = 0; i < 499; i++) {
      s.now += Script.MS;
      arrives(segment);
      assertThat(answers()).isFalse();
    }
    s.now += Script.MS;
    arrives(segment);
    assertThat(answers()).isTrue();
    assertThat(record.expiryNanos()).isEqualTo(end);
  }

  @Test
  void anAckAtItsPlaceIsNotAnswered() {
    enter();
    arrives(". 2:0 ack 2");
    assertThat(answers()).isFalse();
  }

  /// RFC 6191 §2; TS.Recent is 1,000, and RCV.NXT is 2.
  @ParameterizedTest(name = "before: {0}, SYN: {1}: {2}")
  @CsvSource({
    "true, S 100000:0 ts 1001, REOPEN",
    "true, S -100000:0 ts 1001, REOPEN",
    "true, S 100000:0 ts 1000, REOPEN",
    "true, S -100000:0 ts 1000, HANDLED",
    "true, S 2:0 ts 1000, HANDLED",
    "true, S 100000:0 ts 999, HANDLED",
    "true, S 100000:0 nots 0, REOPEN",
    "true, S -100000:0 nots 0, HANDLED",
    "false, S 100000:0, REOPEN",
    "false, S 3:0, REOPEN",
    "false, S 2:0, HANDLED",
    "false, S -100000:0, HANDLED",
    "false, S -100000:0 ts 5, REOPEN", // timestamps come with the new one: honored
    "true, S. 100000:0 ack 2 ts 1001, HANDLED"
  })
  @Tag("SHLD-4")
  @Tag("MAY-2")
  @Tag("SCENARIO-33")
  void onlyANewerSynEndsIt(boolean stamped, String syn, Reaction reaction) {
    s.peerTimestamps = stamped;
    enter();
    s.settings.timestamps = true;
    assertThat(arrives(syn)).isEqualTo(reaction);
    assertThat(answers()).isEqualTo(reaction == Reaction.HANDLED);
  }

  @Test
  void withoutTheSettingNoSynEndsIt() {
    s.settings.shortenTimeWait = false;
    enter();
    assertThat(arrives("S 100000:0")).isEqualTo(Reaction.HANDLED);
    assertThat(answers()).isTrue();
  }

  @Test
  @Tag("MAY-2")
  void theNewConnectionsNumbersLieAboveTheOldOnes() {
    enter();
    Script next = new Script().listen(4);
    Segment syn = s.parse("S 100000:0");
    next.listener.onSegmentAfter(record, syn, s.now);
    Segment out = new Segment();
    assertThat(next.listener.pollTransmit(out, s.now)).isTrue();
    assertThat(Seq.gt(out.seq, record.sndNxt() + 65_535)).isTrue();
    assertThat(out.ack).isEqualTo(syn.seq + 1);
  }

  @Test
  void aFinWithAnOldTimestampDoesNotRestartTheTime() {
    s.peerTimestamps = true;
    long end = enter().expiryNanos();
    s.now += Script.MS;
    arrives("F. 1:0 ack 2 ts 500");
    assertThat(record.expiryNanos()).isEqualTo(end);
  }
}
