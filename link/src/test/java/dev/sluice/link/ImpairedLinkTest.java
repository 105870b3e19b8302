package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Checksum;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All in one thread and in virtual time: the wire is a pipe.
final class ImpairedLinkTest {
  private static final LinkCapabilities LARGE = new LinkCapabilities(1500, 65_535, 65_535, true);
  private static final long MILLI = 1_000_000;

  private final Pipe.Ends pipe = Pipe.create(LARGE);
  private final PacketBuffer out = PacketBuffer.ofMaximumSize();
  private final PacketBuffer in = PacketBuffer.ofMaximumSize();

  private record Arrival(int number, long nanos) {}

  /// Sends numbered packets, one each `gapNanos`, and notes what arrives when.
  private List<Arrival> pass(ImpairedLink link, int packets, long gapNanos) throws IOException {
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < packets; i++) {
      long now = i * gapNanos;
      drainUntil(link, now, arrivals);
      Packets.number(out, i, 1000);
      assertThat(pipe.left().send(out, now)).isTrue();
      take(link, now, arrivals);
    }
    drainUntil(link, Link.NEVER - 1, arrivals);
    return arrivals;
  }

  private void drainUntil(ImpairedLink link, long untilNanos, List<Arrival> arrivals)
      throws IOException {
    while (link.nextArrivalNanos() <= untilNanos) {
      take(link, link.nextArrivalNanos(), arrivals);
    }
  }

  private void take(ImpairedLink link, long now, List<Arrival> arrivals) throws IOException {
    while (link.receive(in, now)) {
      assertThat(in.arrivalNanos()).isEqualTo(now);
      arrivals.add(new Arrival(in.i32(0), now));
    }
  }

  private ImpairedLink right(Impairments impairments, long seed) {
    return new ImpairedLink(pipe.right(), impairments, seed);
  }

  private static List<Integer> numbers(List<Arrival> arrivals) {
    return arrivals.stream().map(Arrival::number).toList();
  }

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @Test
  void noneLeavesEverythingAndTheCapabilitiesAlone() throws IOException {
    ImpairedLink link = right(Impairments.NONE, 1);
    assertThat(link.capabilities()).isEqualTo(LARGE);
    List<Arrival> arrivals = pass(link, 100, MILLI);
    assertThat(numbers(arrivals)).isEqualTo(range(100));
    assertThat(arrivals).allMatch(a -> a.nanos() == a.number() * MILLI);
  }

  @Test
  void impairedWireCarriesPacketsOfWireSizeWithWholeChecksums() {
    LinkCapabilities capabilities = right(Impairments.NONE.withDelay(1), 1).capabilities();
    assertThat(capabilities).isEqualTo(new LinkCapabilities(1500, 1500, 65_535, false));
  }

  @Test
  void delayIsExactAndKnownBeforehand() throws IOException {
    ImpairedLink link = right(Impairments.NONE.withDelay(20 * MILLI), 1);
    Packets.number(out, 1, 100);
    pipe.left().send(out, 5);
    assertThat(link.nextArrivalNanos()).isEqualTo(5);
    assertThat(link.receive(in, 5)).isFalse();
    assertThat(link.nextArrivalNanos()).isEqualTo(5 + 20 * MILLI);
    assertThat(link.receive(in, 4 + 20 * MILLI)).isFalse();
    assertThat(link.receive(in, 5 + 20 * MILLI)).isTrue();
    assertThat(link.nextArrivalNanos()).isEqualTo(Link.NEVER);
  }

  @Test
  void sameSeedLosesTheSamePackets() throws IOException {
    Impairments lossy = Impairments.NONE.withLoss(0.2);
    List<Integer> first = numbers(pass(right(lossy, 42), 50, MILLI));
    List<Integer> again = numbers(pass(right(lossy, 42), 50, MILLI));
    List<Integer> other = numbers(pass(right(lossy, 43), 50, MILLI));
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
    List<Integer> lost = new ArrayList<>(range(50));
    lost.removeAll(first);
    assertThat(lost)
        .containsExactly(2, 7, 8, 10, 13, 17, 19, 23, 28, 29, 32, 33, 36, 41, 42, 43, 44, 46);
  }

  @Test
  void whichPacketsAreLostDoesNotDependOnTheOtherImpairments() throws IOException {
    Impairments lossy = Impairments.NONE.withLoss(0.2);
    List<Integer> plain = numbers(pass(right(lossy, 7), 200, MILLI));
    Impairments more = lossy.withJitter(MILLI).withDelay(MILLI).withReorder(0.3);
    List<Integer> mixed = numbers(pass(right(more, 7), 200, MILLI));
    assertThat(mixed).isNotEqualTo(plain).containsExactlyInAnyOrderElementsOf(plain);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void jitterNeverChangesTheOrder(long seed) throws IOException {
    ImpairedLink link = right(Impairments.NONE.withDelay(5 * MILLI).withJitter(50 * MILLI), seed);
    List<Arrival> arrivals = pass(link, 500, MILLI);
    assertThat(numbers(arrivals)).isEqualTo(range(500));
    assertThat(arrivals).allMatch(a -> a.nanos() >= a.number() * MILLI + 5 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void onlyHeldBackPacketsAreOvertakenAndNoneIsLost(long seed) throws IOException {
    ImpairedLink link = right(Impairments.NONE.withReorder(0.1).withHeldBack(10 * MILLI), seed);
    List<Integer> arrived = numbers(pass(link, 1000, MILLI));
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(range(1000));
    long overtaken = IntStream.range(0, 1000)
        .filter(i -> arrived.subList(0, i).stream().anyMatch(n -> n > arrived.get(i)))
        .count();
    assertThat(overtaken).isPositive().isLessThanOrEqualTo(link.counters().get(Fate.HELD_BACK));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void countersExplainEveryPacket(long seed) throws IOException {
    Impairments all = Impairments.NONE
        .withDelay(20 * MILLI)
        .withJitter(3 * MILLI)
        .withLoss(0.05)
        .withReorder(0.05)
        .withDuplicate(0.05)
        .withBurstLoss(new Impairments.BurstLoss(0.01, 0.3, 0.8))
        .withRate(new Impairments.Rate(8_000_000, 10_000));
    ImpairedLink link = right(all, seed);
    List<Integer> arrived = numbers(pass(link, 3000, 970_000));
    long lost = count(link, Fate.LOST)
        + count(link, Fate.LOST_IN_BURST)
        + count(link, Fate.QUEUE_FULL)
        + count(link, Fate.NO_ROOM);
    assertThat(count(link, Fate.ENTERED)).isEqualTo(3000);
    assertThat(count(link, Fate.DELIVERED)).isEqualTo(arrived.size());
    assertThat(arrived).hasSize((int) (3000 - lost + count(link, Fate.DUPLICATED)));
    assertThat(new HashSet<>(arrived)).hasSize((int) (3000 - lost));
    assertThat(count(link, Fate.LOST)).isBetween(100L, 200L);
    assertThat(count(link, Fate.LOST_IN_BURST)).isBetween(20L, 250L);
    assertThat(count(link, Fate.DUPLICATED)).isBetween(80L, 200L);
    assertThat(count(link, Fate.HELD_BACK)).isBetween(80L, 200L);
  }

  private static long count(ImpairedLink link, Fate fate) {
    return link.counters().get(fate);
  }

  @Test
  void bottleneckSpreadsPacketsOutAndDropsWhatItsQueueCannotHold() throws IOException {
    // 1,000 octets at 8 Mbit/s take 1 ms; three wait while one is served.
    ImpairedLink link = right(Impairments.NONE.withRate(new Impairments.Rate(8_000_000, 3000)), 1);
    List<Arrival> arrivals = pass(link, 10, 0);
    assertThat(arrivals)
        .containsExactly(
            new Arrival(0, MILLI),
            new Arrival(1, 2 * MILLI),
            new Arrival(2, 3 * MILLI),
            new Arrival(3, 4 * MILLI));
    assertThat(count(link, Fate.QUEUE_FULL)).isEqualTo(6);
  }

  /// 1,052 octets at 8 Mbit/s take about 1 ms: the fourth finds more than 3,000 waiting.
  @Test
  void aLongQueueMarksWhatMayBeMarkedAndLosesNothing() throws IOException {
    Impairments.Rate rate = new Impairments.Rate(8_000_000, 100_000, 3_000);
    ImpairedLink link = right(Impairments.NONE.withRate(rate), 1);
    List<Integer> marks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      PacketBuffer packet = Packets.tcp(true, 1_000, 0, 0x10);
      int codepoint = i == 7 ? 0 : 2; // the last one's sender knows nothing of marks
      packet.u8(1, codepoint);
      packet.u16(10, 0);
      packet.u16(10, Checksum.ofSum(Checksum.sum(packet, 0, 20)));
      pipe.left().send(packet, 0);
    }
    for (long now = 0; now <= 20 * MILLI; now += MILLI) {
      while (link.receive(in, now)) {
        marks.add(in.u8(1));
        assertThat(Checksum.isIntact(Checksum.sum(in, 0, 20))).isTrue();
      }
    }
    assertThat(marks).containsExactly(2, 2, 2, 3, 3, 3, 3, 0);
    assertThat(count(link, Fate.MARKED)).isEqualTo(4);
  }

  @Test
  void burstsLoseNeighbours() throws IOException {
    ImpairedLink link =
        right(Impairments.NONE.withBurstLoss(new Impairments.BurstLoss(0.01, 0.1, 1)), 3);
    List<Integer> arrived = numbers(pass(link, 10_000, 1000));
    int bursts = 0;
    for (int i = 1; i < arrived.size(); i++) {
      bursts += arrived.get(i) - arrived.get(i - 1) > 1 ? 1 : 0;
    }
    long lost = count(link, Fate.LOST_IN_BURST);
    assertThat(lost).isEqualTo(10_000 - arrived.size());
    assertThat((double) lost / bursts).isBetween(6.0, 14.0); // 1 / 0.1 on average
  }

  @Test
  void corruptionFlipsOneBitAndTheChecksumTells() throws IOException {
    ImpairedLink link = right(Impairments.NONE.withCorrupt(1), 9);
    for (int round = 0; round < 100; round++) {
      PacketBuffer whole = Packets.tcp(round % 2 == 0, 100, 0, 0x18);
      pipe.left().send(whole, round);
      assertThat(link.receive(in, round)).isTrue();
      new Segmentation().finishChecksum(whole);
      assertThat(in.checksum()).isEqualTo(PacketBuffer.Checksum.COMPLETE);
      int flipped = 0;
      for (int i = 0; i < whole.length(); i++) {
        flipped += Integer.bitCount(whole.u8(i) ^ in.u8(i));
      }
      assertThat(flipped).isEqualTo(1);
    }
    assertThat(count(link, Fate.CORRUPTED)).isEqualTo(100);
  }

  @Test
  void cutWireLosesEverythingUntilItIsMended() throws IOException {
    ImpairedLink link = right(Impairments.NONE.withDelay(MILLI), 1);
    link.impair(Impairments.NONE.withLoss(1));
    assertThat(pass(link, 10, 0)).isEmpty();
    link.impair(Impairments.NONE);
    assertThat(numbers(pass(link, 10, 0))).isEqualTo(range(10));
  }

  @Test
  void moreThanFitsUnderWayIsLostAndCounted() throws IOException {
    ImpairedLink link = right(Impairments.NONE.withDelay(1000 * MILLI), 1);
    int over = 100;
    List<Arrival> arrivals = pass(link, ImpairedLink.MAX_UNDER_WAY + over, 0);
    assertThat(numbers(arrivals)).isEqualTo(range(ImpairedLink.MAX_UNDER_WAY));
    assertThat(count(link, Fate.NO_ROOM)).isEqualTo(over);
  }

  @Test
  void bothWaysImpairsWhatIsSentAsWell() throws IOException {
    Impairments wire = Impairments.NONE.withDelay(20 * MILLI).withLoss(0.2).withDuplicate(0.1);
    ImpairedLink link = ImpairedLink.bothWays(pipe.right(), wire, 7);
    for (int i = 0; i < 200; i++) {
      Packets.number(out, i, 1000);
      assertThat(link.send(out, 0)).isTrue();
    }
    assertThat(pipe.left().receive(in, 0)).as("nothing before it is due").isFalse();
    assertThat(link.nextArrivalNanos()).isEqualTo(20 * MILLI);
    assertThat(link.receive(in, 20 * MILLI)).as("nothing comes back").isFalse();
    List<Integer> sent = new ArrayList<>();
    while (pipe.left().receive(in, 20 * MILLI)) {
      sent.add(in.i32(0));
    }
    assertThat(link.nextArrivalNanos()).isEqualTo(Link.NEVER);
    assertThat(count(link, Fate.ENTERED)).isEqualTo(200);
    assertThat(count(link, Fate.LOST)).isBetween(20L, 70L);
    assertThat((long) sent.size())
        .isEqualTo(200 - count(link, Fate.LOST) + count(link, Fate.DUPLICATED))
        .isEqualTo(count(link, Fate.DELIVERED));

    List<Integer> received = numbers(pass(link, 200, MILLI));
    assertThat(received).as("chances of its own").isNotEqualTo(sent).hasSizeBetween(130, 190);
  }

  @Test
  void awaitSleepsNoLongerThanUntilTheFirstArrival() throws IOException {
    ImpairedLink link = right(Impairments.NONE.withDelay(MILLI), 1);
    Packets.number(out, 1, 100);
    pipe.left().send(out, 0);
    assertThat(link.receive(in, 0)).isFalse();
    link.await(Link.NEVER); // would never return if it did not know
    assertThat(link.receive(in, MILLI)).isTrue();
  }

  @Test
  void steadyFlowAllocatesNothing() throws IOException {
    ImpairedLink link = right(
        Impairments.NONE
            .withDelay(5)
            .withLoss(0.1)
            .withReorder(0.1)
            .withHeldBack(9)
            .withDuplicate(0.1),
        1);
    long[] now = {0};
    assertThat(PipeTest.allocatedBy(() -> {
          now[0]++;
          out.reset(1000);
          pipe.left().send(out, now[0]);
          while (link.receive(in, now[0])) {
            now[0]++;
          }
        }))
        .isZero();
  }
}
