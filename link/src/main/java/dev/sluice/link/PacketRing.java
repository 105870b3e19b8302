package dev.sluice.link;

import dev.sluice.wire.PacketBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A queue of packets between one sending and one receiving thread, without locks.
///
/// ```
///   head                      tail
///    v                         v
///    [facts|packet][facts|packet]........[pad]
/// ```
///
/// Packets lie one behind the other in one piece of native memory, each with what is
/// known about it in front, so that a full queue costs the octets it holds and no more. A
/// packet never wraps: where it does not fit before the end, a pad fills the rest.
final class PacketRing {
  private static final VarHandle POSITIONS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final PacketBuffer.Checksum[] CHECKSUMS = PacketBuffer.Checksum.values();

  /// Octets of facts in front of each packet.
  static final int FACTS = 24;
  private static final int LENGTH = 0;
  private static final int CHECKSUM = 4;
  private static final int SEGMENT_SIZE = 8;
  private static final int TRANSPORT_OFFSET = 12;
  private static final int SENT_NANOS = 16;
  /// In [#LENGTH]: nothing more up to the end of the memory.
  private static final int PAD = -1;

  // Positions lie cache lines apart: each side writes only its own.
  private static final int TAIL = 16;
  private static final int TAIL_PACKETS = 17;
  private static final int HEAD = 32;
  private static final int HEAD_PACKETS = 33;
  private static final int POSITIONS_LENGTH = 48;

  private final MemorySegment memory;
  private final int capacity;
  private final int maxPackets;
  private final long[] positions = new long[POSITIONS_LENGTH];
  /// Sender only: octets that the packet refused last would take.
  private int refusedOctets;

  /// @param octets how much lies in the queue at most, rounded up to a power of two
  /// @param packets how many packets lie in the queue at most
  PacketRing(int octets, int packets) {
    capacity = Integer.highestOneBit(Math.max(octets, 2) - 1) << 1;
    maxPackets = packets;
    memory = Arena.ofAuto().allocate(capacity, 64);
  }

  /// The smallest ring that takes any packet of `longest` octets once it is empty.
  static int octetsFor(int longest) {
    return 2 * recordOctets(longest);
  }

  private static int recordOctets(int length) {
    return (FACTS + length + 7) & -8;
  }

  /// Puts a copy of the packet at the end, or says that there is no room.
  boolean offer(PacketBuffer packet, long nowNanos) {
    long tail = positions[TAIL];
    int at = (int) tail & (capacity - 1);
    int record = recordOctets(packet.length());
    int pad = at + record > capacity ? capacity - at : 0;
    if (!hasRoom(pad + record, 1)) {
      refusedOctets = pad + record;
      return false;
    }
    if (pad > 0) {
      memory.set(ValueLayout.JAVA_INT, at + LENGTH, PAD);
      at = 0;
    }
    memory.set(ValueLayout.JAVA_INT, at + LENGTH, packet.length());
    memory.set(ValueLayout.JAVA_INT, at + CHECKSUM, packet.checksum().ordinal());
    memory.set(ValueLayout.JAVA_INT, at + SEGMENT_SIZE, packet.segmentSize());
    memory.set(ValueLayout.JAVA_INT, at + TRANSPORT_OFFSET, packet.transportOffset());
    memory.set(ValueLayout.JAVA_LONG, at + SENT_NANOS, nowNanos);
    packet.copyTo(0, memory, at + FACTS, packet.length());
    positions[TAIL_PACKETS]++;
    POSITIONS.setRelease(positions, TAIL, tail + pad + record);
    return true;
  }

  private boolean hasRoom(int octets, int packets) {
    long head = (long) POSITIONS.getAcquire(positions, HEAD);
    return capacity - (positions[TAIL] - head) >= octets
        && maxPackets - (positions[TAIL_PACKETS] - positions[HEAD_PACKETS]) >= packets;
  }

  /// Sender only: whether the packet refused last fits now, and a quarter of the ring is
  /// free, so that the sender is not woken for each single packet.
  boolean hasRoomAgain() {
    return hasRoom(Math.max(refusedOctets, capacity / 4), Math.max(1, maxPackets / 4));
  }

  /// Takes the first packet, if there is one.
  boolean poll(PacketBuffer target, long nowNanos) {
    int at = first();
    if (at < 0) {
      return false;
    }
    int length = memory.get(ValueLayout.JAVA_INT, at + LENGTH);
    if (target.pieceCount() == 0) {
      target.reset(length);
    }
    target.arrive(memory, at + FACTS, length);
    target.checksum(CHECKSUMS[memory.get(ValueLayout.JAVA_INT, at + CHECKSUM)]);
    target.segmentSize(memory.get(ValueLayout.JAVA_INT, at + SEGMENT_SIZE));
    target.transportOffset(memory.get(ValueLayout.JAVA_INT, at + TRANSPORT_OFFSET));
    target.arrivalNanos(nowNanos);
    positions[HEAD_PACKETS]++;
    POSITIONS.setRelease(positions, HEAD, positions[HEAD] + recordOctets(length));
    return true;
  }

  /// Receiver only: when the first packet was sent, by the sender's clock, or
  /// [Link#NEVER].
  long firstSentNanos() {
    int at = first();
    return at < 0 ? Link.NEVER : memory.get(ValueLayout.JAVA_LONG, at + SENT_NANOS);
  }

  /// Where the first packet starts, -1 if the queue is empty. Leaves a pad behind.
  private int first() {
    if (isEmpty()) {
      return -1;
    }
    int at = (int) positions[HEAD] & (capacity - 1);
    if (memory.get(ValueLayout.JAVA_INT, at + LENGTH) == PAD) {
      POSITIONS.setRelease(positions, HEAD, positions[HEAD] + capacity - at);
      return 0; // a pad is published together with the packet behind it
    }
    return at;
  }

  /// Receiver only.
  boolean isEmpty() {
    return (long) POSITIONS.getAcquire(positions, TAIL) == positions[HEAD];
  }
}
