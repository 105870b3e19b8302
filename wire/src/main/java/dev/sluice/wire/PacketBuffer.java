package dev.sluice.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// One IP packet in native memory, with room in front for the headers that links add.
///
/// The packet is `bytes()[start(), start() + length())`. Indices of the accessors count
/// from the packet's first octet; multi-octet values are big-endian, as on the wire.
/// Buffers are made once, owned by one thread and reused: a link copies what it wants
/// to keep.
///
/// A packet may be longer than the link's MTU where the link segments (TSO) or merges
/// (GRO): then [#segmentSize] tells the payload octets of each packet on the wire.
public final class PacketBuffer implements Payload {
  /// Octets kept free in front of the packet for a link's own header.
  public static final int HEADROOM = 64;
  /// The longest IP packet there is, 65,535 octets and, for IPv6, its fixed header.
  public static final int MAX_PACKET = 65_535 + 40;

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment bytes;
  private int start = HEADROOM;
  private int length;

  /// What is known about the transport checksum of this packet.
  public enum Checksum {
    /// Nothing: the field holds the whole sum, and a receiver must verify it.
    COMPLETE,
    /// Inbound only: the link vouches for it, or the packet never left this machine.
    VERIFIED,
    /// The field holds only the folded sum of the pseudo-header; whoever puts the
    /// packet on a wire that is not local finishes it.
    PARTIAL
  }

  private Checksum checksum = Checksum.COMPLETE;
  private int segmentSize;
  private int transportOffset;
  private long arrivalNanos;

  /// A buffer for packets of up to `capacity` octets; its memory lives as long as it is
  /// reachable.
  public PacketBuffer(int capacity) {
    if (capacity < 68 || capacity > MAX_PACKET) {
      throw new IllegalArgumentException("a packet buffer holds 68 to 65,575 octets: " + capacity);
    }
    bytes = Arena.ofAuto().allocate((long) HEADROOM + capacity, 64);
  }

  /// A buffer for the longest packet there is.
  public static PacketBuffer ofMaximumSize() {
    return new PacketBuffer(MAX_PACKET);
  }

  /// The whole memory, headroom included.
  public MemorySegment bytes() {
    return bytes;
  }

  /// Where in [#bytes] the packet starts.
  public int start() {
    return start;
  }

  /// Octets of the packet.
  public int length() {
    return length;
  }

  /// Octets that a packet may have here.
  public int capacity() {
    return (int) bytes.byteSize() - HEADROOM;
  }

  /// Says where the packet is, and forgets what was known about the one before.
  public void reset(int start, int length) {
    if (start < 0 || length < 0 || (long) start + length > bytes.byteSize()) {
      throw new IndexOutOfBoundsException("start " + start + ", length " + length);
    }
    this.start = start;
    this.length = length;
    checksum = Checksum.COMPLETE;
    segmentSize = 0;
    transportOffset = 0;
    arrivalNanos = 0;
  }

  /// A new packet of `length` octets at the usual place.
  public void reset(int length) {
    reset(HEADROOM, length);
  }

  /// Makes the packet shorter, as when trailing link padding is cut off.
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IndexOutOfBoundsException("length " + length + " cannot become " + newLength);
    }
    length = newLength;
  }

  public Checksum checksum() {
    return checksum;
  }

  public void checksum(Checksum value) {
    checksum = value;
  }

  /// Payload octets of each packet on the wire, or 0 when this packet is one packet.
  public int segmentSize() {
    return segmentSize;
  }

  public void segmentSize(int octets) {
    segmentSize = octets;
  }

  /// Index of the transport header, which a link needs to finish a partial checksum.
  public int transportOffset() {
    return transportOffset;
  }

  public void transportOffset(int index) {
    transportOffset = index;
  }

  /// When the link took the packet in, in the driver's nanoseconds.
  public long arrivalNanos() {
    return arrivalNanos;
  }

  public void arrivalNanos(long nanos) {
    arrivalNanos = nanos;
  }

  /// The octet at `index`, 0 to 255.
  public int u8(int index) {
    return bytes.get(ValueLayout.JAVA_BYTE, (long) start + index) & 0xff;
  }

  /// The 16 bits at `index`, 0 to 65,535.
  public int u16(int index) {
    return bytes.get(U16, (long) start + index) & 0xffff;
  }

  public int i32(int index) {
    return bytes.get(I32, (long) start + index);
  }

  public long i64(int index) {
    return bytes.get(I64, (long) start + index);
  }

  public void u8(int index, int value) {
    bytes.set(ValueLayout.JAVA_BYTE, (long) start + index, (byte) value);
  }

  public void u16(int index, int value) {
    bytes.set(U16, (long) start + index, (short) value);
  }

  public void i32(int index, int value) {
    bytes.set(I32, (long) start + index, value);
  }

  public void i64(int index, long value) {
    bytes.set(I64, (long) start + index, value);
  }

  /// Copies `length` octets of the packet from index `position`.
  @Override
  public void copyTo(long position, MemorySegment target, long targetOffset, int length) {
    MemorySegment.copy(bytes, start + position, target, targetOffset, length);
  }

  /// Takes over the packet of `other` with all that is known about it.
  public void copyFrom(PacketBuffer other) {
    reset(HEADROOM, other.length);
    MemorySegment.copy(other.bytes, other.start, bytes, start, other.length);
    checksum = other.checksum;
    segmentSize = other.segmentSize;
    transportOffset = other.transportOffset;
    arrivalNanos = other.arrivalNanos;
  }

  /// Takes over a packet that lies in an array, as a test or a file has it.
  public void copyFrom(byte[] packet) {
    reset(HEADROOM, packet.length);
    MemorySegment.copy(packet, 0, bytes, ValueLayout.JAVA_BYTE, start, packet.length);
  }

  /// A copy of the packet, for files, tests and messages.
  public byte[] toArray() {
    byte[] copy = new byte[length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, copy, 0, length);
    return copy;
  }
}
