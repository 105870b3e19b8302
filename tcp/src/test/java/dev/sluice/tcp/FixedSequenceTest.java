package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;

class FixedSequenceTest {
  private static final FourTuple ONE = tuple(1_024);
  private static final FourTuple OTHER = tuple(1_025);

  private static FourTuple tuple(int port) {
    return new FourTuple(IpAddress.parse("10.0.0.1"), port, IpAddress.parse("10.0.0.2"), 80);
  }

  @Test
  void chosenNumberIsThatOfEveryConnectionAtAnyTime() {
    InitialSequence fixed = InitialSequence.fixed(1, 2, 10);
    assertThat(fixed.iss(ONE, 0)).isEqualTo(10);
    assertThat(fixed.iss(OTHER, 1_000_000_000L)).isEqualTo(10);
  }

  @Test
  void onlyTheNumberIsChosen() {
    InitialSequence fixed = InitialSequence.fixed(1, 2, 10);
    InitialSequence free = new InitialSequence(1, 2);
    assertThat(fixed.timestampOffset(ONE)).isEqualTo(free.timestampOffset(ONE));
    assertThat(free.iss(ONE, 0)).isNotEqualTo(free.iss(OTHER, 0));
  }
}
