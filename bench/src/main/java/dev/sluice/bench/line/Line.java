package dev.sluice.bench.line;

import dev.sluice.wire.PacketBuffer;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One direction between two hosts, as packets on their way.
///
/// Packets that keep their order wait in a queue; only those that are overtaken cost the
/// sorting.
public final class Line {
  /// No packet is under way.
  public static final long NEVER = Long.MAX_VALUE;

  private static final int CE = 3;

  private final Plan plan;
  private final boolean bottleneck;
  private final RandomGenerator luck;
  private final Packets pool;
  private final ArrayDeque<Passing> inOrder = new ArrayDeque<>();
  private final ArrayDeque<Passing> spare = new ArrayDeque<>();
  private final PriorityQueue<Passing> overtaken =
      new PriorityQueue<>(Comparator.comparingLong(passing -> passing.atNanos));
  private long freeAtNanos;
  private double burstRate;
  private int leftOfBurst;

  /// Packets that found no room.
  long overflowed;
  /// Packets lost by chance.
  long unlucky;
  /// Packets marked with CE.
  long marked;
  /// Nanoseconds that packets waited in the queue, together.
  long waitedNanos;
  /// Packets that went through the queue.
  long passed;

  private static final class Passing {
    private long atNanos;
    private PacketBuffer packet;

    private Passing(PacketBuffer packet) {
      this.packet = packet;
    }
  }

  /// An empty line.
  ///
  /// @param bottleneck whether this is the direction of the data; the other only delays
  /// @param luck decides what is lost and overtaken
  /// @param pool where packets that are lost go
  public Line(Plan plan, boolean bottleneck, RandomGenerator luck, Packets pool) {
    this.plan = plan;
    this.bottleneck = bottleneck;
    this.luck = luck;
    this.pool = pool;
    lose(plan.loss());
  }

  /// Loses another share of the packets by chance from now on.
  public void lose(double share) {
    burstRate = share / (plan.burst() - share * (plan.burst() - 1));
  }

  /// A host sends a packet; the line owns it from now on.
  public void send(PacketBuffer packet, long nowNanos) {
    long leaves = nowNanos;
    if (bottleneck) {
      leaves = queue(packet, nowNanos);
      if (leaves == NEVER || isUnlucky()) {
        pool.giveBack(packet);
        return;
      }
    }
    Passing passing = spare.isEmpty() ? new Passing(packet) : spare.pollLast();
    passing.packet = packet;
    passing.atNanos = leaves + plan.rttNanos() / 2;
    if (bottleneck && plan.reordering() > 0 && luck.nextDouble() < plan.reordering()) {
      passing.atNanos += luck.nextLong(plan.heldBackNanos() + 1);
      overtaken.add(passing);
    } else {
      inOrder.addLast(passing);
    }
  }

  private long queue(PacketBuffer packet, long nowNanos) {
    long start = Math.max(nowNanos, freeAtNanos);
    long waits = start - nowNanos;
    long waitingBytes = Math.round(waits * (plan.bitsPerSecond() / 8e9));
    if (waitingBytes + packet.length() > plan.queueBytes()) {
      overflowed++;
      return NEVER;
    }
    if (plan.markNanos() > 0 && waits > plan.markNanos()) {
      mark(packet);
    }
    freeAtNanos = start + packet.length() * 8_000_000_000L / plan.bitsPerSecond();
    waitedNanos += waits;
    passed++;
    return freeAtNanos;
  }

  /// Sets CE if the packet says ECT(0) or ECT(1), and mends the header's sum (RFC 1624).
  private void mark(PacketBuffer packet) {
    int service = packet.u8(1);
    if (packet.u8(0) >>> 4 != 4 || (service & CE) == 0 || (service & CE) == CE) {
      return;
    }
    packet.u8(1, service | CE);
    int before = packet.u8(0) << 8 | service;
    int after = packet.u8(0) << 8 | service | CE;
    int sum = (~packet.u16(10) & 0xffff) + (~before & 0xffff) + after;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    packet.u16(10, ~sum);
    marked++;
  }

  /// A burst takes from one packet to twice the average less one, so that a lone packet
  /// that is sent again and again does get through.
  private boolean isUnlucky() {
    if (leftOfBurst > 0) {
      leftOfBurst--;
      unlucky++;
      return true;
    }
    if (burstRate == 0 || luck.nextDouble() >= burstRate) {
      return false;
    }
    leftOfBurst = luck.nextInt(2 * plan.burst() - 1);
    unlucky++;
    return true;
  }

  /// When the next packet arrives, or [#NEVER].
  public long nextNanos() {
    Passing first = next();
    return first == null ? NEVER : first.atNanos;
  }

  private @Nullable Passing next() {
    Passing ordered = inOrder.peekFirst();
    Passing late = overtaken.peek();
    if (late == null || (ordered != null && ordered.atNanos <= late.atNanos)) {
      return ordered;
    }
    return late;
  }

  /// Takes the packet that arrives next; the caller gives it back to the pool.
  public PacketBuffer take() {
    Passing first = next();
    if (first == null) {
      throw new AssertionError("no packet is under way");
    }
    if (first == inOrder.peekFirst()) {
      inOrder.removeFirst();
    } else {
      overtaken.remove();
    }
    spare.addLast(first);
    return first.packet;
  }
}
