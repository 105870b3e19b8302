package dev.sluice.sim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateRulesTest {
  private static final FourTuple TUPLE =
      new FourTuple(IpAddress.parse("10.0.0.1"), 1_000, IpAddress.parse("10.0.0.2"), 7);

  private final Invariants rules = new Invariants();

  private void go(State from, State to) {
    rules.onTransition("a", TUPLE, from, to, "test", 0);
  }

  @Test
  void lifeOfAnActiveCloserFollowsTheArrows() {
    go(State.CLOSED, State.SYN_SENT);
    go(State.SYN_SENT, State.ESTABLISHED);
    go(State.ESTABLISHED, State.FIN_WAIT_1);
    go(State.FIN_WAIT_1, State.FIN_WAIT_2);
    go(State.FIN_WAIT_2, State.TIME_WAIT);
    assertThat(rules.stillOpen()).hasSize(1);
    assertThat(rules.timeWaitSeen("a", TUPLE)).isTrue();
    go(State.TIME_WAIT, State.CLOSED);
    assertThat(rules.stillOpen()).isEmpty();
  }

  @Test
  void stepThatIsNoArrowIsFound() {
    go(State.CLOSED, State.SYN_SENT);
    assertThatThrownBy(() -> go(State.SYN_SENT, State.FIN_WAIT_1)).isInstanceOf(Violation.class);
  }

  @Test
  void stepFromAStateItWasNotInIsFound() {
    go(State.CLOSED, State.SYN_SENT);
    assertThatThrownBy(() -> go(State.ESTABLISHED, State.CLOSE_WAIT)).isInstanceOf(Violation.class);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void noStateHasAnArrowToItself(State state) {
    assertThat(StateRules.isArrow(state, state)).isFalse();
  }
}
