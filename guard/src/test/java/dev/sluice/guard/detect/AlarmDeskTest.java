package dev.sluice.guard.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How many alarms are told, and what is said of the others.
class AlarmDeskTest {
  private final List<Alarm> told = new ArrayList<>();
  private final AlarmDesk desk = new AlarmDesk(told::add);

  private static AlarmDesk.Report about(String subject) {
    return new AlarmDesk.Report(subject, 0, Map.of(), List.of(), "");
  }

  private void scans(int count, long nowNanos) {
    for (int i = 0; i < count; i++) {
      long number = desk.begins(AlarmKind.SCAN, about("source " + i), nowNanos);
      desk.ends(AlarmKind.SCAN, number, about("source " + i), nowNanos);
    }
  }

  @Test
  void aCrowdOfAlarmsIsHeldBackAndCounted() {
    scans(100, 0);

    assertThat(told).hasSize(2 * AlarmDesk.BURST);
    assertThat(desk.begun(AlarmKind.SCAN)).isEqualTo(100);
    assertThat(desk.heldBack(AlarmKind.SCAN)).isEqualTo(100 - AlarmDesk.BURST);
  }

  @Test
  void theNextOneThatIsToldSaysHowManyWereNot() {
    scans(15, 0);
    scans(1, AlarmDesk.PAUSE_NANOS);

    assertThat(told.get(2 * AlarmDesk.BURST).heldBack()).isEqualTo(5);
    assertThat(told.getLast().heldBack()).isZero();
  }

  @Test
  void oneKindDoesNotHoldBackAnother() {
    scans(100, 0);
    desk.happened(AlarmKind.CLOCK, about("time of day"), 0);

    assertThat(told.getLast().kind()).isEqualTo(AlarmKind.CLOCK);
  }

  @Test
  void afterAWhileAsManyAsBeforeAreToldAndNoMore() {
    scans(100, 0);
    told.clear();
    scans(100, 1_000 * AlarmDesk.PAUSE_NANOS);

    assertThat(told).hasSize(2 * AlarmDesk.BURST);
  }

  @Test
  void theEndOfWhatWasNotToldIsNotToldEither() {
    scans(AlarmDesk.BURST, 0);
    told.clear();
    long number = desk.begins(AlarmKind.SCAN, about("x"), 0);
    desk.ends(AlarmKind.SCAN, number, about("x"), 1);

    assertThat(number).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void whatHasBegunIsActiveUntilItEnds() {
    long number = desk.begins(AlarmKind.SYN_FLOOD, about("x"), 5);
    assertThat(desk.active()).hasSize(1).first().satisfies(alarm -> {
      assertThat(alarm.phase()).isEqualTo(AlarmPhase.BEGINS);
      assertThat(alarm.number()).isEqualTo(number);
    });

    desk.ends(AlarmKind.SYN_FLOOD, number, about("x"), 9);
    assertThat(desk.active()).isEmpty();
  }

  @Test
  void noMoreGoOnAtOnceThanTheDeskHolds() {
    int kinds = AlarmKind.values().length;
    for (int i = 0; i < 1_000; i++) {
      desk.begins(AlarmKind.values()[i % kinds], about("x"), i * AlarmDesk.PAUSE_NANOS);
    }
    assertThat(desk.active()).hasSize(AlarmDesk.MAX_ACTIVE);
  }
}
