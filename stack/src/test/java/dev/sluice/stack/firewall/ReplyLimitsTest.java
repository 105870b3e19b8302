package dev.sluice.stack.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.IpAddress;
import org.junit.jupiter.api.Test;

class ReplyLimitsTest {
  private static final long SECOND = 1_000_000_000L;

  private final ReplyLimits limits = new ReplyLimits(1, 2, 100, 10, 20, 50);

  private int taken(ReplyLimits.Kind kind, String to, int wanted, long now) {
    IpAddress address = IpAddress.parse(to);
    int taken = 0;
    for (int i = 0; i < wanted; i++) {
      taken += limits.take(kind, address.high(), address.low(), now) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void prefixIsAnsweredSoOftenASecond() {
    assertThat(taken(ReplyLimits.Kind.RESET, "8.8.8.8", 1_000, 0)).isEqualTo(100);
    assertThat(taken(ReplyLimits.Kind.RESET, "8.8.8.9", 1_000, 0)).isZero();
    assertThat(taken(ReplyLimits.Kind.RESET, "8.8.9.8", 1_000, 0)).isEqualTo(100);
    assertThat(taken(ReplyLimits.Kind.RESET, "8.8.8.8", 1_000, SECOND / 2)).isEqualTo(50);
    assertThat(taken(ReplyLimits.Kind.RESET, "2a00::1", 1_000, 0)).isEqualTo(100);
    assertThat(taken(ReplyLimits.Kind.RESET, "2a00::2", 1_000, 0)).isZero();
  }

  @Test
  void kindsHaveBudgetsOfTheirOwn() {
    taken(ReplyLimits.Kind.RESET, "8.8.8.8", 1_000, 0);
    assertThat(taken(ReplyLimits.Kind.ICMP_ERROR, "8.8.8.8", 1_000, 0)).isEqualTo(10);
    assertThat(taken(ReplyLimits.Kind.ECHO_REPLY, "8.8.8.8", 1_000, 0)).isEqualTo(20);
    assertThat(taken(ReplyLimits.Kind.SYN_ACK, "8.8.8.8", 1_000, 0)).isEqualTo(50);
  }

  @Test
  void whoCompletesHandshakesIsAnsweredWithoutEnd() {
    IpAddress honest = IpAddress.parse("8.8.8.8");
    for (int i = 0; i < 10_000; i++) {
      assertThat(limits.take(ReplyLimits.Kind.SYN_ACK, honest.high(), honest.low(), 0))
          .isTrue();
      limits.onHandshake(honest.high(), honest.low());
    }
  }

  @Test
  void zeroIsNoneAndTheGreatestIsNoLimit() {
    ReplyLimits extreme = new ReplyLimits(1, 2, 0, ReplyLimits.UNLIMITED, 1, 1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(extreme.take(ReplyLimits.Kind.RESET, 0, 1, 0)).isFalse();
      assertThat(extreme.take(ReplyLimits.Kind.ICMP_ERROR, 0, 1, 0)).isTrue();
    }
    assertThatThrownBy(() -> new ReplyLimits(1, 2, -1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void prefixAtItsLimitIsNotWashedOutByAFloodFromCountlessOthers() {
    taken(ReplyLimits.Kind.RESET, "8.8.8.8", 1_000, 0);
    for (int i = 0; i < 100_000; i++) {
      taken(ReplyLimits.Kind.RESET, "9." + (i >> 8 & 255) + "." + (i & 255) + ".1", 1, i);
    }
    assertThat(taken(ReplyLimits.Kind.RESET, "8.8.8.8", 100, 100_000)).isLessThan(3);
  }
}
