package dev.sluice.guard.detect;

import static dev.sluice.guard.detect.WatchedHost.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Floods before a real host in virtual time: what is one, what is none, when it begins
/// and ends.
class SynFloodsTest {
  private static final int LARGE = 100_000;

  private WatchedHost watched = new WatchedHost(LARGE);

  @ParameterizedTest
  @ValueSource(ints = {200, 1_000, 10_000})
  void aFloodBeginsOnceAndEndsOnce(int perSecond) {
    watched.flood(perSecond, 10 * SECOND, 20 * SECOND);
    watched.runUntil(200 * SECOND);

    assertThat(watched.told()).containsExactly("syn-flood begins", "syn-flood ends");
    Alarm begins = watched.first(AlarmPhase.BEGINS);
    Alarm ends = watched.first(AlarmPhase.ENDS);
    assertThat(begins.subject()).isEqualTo("0.0.0.0:80");
    assertThat(begins.beganNanos()).isEqualTo(10 * SECOND);
    assertThat(begins.nowNanos()).isBetween(11 * SECOND, 12 * SECOND);
    assertThat(begins.figure(Figure.UNANSWERED))
        .isBetween(perSecond * 9L / 10, perSecond * 11L / 10);
    assertThat(ends.number()).isEqualTo(begins.number());
    assertThat(ends.nowNanos()).isEqualTo(20 * SECOND);
    assertThat(ends.figure(Figure.SYNS)).isEqualTo(perSecond * 10L);
    assertThat(ends.figure(Figure.HANDSHAKES)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 90})
  void fewUnansweredSynsWithRoomForAllAreNoFlood(int perSecond) {
    watched.flood(perSecond, SECOND, 60 * SECOND);
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).isEmpty();
  }

  @Test
  void aSlowFloodThatFillsTheTableIsOne() {
    watched = new WatchedHost(128);
    watched.flood(20, SECOND, 60 * SECOND);
    watched.runUntil(300 * SECOND);

    assertThat(watched.told()).containsExactly("syn-flood begins", "syn-flood ends");
    Alarm begins = watched.first(AlarmPhase.BEGINS);
    assertThat(begins.figure(Figure.HALF_OPEN)).isEqualTo(128);
    assertThat(begins.figure(Figure.EVICTED)).isPositive();
    assertThat(begins.figure(Figure.COOKIES_SENT)).isEqualTo(begins.figure(Figure.EVICTED));
  }

  @ParameterizedTest
  @CsvSource({"5000, 1", "5000, 200", "5000, 1000", "500, 1000"})
  void anHonestLoadIsNone(int perSecond, int roundTripMillis) {
    watched.honest(perSecond, SECOND, 5 * SECOND, roundTripMillis * 1_000_000L);
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).isEmpty();
    assertThat(watched.host.snapshot(watched.nowNanos).connections()).isEmpty();
  }

  @Test
  void aFloodIsSeenThroughAnHonestLoad() {
    watched.honest(5_000, SECOND, 15 * SECOND, 50_000_000L);
    watched.flood(2_500, 4 * SECOND, 10 * SECOND);
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).containsExactly("syn-flood begins", "syn-flood ends");
    assertThat(watched.first(AlarmPhase.BEGINS).figure(Figure.UNANSWERED))
        .isBetween(2_200L, 2_800L);
    assertThat(watched.first(AlarmPhase.BEGINS).figure(Figure.HANDSHAKES))
        .isBetween(4_500L, 5_500L);
  }

  @Test
  void cookiesThatComeBackDuringAFloodAreCounted() {
    watched = new WatchedHost(128);
    watched.flood(5_000, SECOND, 6 * SECOND);
    watched.honest(100, 3 * SECOND, 6 * SECOND, 200_000_000L);
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).containsExactly("syn-flood begins", "syn-flood ends");
    Alarm ends = watched.first(AlarmPhase.ENDS);
    assertThat(ends.figure(Figure.HANDSHAKES)).isEqualTo(300);
    // the last few are still remembered when the flood is over
    assertThat(ends.figure(Figure.COOKIES_VALID)).isBetween(290L, 300L);
    assertThat(ends.figure(Figure.COOKIES_INVALID)).isZero();
    assertThat(ends.figure(Figure.COOKIES_SENT)).isGreaterThan(20_000);
  }

  @Test
  void aFloodThatPausesForAMomentIsOneFlood() {
    for (int i = 0; i < 10; i++) {
      watched.flood(1_000 + i, (4L * i + 1) * SECOND, (4L * i + 3) * SECOND);
    }
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).containsExactly("syn-flood begins", "syn-flood ends");
    assertThat(watched.first(AlarmPhase.ENDS).nowNanos()).isEqualTo(39 * SECOND);
  }

  @Test
  void twoFloodsFarApartAreTwo() {
    watched.flood(1_000, SECOND, 5 * SECOND);
    watched.flood(1_001, 30 * SECOND, 35 * SECOND);
    watched.runUntil(100 * SECOND);

    assertThat(watched.told())
        .containsExactly(
            "syn-flood begins", "syn-flood ends", "syn-flood begins", "syn-flood ends");
    assertThat(watched.alarms.get(2).number()).isEqualTo(2);
  }

  @Test
  void whoFloodsFromOnePrefixIsNamed() {
    watched.flood(500, SECOND, 6 * SECOND);
    for (int i = 0; i < 2_500; i++) {
      IpAddress source = IpAddress.ofV4(0xcb00_7100 | (i & 0xff));
      FourTuple tuple = new FourTuple(source, 1_024 + i, WatchedHost.ADDRESS, WatchedHost.PORT);
      watched.at(SECOND + i * 2_000_000L, () -> watched.send(tuple, Flags.SYN, 1, 0));
    }
    watched.runUntil(60 * SECOND);

    Alarm begins = watched.first(AlarmPhase.BEGINS);
    assertThat(begins.top()).hasSize(1);
    assertThat(begins.top().getFirst().name()).isEqualTo("203.0.113.0/24");
    assertThat(begins.top().getFirst().permille()).isBetween(450, 550);
    assertThat(begins.note()).isEmpty();
  }

  @Test
  void ifNoPrefixStandsOutThatIsSaid() {
    watched.flood(5_000, SECOND, 6 * SECOND);
    watched.runUntil(60 * SECOND);

    assertThat(watched.first(AlarmPhase.BEGINS).top()).isEmpty();
    assertThat(watched.first(AlarmPhase.BEGINS).note()).contains("forged");
  }

  @Test
  void whenAllIsQuietNoDeadlineIsLeft() {
    watched.flood(1_000, SECOND, 5 * SECOND);
    watched.runUntil(300 * SECOND);

    assertThat(watched.guard.active()).isEmpty();
    assertThat(watched.guard.nextDeadlineNanos()).isEqualTo(Endpoint.NEVER);
  }
}
