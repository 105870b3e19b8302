package dev.sluice.guard.capture;

import dev.sluice.link.PcapngWriter.Direction;
import dev.sluice.wire.PacketBuffer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The first octets of the last packets, in a ring of fixed size.
///
/// ```
///   REMEMBERING  the loop writes, and overwrites the oldest
///        | start(now), on the loop
///   TAKING       the loop writes where there is room; the other thread takes
///        | long enough, enough packets (the loop), or nothing more comes (the thread)
///   ENDING       the loop writes nothing; the thread takes what is left
///        | finish(), on the thread
///   REMEMBERING
/// ```
///
/// The loop alone moves the head. The tail is moved by the loop while it remembers, by
/// the other thread else; the state, written last and read first, hands it over.
public final class PacketMemory {
  /// Packets that are remembered, a power of two.
  public static final int PACKETS = 4_096;
  /// Octets that are kept of each: all headers, and the beginning of the text.
  public static final int SNAP = 256;
  /// How old a packet may be when an alarm begins, to be part of it.
  public static final long LOOK_BACK_NANOS = 10_000_000_000L;
  /// For how long packets are taken after that.
  public static final long TAKEN_NANOS = 5_000_000_000L;
  /// Packets that are taken after that, at most.
  public static final int TAKEN_PACKETS = 16_384;

  private static final int MASK = PACKETS - 1;
  private static final int REMEMBERING = 0;
  private static final int TAKING = 1;
  private static final int ENDING = 2;

  private static final Direction[] DIRECTIONS = Direction.values();
  private static final PacketBuffer.Checksum[] CHECKSUMS = PacketBuffer.Checksum.values();

  private final byte[] octets = new byte[PACKETS * SNAP];
  private final MemorySegment octetsSegment = MemorySegment.ofArray(octets);
  private final long[] timesNanos = new long[PACKETS];
  private final int[] lengths = new int[PACKETS];
  private final int[] directions = new int[PACKETS];
  private final int[] checksums = new int[PACKETS];
  private final AtomicLong head = new AtomicLong();
  private final AtomicLong tail = new AtomicLong();
  private final AtomicInteger state = new AtomicInteger(REMEMBERING);
  private final AtomicLong dropped = new AtomicLong();
  /// The loop's alone: when it stops to take, and how many packets it has taken.
  private long untilNanos;
  private int taken;

  // ---- the loop

  /// A packet passes.
  void note(PacketBuffer packet, Direction direction, long nowNanos) {
    int now = state.get();
    long at = head.get();
    if (now == REMEMBERING) {
      if (at - tail.get() == PACKETS) {
        tail.lazySet(at - PACKETS + 1);
      }
      put(at, packet, direction, nowNanos);
    } else if (now == TAKING) {
      take(at, packet, direction, nowNanos);
    }
  }

  private void take(long at, PacketBuffer packet, Direction direction, long nowNanos) {
    if (nowNanos >= untilNanos || taken >= TAKEN_PACKETS) {
      state.compareAndSet(TAKING, ENDING);
      return;
    }
    taken++;
    if (at - tail.get() == PACKETS) {
      dropped.lazySet(dropped.get() + 1);
      return;
    }
    put(at, packet, direction, nowNanos);
  }

  private void put(long at, PacketBuffer packet, Direction direction, long nowNanos) {
    int slot = (int) at & MASK;
    int length = packet.length();
    packet.copyTo(0, octetsSegment, (long) slot * SNAP, Math.min(length, SNAP));
    timesNanos[slot] = nowNanos;
    lengths[slot] = length;
    directions[slot] = direction.ordinal();
    checksums[slot] = packet.checksum().ordinal();
    head.lazySet(at + 1);
  }

  /// An alarm begins: from now on packets are for the other thread, beginning with those
  /// that are remembered.
  ///
  /// @return false if they are for another alarm already
  public boolean start(long nowNanos) {
    if (state.get() != REMEMBERING) {
      return false;
    }
    long at = tail.get();
    while (at < head.get() && timesNanos[(int) at & MASK] < nowNanos - LOOK_BACK_NANOS) {
      at++;
    }
    tail.set(at);
    untilNanos = nowNanos + TAKEN_NANOS;
    taken = 0;
    state.set(TAKING);
    return true;
  }

  // ---- the other thread

  /// Whether an alarm's packets are being taken, or wait to be.
  boolean isTaking() {
    return state.get() != REMEMBERING;
  }

  /// Whether no more come for this alarm.
  boolean isEnding() {
    return state.get() == ENDING;
  }

  /// No more is wanted, or nothing more comes.
  void end() {
    state.compareAndSet(TAKING, ENDING);
  }

  /// Takes the oldest packet.
  ///
  /// @param into gets its first octets and what is known of its checksum
  /// @return false: there is none
  boolean poll(Taken into) {
    long at = tail.get();
    if (!isTaking() || at == head.get()) {
      return false;
    }
    int slot = (int) at & MASK;
    int kept = Math.min(lengths[slot], SNAP);
    into.packet.reset(kept);
    MemorySegment.copy(
        octetsSegment, (long) slot * SNAP, into.packet.bytes(), into.packet.start(), kept);
    into.packet.checksum(CHECKSUMS[checksums[slot]]);
    into.length = lengths[slot];
    into.nanos = timesNanos[slot];
    into.direction = DIRECTIONS[directions[slot]];
    tail.set(at + 1);
    return true;
  }

  /// All is taken: from now on the loop remembers again.
  void finish() {
    assert isEnding() : "first end(), then the rest, then this";
    state.set(REMEMBERING);
  }

  /// Packets of alarms that found no room, because the disk was too slow. From any
  /// thread.
  public long dropped() {
    return dropped.get();
  }

  /// A packet that was taken, reused for the next.
  static final class Taken {
    /// As much of it as is kept.
    final PacketBuffer packet = new PacketBuffer(SNAP);
    /// How long it was.
    int length;
    /// When it passed, on the driver's clock.
    long nanos;

    Direction direction = Direction.INBOUND;

    /// Whether a part of it is missing.
    boolean isCut() {
      return length > packet.length();
    }
  }
}
