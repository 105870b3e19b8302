package dev.sluice.guard.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Alarms as people read them.
class AlarmWordsTest {
  private static String text(AlarmLine line) {
    return AlarmWords.text(line, ZoneOffset.UTC);
  }

  @Test
  void aFloodThatBeginsSaysHowMuchWhoWhatIsDoneAndWhatOneCanDo() {
    assertThat(text(Lines.flood(AlarmPhase.BEGINS))).isEqualTo("""
        2026-11-22 21:05:00  SYN flood of 198.18.0.2:80 begins
            12,345 SYNs a second, 12,000 of them never followed up; 345 handshakes \
        completed a second
            from: 203.0.113.0/24 51 %
            done: half open 512 of 512, 9,000 cookies sent
            you can: limit 203.0.113.0/24 by a rule of the firewall
            packets: /var/x.pcapng""");
  }

  @Test
  void aFloodThatEndsSaysHowLongItWas() {
    assertThat(text(Lines.flood(AlarmPhase.ENDS)))
        .startsWith("2026-11-22 21:05:00  SYN flood of 198.18.0.2:80 ends after 12.5 s\n")
        .contains("at most 13,000 in a second")
        .doesNotContain("you can");
  }

  @Test
  void aProgramThatAcceptsNothingIsToBeLookedAtFirst() {
    AlarmLine line = Lines.of(
        AlarmKind.SYN_FLOOD,
        AlarmPhase.BEGINS,
        Map.of(Figure.ACCEPT_QUEUE, 128L, Figure.BACKLOG, 128L),
        "");
    assertThat(text(line)).contains("you can: look at the program first");
  }

  @Test
  void aScanNamesThePorts() {
    AlarmLine line = Lines.of(
        AlarmKind.SCAN,
        AlarmPhase.ENDS,
        Map.of(
            Figure.PORTS, 1_000L,
            Figure.LOWEST_PORT, 1L,
            Figure.HIGHEST_PORT, 9_999L,
            Figure.ADDRESSES, 1L,
            Figure.PACKETS, 1_200L),
        "");
    assertThat(text(line))
        .contains("port scan by 203.0.113.9 ends after 12.5 s")
        .contains("1,000 ports from 1 to 9999, 1,200 probes")
        .as("a firewall may have answered nothing")
        .doesNotContain("answered with RST");
  }

  @ParameterizedTest
  @CsvSource({
    "set back,                  -3600000, 0,     'jump of the clock: set back by 1 h'",
    "set forward,               61000,    0,     'jump of the clock: set forward by 1 min 1 s'",
    "the machine was suspended, 60000,    60000,"
        + " 'jump of the clock: the machine was suspended for 1 min'",
    "the process stood still,   0,        12000,"
        + " 'jump of the clock: the process stood still for 12 s'",
  })
  void aClockThatJumpsSaysHow(String note, long jump, long still, String expected) {
    AlarmLine line = Lines.of(
        AlarmKind.CLOCK,
        AlarmPhase.HAPPENED,
        Map.of(Figure.JUMP_MILLIS, jump, Figure.STILL_MILLIS, still),
        note);
    assertThat(text(line).lines().findFirst()).contains("2026-11-22 21:05:00  " + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "350, 350 ms",
    "1000, 1 s",
    "12500, 12.5 s",
    "200000, 3 min 20 s",
    "7500000, 2 h 5 min"
  })
  void durationsHaveTheUnitThatFits(long millis, String expected) {
    assertThat(AlarmWords.duration(millis * 1_000_000)).isEqualTo(expected);
  }

  @Test
  void whatGoesOnSaysForHowLong() {
    assertThat(AlarmWords.goingOn(Lines.flood(AlarmPhase.BEGINS).alarm(), 61_000_000_000L))
        .isEqualTo("SYN flood of 198.18.0.2:80, for 1 min so far");
  }
}
