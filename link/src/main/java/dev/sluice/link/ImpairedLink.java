package dev.sluice.link;

import dev.sluice.wire.CounterSet;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A link that does to arriving packets what a bad wire does: delays, loses, reorders,
/// duplicates and corrupts them, the same way for the same seed.
///
/// ```
///   wrapped link -> burst, loss -> bottleneck -> corrupt -> delay queue -> receive
///                                                    `- duplicate -'
/// ```
///
/// Only what is received is impaired; wrap both ends of a wire to impair both
/// directions. The same number of random draws is spent on each packet, whatever is set:
/// so packet 17 is lost with and without jitter.
///
/// Impairments are about packets on the wire. Therefore this link takes no segment to
/// cut and no partial checksum, whatever the wrapped link takes, unless it was made with
/// [Impairments#NONE]. A merged packet that arrives all the same has one fate as a whole.
public final class ImpairedLink implements Link {
  /// Packets under way at most; lost is what comes on top.
  public static final int MAX_UNDER_WAY = 16_384;

  /// Packets taken out of the wrapped link by one call, so that a sender that never rests
  /// cannot hold the receiver up.
  private static final int MAX_PULLED = 256;

  private final Link link;
  private final LinkCapabilities capabilities;
  private final RandomGenerator random;
  private final DelayQueue underWay;
  private final PacketBuffer arriving;
  private final Segmentation checksums = new Segmentation();
  private final CounterSet<Fate> counters = new CounterSet<>(Fate.class);

  private volatile Impairments impairments;
  private boolean inBurst;
  private long bottleneckFreeNanos = Long.MIN_VALUE;
  /// The latest due time of a packet that was not held back: jitter must not overtake.
  private long latestDueNanos = Long.MIN_VALUE;
  private long lastNowNanos;

  /// @param link what is wrapped; closed with this one
  /// @param impairments what happens to packets
  /// @param seed from which all chance comes
  public ImpairedLink(Link link, Impairments impairments, long seed) {
    LinkCapabilities wrapped = link.capabilities();
    this.link = link;
    this.impairments = impairments;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    capabilities = impairments.isNone()
        ? wrapped
        : new LinkCapabilities(wrapped.mtu(), wrapped.mtu(), wrapped.maxReceiveBytes(), false);
    arriving = new PacketBuffer(wrapped.maxReceiveBytes());
    underWay = new DelayQueue(MAX_UNDER_WAY, wrapped.mtu());
  }

  /// Changes what happens to packets that arrive from now on; those under way keep their
  /// fate. From any thread. The capabilities stay those of the beginning.
  public void impair(Impairments next) {
    impairments = next;
  }

  /// What happens to packets.
  public Impairments impairments() {
    return impairments;
  }

  /// How many packets had which fate.
  public CounterSet<Fate> counters() {
    return counters;
  }

  @Override
  public LinkCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
    lastNowNanos = nowNanos;
    Impairments now = impairments;
    for (int i = 0; i < MAX_PULLED && link.receive(arriving, nowNanos); i++) {
      decide(now, nowNanos);
    }
    if (underWay.firstDueNanos() > nowNanos) {
      return false;
    }
    underWay.remove(target);
    target.arrivalNanos(nowNanos);
    counters.increment(Fate.DELIVERED);
    return true;
  }

  /// Decides what happens to the packet in [#arriving].
  private void decide(Impairments now, long nowNanos) {
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
    long departureNanos = departureNanos(now, nowNanos);
    if (departureNanos == NEVER) {
      counters.increment(Fate.QUEUE_FULL);
      return;
    }
    if (corruptDraw < now.corrupt()) {
      counters.increment(Fate.CORRUPTED);
      corrupt(bitDraw);
    }
    long dueNanos = departureNanos + now.delayNanos() + (long) (jitterDraw * now.jitterNanos());
    dueNanos = Math.max(dueNanos, latestDueNanos);
    if (reorderDraw < now.reorder()) {
      counters.increment(Fate.HELD_BACK);
      dueNanos += 1 + (long) (heldBackDraw * (now.heldBackNanos() - 1));
    } else {
      latestDueNanos = dueNanos;
    }
    launch(dueNanos);
    if (duplicateDraw < now.duplicate()) {
      counters.increment(Fate.DUPLICATED);
      launch(dueNanos);
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

  /// When the packet has left the bottleneck; [#NEVER] if the queue before it is full.
  private long departureNanos(Impairments now, long nowNanos) {
    Impairments.Rate rate = now.rate();
    if (rate == null) {
      return nowNanos;
    }
    long startNanos = Math.max(nowNanos, bottleneckFreeNanos);
    if (startNanos - nowNanos > rate.nanosFor(rate.queueOctets())) {
      return NEVER;
    }
    bottleneckFreeNanos = startNanos + rate.nanosFor(arriving.length());
    return bottleneckFreeNanos;
  }

  private void launch(long dueNanos) {
    if (underWay.isFull()) {
      counters.increment(Fate.NO_ROOM);
    } else {
      underWay.add(arriving, dueNanos);
    }
  }

  /// Flips one bit, with the checksum as it would stand on a real wire, so that the
  /// receiver has a chance to see it.
  private void corrupt(double bitDraw) {
    checksums.finishChecksum(arriving);
    int bit = (int) (bitDraw * 8 * arriving.length());
    arriving.u8(bit / 8, arriving.u8(bit / 8) ^ (1 << (bit & 7)));
  }

  @Override
  public boolean send(PacketBuffer packet, long nowNanos) throws IOException {
    lastNowNanos = nowNanos;
    return link.send(packet, nowNanos);
  }

  @Override
  public long nextArrivalNanos() {
    return Math.min(underWay.firstDueNanos(), link.nextArrivalNanos());
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    long dueNanos = underWay.firstDueNanos();
    long untilDue = dueNanos == NEVER ? NEVER : Math.max(0, dueNanos - lastNowNanos);
    link.await(Math.min(timeoutNanos, untilDue));
  }

  @Override
  public void wakeup() {
    link.wakeup();
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
