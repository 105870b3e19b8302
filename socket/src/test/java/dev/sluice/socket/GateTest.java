package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GateTest {
  private final Gate gate = new Gate();

  @Test
  void closingWithNobodyInsideIsDueAtOnce() {
    assertThat(gate.close()).isEqualTo(ConnectionEnd.CLOSE);
    assertThat(gate.enter(Gate.READING)).isFalse();
  }

  @Test
  void theLastThreadOutsideHasTheConnectionClosed() {
    assertThat(gate.enter(Gate.READING)).isTrue();
    assertThat(gate.enter(Gate.WRITING)).isTrue();
    assertThat(gate.close()).isZero();
    assertThat(gate.leave(Gate.READING)).isZero();
    assertThat(gate.leave(Gate.WRITING)).isEqualTo(ConnectionEnd.CLOSE);
  }

  @Test
  void lingerOfZeroMakesClosingAReset() {
    gate.abortOnClose();
    assertThat(gate.close()).isEqualTo(ConnectionEnd.ABORT);
  }

  @Test
  void aSideIsShutWhenItsThreadIsOutside() {
    gate.enter(Gate.WRITING);
    assertThat(gate.shutOutput()).isZero();
    assertThat(gate.isOutputShut()).isTrue();
    assertThat(gate.leave(Gate.WRITING)).isEqualTo(ConnectionEnd.SHUT_OUTPUT);
  }

  @Test
  void theOtherSidesThreadIsNotWaitedFor() {
    gate.enter(Gate.READING);
    assertThat(gate.shutOutput()).isEqualTo(ConnectionEnd.SHUT_OUTPUT);
    assertThat(gate.shutInput()).isZero();
    assertThat(gate.leave(Gate.READING)).isEqualTo(ConnectionEnd.SHUT_INPUT);
  }
}
