package dev.sluice.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  private static int take(TokenBucket bucket, int wanted, long now) {
    int taken = 0;
    for (int i = 0; i < wanted; i++) {
      taken += bucket.take(now) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void asManyASecondAsAgreedAndNoMoreAtOnce() {
    TokenBucket bucket = new TokenBucket(100);
    assertThat(take(bucket, 1_000, 0)).isEqualTo(100);
    assertThat(take(bucket, 1_000, SECOND / 2)).isEqualTo(50);
    assertThat(take(bucket, 1_000, 1_000 * SECOND)).isEqualTo(100);
  }

  @Test
  void partsOfATokenAreNotLost() {
    TokenBucket bucket = new TokenBucket(10);
    take(bucket, 10, 0);
    int taken = 0;
    for (long now = 0; now <= SECOND; now += SECOND / 1_000) {
      taken += take(bucket, 1, now);
    }
    assertThat(taken).isEqualTo(10);
  }

  @Test
  void rateOfZeroLetsNothingThrough() {
    assertThat(take(new TokenBucket(0), 10, 5 * SECOND)).isZero();
  }
}
