package dev.sluice.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The retransmission queue against one byte for each octet in flight.
class RetransmissionQueueLawTest {
  private static final byte ONCE = 1;
  private static final byte AGAIN = 2;
  private static final byte LOST = 4;

  private final RetransmissionQueue queue = new RetransmissionQueue();
  private byte[] model = {};
  private int una;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  @Tag("SCENARIO-27")
  @Tag("SCENARIO-32")
  @Tag("ATTACK-21")
  void everyOctetIsInFlightOrLostAsTheModelSays(long seed) {
    Random random = new Random(seed);
    una = seed % 2 == 0 ? -random.nextInt(50_000) : random.nextInt();
    for (int i = 0; i < 4_000; i++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> append(1 + random.nextInt(random.nextInt(5) == 0 ? 10_000 : 1_460), i);
        case 3, 4 -> acknowledge(random.nextInt(model.length + 1));
        case 5 -> markFirstLost();
        case 6 -> resend(i);
        default -> markAllLostSometimes(random);
      }
      judge();
    }
  }

  private void append(int length, int now) {
    if (model.length < 100_000) {
      queue.append(una + model.length, una + model.length + length, now);
      int from = model.length;
      model = Arrays.copyOf(model, from + length);
      Arrays.fill(model, from, from + length, ONCE);
    }
  }

  private void acknowledge(int octets) {
    boolean again = false;
    for (int i = 0; i < octets; i++) {
      again |= (model[i] & AGAIN) != 0;
    }
    model = Arrays.copyOfRange(model, octets, model.length);
    una += octets;
    queue.onAck(una);
    // an entry is as old as its last sending: a sample is given only if all went out once
    if (again || octets == 0) {
      assertThat(queue.ackedSentNanos()).isEqualTo(-1);
    }
  }

  private void markFirstLost() {
    int before = queue.inFlight();
    queue.markFirstLost(1_000);
    int lost = before - queue.inFlight();
    assertThat(lost).isBetween(0, 1_000);
    for (int i = 0; i < lost; i++) {
      assertThat(model[i] & LOST).isZero();
      model[i] |= LOST;
    }
  }

  private void markAllLostSometimes(Random random) {
    if (random.nextInt(4) == 0) {
      queue.markAllLost();
      for (int i = 0; i < model.length; i++) {
        model[i] |= LOST;
      }
    }
  }

  private void resend(int now) {
    int entry = queue.nextLost(1_460);
    int first = firstLost();
    if (first < 0) {
      assertThat(entry).isEqualTo(-1);
      return;
    }
    assertThat(queue.startSeq(entry) - una).isEqualTo(first);
    int end = queue.endSeq(entry) - una;
    assertThat(end - first).isBetween(1, 1_460);
    for (int i = first; i < end; i++) {
      assertThat(model[i] & LOST).isNotZero();
      model[i] = AGAIN;
    }
    queue.onRetransmitted(entry, now);
  }

  private int firstLost() {
    for (int i = 0; i < model.length; i++) {
      if ((model[i] & LOST) != 0) {
        return i;
      }
    }
    return -1;
  }

  private void judge() {
    int lost = 0;
    for (byte octet : model) {
      lost += octet >> 2;
    }
    assertThat(queue.inFlight()).isEqualTo(model.length - lost);
    assertThat(queue.hasLost()).isEqualTo(lost > 0);
    assertThat(queue.isEmpty()).isEqualTo(model.length == 0);
    int at = una;
    for (int i = 0; i < queue.size(); i++) {
      if (queue.startSeq(i) != at) {
        throw new AssertionError("entry " + i + " does not follow the one before");
      }
      at = queue.endSeq(i);
    }
    assertThat(at).isEqualTo(una + model.length);
  }
}
