package dev.sluice.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Samples of how fast the network delivers.
class DeliveryRateTest {
  private static final int MSS = 1_000;
  private static final long MS = 1_000_000L;
  private final DeliveryRate rate = new DeliveryRate();
  private final AckSample ack = new AckSample();
  private final ArrayDeque<Long> sent = new ArrayDeque<>();
  private int inFlight;

  DeliveryRateTest() {
    ack.minRttNanos = Long.MAX_VALUE;
  }

  private void send(long now) {
    rate.onSent(inFlight, now);
    inFlight += MSS;
    sent.add(now);
  }

  private void arrive(int segments, long now) {
    long newest = -1;
    for (int i = 0; i < segments; i++) {
      newest = sent.remove();
    }
    inFlight -= segments * MSS;
    ack.nowNanos = now;
    ack.deliveredBytes = segments * MSS;
    rate.onDelivered(ack, newest);
  }

  @Test
  void aSteadyFlowIsDeliveredAtTheRateItIsSent() {
    for (int i = 0; i < 100; i++) {
      send(i * MS);
      if (i >= 20) {
        arrive(1, i * MS);
      }
    }
    assertThat(rate.bytesPerSecond()).isCloseTo(1_000_000L, within(60_000L));
    assertThat(rate.delivered()).isEqualTo(80_000);
    assertThat(rate.isApplicationLimited()).isFalse();
  }

  @Test
  void aBurstOfAcksDoesNotMakeTheNetworkFaster() {
    for (int i = 0; i < 20; i++) {
      send(i * MS);
    }
    arrive(1, 50 * MS);
    arrive(19, 50 * MS + 1); // 19 segments within a nanosecond, sent over 19 ms
    assertThat(ack.rateNanos).isGreaterThanOrEqualTo(19 * MS);
    assertThat(rate.bytesPerSecond()).isLessThanOrEqualTo(1_100_000L);
  }

  @Test
  void aBurstOfSegmentsDoesNotMakeTheNetworkFaster() {
    for (int i = 0; i < 20; i++) {
      send(0);
    }
    for (int i = 1; i <= 20; i++) {
      arrive(1, (50 + i) * MS);
    }
    assertThat(rate.bytesPerSecond()).isLessThan(1_000_000L);
  }

  @Test
  void aSampleQuickerThanAnyRoundTripIsNone() {
    ack.minRttNanos = 50 * MS;
    send(0);
    arrive(1, 49 * MS);
    assertThat(ack.rateNanos).isZero();
    assertThat(rate.bytesPerSecond()).isZero();
    send(50 * MS);
    arrive(1, 100 * MS);
    assertThat(ack.rateBytes).isEqualTo(MSS);
    assertThat(ack.rateNanos).isEqualTo(50 * MS);
  }

  @Test
  void whatTheApplicationLimitsIsMarkedUntilItHasArrived() {
    send(0);
    send(0);
    rate.onApplicationLimited(inFlight);
    send(MS);
    arrive(2, 10 * MS); // sent before the application paused
    assertThat(ack.applicationLimited).isFalse();
    arrive(1, 11 * MS);
    assertThat(ack.applicationLimited).isTrue();
    send(20 * MS);
    arrive(1, 30 * MS);
    assertThat(ack.applicationLimited).isFalse();
  }

  @Test
  void aLimitedSampleCountsOnlyIfItIsFaster() {
    for (int i = 0; i < 10; i++) {
      send(0);
    }
    arrive(10, 10 * MS);
    long full = rate.bytesPerSecond();
    assertThat(full).isEqualTo(1_000_000L);
    rate.onApplicationLimited(0);
    send(20 * MS);
    arrive(1, 30 * MS);
    assertThat(rate.bytesPerSecond()).isEqualTo(full);
    assertThat(rate.isApplicationLimited()).isFalse();
    rate.onApplicationLimited(0);
    for (int i = 0; i < 20; i++) {
      send(40 * MS);
    }
    arrive(20, 50 * MS);
    assertThat(rate.bytesPerSecond()).isEqualTo(2 * full);
    assertThat(rate.isApplicationLimited()).isTrue();
  }

  @Test
  void aRepeatTellsOfTheTimeItWasSentLast() {
    send(0);
    send(0);
    rate.onSent(2 * MSS, 100 * MS); // the first one again
    ack.nowNanos = 110 * MS;
    ack.deliveredBytes = 2 * MSS;
    rate.onDelivered(ack, 100 * MS);
    assertThat(ack.rateNanos).isEqualTo(110 * MS);
    assertThat(ack.rateBytes).isEqualTo(2 * MSS);
  }

  /// Against a record for each segment, as the rule reads.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void marksSharedBetweenAcksTellTheSameAsOneForEachSegment(long seed) {
    record Entry(long sent, long firstSent, long delivered, long deliveredAt, boolean limited) {}

    Random random = new Random(seed);
    ArrayDeque<Entry> model = new ArrayDeque<>();
    long now = MS;
    long delivered = 0;
    long deliveredAt = 0;
    long firstSent = 0;
    long limited = 0;
    for (int step = 0; step < 20_000; step++) {
      now += 1 + random.nextInt(1_000_000);
      if (random.nextInt(20) == 0) {
        rate.onApplicationLimited(inFlight);
        limited = Math.max(1, delivered + inFlight);
      } else if (random.nextBoolean() && inFlight < 500 * MSS) {
        if (inFlight == 0) {
          firstSent = now;
          deliveredAt = now;
        }
        model.add(new Entry(now, firstSent, delivered, deliveredAt, limited != 0));
        send(now);
      } else if (inFlight > 0) {
        int count = 1 + random.nextInt(Math.min(inFlight / MSS, 5));
        Entry newest = model.remove();
        for (int i = 1; i < count; i++) {
          newest = model.remove();
        }
        delivered += (long) count * MSS;
        deliveredAt = now;
        limited = limited != 0 && delivered > limited ? 0 : limited;
        arrive(count, now);
        long nanos = Math.max(newest.sent - newest.firstSent, now - newest.deliveredAt);
        firstSent = newest.sent;
        assertThat(ack.rateNanos).isEqualTo(nanos);
        assertThat(ack.rateBytes).isEqualTo(delivered - newest.delivered);
        assertThat(ack.applicationLimited).isEqualTo(newest.limited);
        assertThat(ack.deliveredTotal).isEqualTo(delivered);
      }
    }
  }
}
