package dev.sluice.link;

import dev.sluice.wire.CongestionMark;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.PacketBuffer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// One direction of a bad wire: packets enter it, and those that survive leave it when
/// they are due.
///
/// The same number of random draws is spent on each packet, whatever is set: so packet 17
/// is lost with and without jitter.
final class ImpairedPath {
  private final RandomGenerator random;
  private final DelayQueue underWay;
  private final Segmentation checksums = new Segmentation();
  private final CounterSet<Fate> counters;

  private boolean inBurst;
  private long bottleneckFreeNanos = Long.MIN_VALUE;
  /// The latest due time of a packet that was not held back: jitter must not overtake.
  private long latestDueNanos = Long.MIN_VALUE;

  /// @param mtu octets of the usual packet
  /// @param counters where fates are counted
  ImpairedPath(int mtu, long seed, CounterSet<Fate> counters) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    underWay = new DelayQueue(ImpairedLink.MAX_UNDER_WAY, mtu);
    this.counters = counters;
  }

  /// When the next packet leaves, or [Link#NEVER].
  long firstDueNanos() {
    return underWay.firstDueNanos();
  }

  /// Takes the next packet that is due.
  ///
  /// @return false if none is
  boolean leave(PacketBuffer target, long nowNanos) {
    if (underWay.firstDueNanos() > nowNanos) {
      return false;
    }
    underWay.remove(target);
    return true;
  }

  /// Decides what happens to a packet that enters the path. It is copied, and may be
  /// damaged.
  void enter(PacketBuffer packet, Impairments now, long nowNanos) {
    double burstDraw = random.nextDouble();
    double burstLossDraw = random.nextDouble();
    double lossDraw = random.nextDouble();
    double corruptDraw = random.nextDouble();
    double bitDraw = random.nextDouble();
    double jitterDraw = random.nextDouble();
    double reorderDraw = random.nextDouble();
    double heldBackDraw = random.nextDouble();
    double duplicateDraw = random.nextDouble();
    counters.increment(Fate.ENTERED);

    if (isLostInBurst(now, burstDraw, burstLossDraw)) {
      counters.increment(Fate.LOST_IN_BURST);
      return;
    }
    if (lossDraw < now.loss()) {
      counters.increment(Fate.LOST);
      return;
    }
    long departureNanos = departureNanos(packet, now, nowNanos);
    if (departureNanos == Link.NEVER) {
      counters.increment(Fate.QUEUE_FULL);
      return;
    }
    if (corruptDraw < now.corrupt()) {
      counters.increment(Fate.CORRUPTED);
      corrupt(packet, bitDraw);
    }
    long dueNanos = departureNanos + now.delayNanos() + (long) (jitterDraw * now.jitterNanos());
    dueNanos = Math.max(dueNanos, latestDueNanos);
    if (reorderDraw < now.reorder()) {
      counters.increment(Fate.HELD_BACK);
      dueNanos += 1 + (long) (heldBackDraw * (now.heldBackNanos() - 1));
    } else {
      latestDueNanos = dueNanos;
    }
    launch(packet, dueNanos);
    if (duplicateDraw < now.duplicate()) {
      counters.increment(Fate.DUPLICATED);
      launch(packet, dueNanos);
    }
  }

  private boolean isLostInBurst(Impairments now, double burstDraw, double lossDraw) {
    Impairments.BurstLoss bursts = now.burstLoss();
    if (bursts == null) {
      inBurst = false;
      return false;
    }
    inBurst = inBurst ? burstDraw >= bursts.leave() : burstDraw < bursts.enter();
    return inBurst && lossDraw < bursts.loss();
  }

  /// When the packet, maybe marked, has left the bottleneck; [Link#NEVER] if the queue
  /// before it is full.
  private long departureNanos(PacketBuffer packet, Impairments now, long nowNanos) {
    Impairments.Rate rate = now.rate();
    if (rate == null) {
      return nowNanos;
    }
    long startNanos = Math.max(nowNanos, bottleneckFreeNanos);
    if (startNanos - nowNanos > rate.nanosFor(rate.queueOctets())) {
      return Link.NEVER;
    }
    if (rate.marks(startNanos - nowNanos) && CongestionMark.set(packet)) {
      counters.increment(Fate.MARKED);
    }
    bottleneckFreeNanos = startNanos + rate.nanosFor(packet.length());
    return bottleneckFreeNanos;
  }

  private void launch(PacketBuffer packet, long dueNanos) {
    if (underWay.isFull()) {
      counters.increment(Fate.NO_ROOM);
    } else {
      underWay.add(packet, dueNanos);
    }
  }

  /// Flips one bit, with the checksum as it would stand on a real wire, so that the
  /// receiver has a chance to see it.
  private void corrupt(PacketBuffer packet, double bitDraw) {
    checksums.finishChecksum(packet);
    int bit = (int) (bitDraw * 8 * packet.length());
    packet.u8(bit / 8, packet.u8(bit / 8) ^ (1 << (bit & 7)));
  }
}
