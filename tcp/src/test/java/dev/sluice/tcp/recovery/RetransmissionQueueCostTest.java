package dev.sluice.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an ACK costs is bounded by what it tells, not by what is in flight: counted, not
/// timed (CVE-2019-11477, CVE-2019-11478, CVE-2019-11479).
class RetransmissionQueueCostTest {
  private static final int MSS = 48;

  private final RetransmissionQueue queue = new RetransmissionQueue();
  private final Delivered told = new Delivered();

  private void fill(int segments) {
    queue.append(1, 1 + segments * MSS, MSS, 0);
  }

  private long costOfSack(int left, int right) {
    long before = queue.steps();
    told.begin(1, Long.MAX_VALUE, 0);
    queue.onSack(left, right, told);
    return queue.steps() - before;
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 10_000, 100_000})
  void everySecondSegmentSackedCostsTheLogarithmOfTheQueueEach(int segments) {
    fill(segments);
    for (int i = segments - 1; i > 0; i -= 2) {
      assertThat(costOfSack(1 + i * MSS, 1 + (i + 1) * MSS)).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void aBlockThatIsRepeatedOverAndOverCostsNothingMore() {
    fill(100_000);
    costOfSack(1 + MSS, 1 + 90_000 * MSS);
    for (int i = 0; i < 1_000; i++) {
      assertThat(costOfSack(1 + MSS, 1 + 90_000 * MSS)).isLessThanOrEqualTo(20);
    }
  }

  @Test
  @Tag("SCENARIO-40")
  @Tag("ATTACK-21")
  @Tag("ATTACK-22")
  void blocksOfSingleOctetsMakeNoEntries() {
    fill(1_000);
    for (int seq = 2; seq < 1_000 * MSS; seq += 2) {
      assertThat(costOfSack(seq, seq + 1)).isLessThanOrEqualTo(20);
    }
    assertThat(queue.size()).isEqualTo(1_000);
    assertThat(queue.sackedEntries()).isZero();
  }

  @Test
  void theNextHoleIsFoundWithoutLookingAtWhatWasSackedBetween() {
    fill(100_000);
    costOfSack(1 + MSS, 1 + 99_000 * MSS);
    long before = queue.steps();
    for (int i = 0; i < 1_000; i++) {
      queue.markFirstLost();
      assertThat(queue.findLost(MSS, MSS)).isTrue();
      queue.onFoundSent(i);
    }
    assertThat(queue.steps() - before).isLessThanOrEqualTo(1_000);
  }

  @Test
  void judgingByCountLooksAtEachSegmentOnce() {
    fill(10_000);
    long before = queue.steps();
    for (int i = 1; i < 10_000; i += 2) {
      told.begin(1, Long.MAX_VALUE, 0);
      queue.onSack(1 + i * MSS, 1 + (i + 1) * MSS, told);
      queue.markLostBySacks();
    }
    assertThat(queue.lostEntries()).isEqualTo(4_998);
    assertThat((queue.steps() - before) / 10_000).isLessThanOrEqualTo(40);
  }

  @Test
  void aSmallerSegmentSizeCutsAllThatWaitsAtOnce() {
    queue.append(1, 1 + 10_000 * 1_460, 1_460, 0);
    queue.markAllLost();
    int seq = 1;
    while (queue.findLost(1_000, 1_000)) {
      assertThat(queue.foundStart()).isEqualTo(seq);
      assertThat(queue.foundEnd() - seq).isLessThanOrEqualTo(1_000);
      seq = queue.foundEnd();
      queue.onFoundSent(1);
    }
    assertThat(seq).isEqualTo(1 + 10_000 * 1_460);
    assertThat(queue.size()).isEqualTo(20_000);
    assertThat(queue.inFlight()).isEqualTo(10_000 * 1_460);
  }

  @Test
  void theNumberOfEntriesHasABound() {
    queue.append(1, 1 + RetransmissionQueue.MAX_ENTRIES, 1, 0);
    assertThat(queue.isFull()).isTrue();
    told.begin(1, Long.MAX_VALUE, 0);
    queue.onAck(2, told);
    assertThat(queue.isFull()).isFalse();
  }
}
