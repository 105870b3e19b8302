package dev.sluice.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpinBudgetTest {
  private static final long MOST = 50_000;
  private static final long SHORT = 10_000;
  private static final long LONG = 1_000_000_000;

  private final SpinBudget budget = new SpinBudget(MOST);
  private long spunNanos;

  /// One idle time of the loop: it spins in vain as long as it may, then sleeps.
  private void idle(long sleptNanos) {
    spunNanos += budget.nanos();
    budget.onVain();
    budget.onSlept(sleptNanos);
  }

  @Test
  void anIdleLoopSpinsOnceAndThenOnlySleeps() {
    for (int i = 0; i < 1_000_000; i++) {
      idle(LONG);
    }
    assertThat(spunNanos).isEqualTo(MOST);
  }

  @Test
  void whereSpinningNeverPaysItIsTriedEverMoreRarely() {
    for (int i = 0; i < 1_000_000; i++) {
      idle(SHORT);
    }
    // doubling up to one try in 4,096 sleeps: a few hundred tries in a million
    assertThat(spunNanos / MOST).isBetween(200L, 300L);
  }

  @Test
  void aSleepThatSpinningWouldHaveSparedMakesItSpin() {
    idle(LONG);
    assertThat(budget.nanos()).isZero();
    idle(SHORT);
    assertThat(budget.nanos()).isZero();
    idle(SHORT);
    assertThat(budget.nanos()).isEqualTo(MOST);
  }

  @Test
  void whilePacketsComeInTimeItKeepsSpinning() {
    for (int i = 0; i < 100; i++) {
      budget.onPaid();
    }
    assertThat(budget.nanos()).isEqualTo(MOST);
  }

  @Test
  void afterSpinsThatPaidOneInVainIsForgivenSoon() {
    for (int i = 0; i < 1_000; i++) {
      idle(SHORT);
    }
    for (int i = 0; i < 20; i++) {
      budget.onPaid();
    }
    idle(SHORT);
    idle(SHORT);
    idle(SHORT);
    assertThat(budget.nanos()).isEqualTo(MOST);
  }

  @Test
  void withoutABudgetThereIsNoSpinning() {
    SpinBudget none = new SpinBudget(0);
    for (int i = 0; i < 100; i++) {
      none.onVain();
      none.onSlept(SHORT);
      none.onPaid();
    }
    assertThat(none.nanos()).isZero();
  }
}
