package dev.sluice.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// One IP packet in native memory, with room in front for the headers that links add.
///
/// The packet is `bytes()[start(), start() + length())`. Indices of the accessors count
/// from the packet's first octet; multi-octet values are big-endian, as on the wire.
/// Buffers are made once, owned by one thread and reused: a link copies what it wants
/// to keep.
///
/// A packet may be longer than the link's MTU where the link segments (TSO) or merges
/// (GRO): then [#segmentSize] tells the payload octets of each packet on the wire.
///
/// The end of a packet may lie elsewhere, in up to eight pieces of foreign memory, so
/// that long text is not copied between ring and buffer: its *tail*.
///
/// ```
///   bytes   ...[IP|TCP]          pieces  [text.....][text.....][text]
///              '- head '                 '------------ tail --------'
/// ```
///
/// Only a link that says so takes or makes such packets. The accessors reach the head
/// only; [#copyTo], [#copyFrom] and [#toArray] see the whole, and [#flatten] copies the
/// tail in.
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

  /// Pieces of a tail at most.
  public static final int MAX_PIECES = 8;

  private final MemorySegment bytes;
  private final MemorySegment[] pieces = new MemorySegment[MAX_PIECES];
  private final int[] pieceOffsets = new int[MAX_PIECES];
  private final int[] pieceLengths = new int[MAX_PIECES];
  private int pieceCount;
  private int tailLength;
  private boolean gathers;
  private @Nullable Object tailOwner;
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
    pieceCount = 0;
    tailLength = 0;
    tailOwner = null;
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
    if (newLength < length) {
      flatten(); // padding is rare
    }
    length = newLength;
  }

  // ---- the tail

  /// Whether who encodes a packet into this buffer may leave its text where it lies; no
  /// unless told otherwise.
  public boolean gathers() {
    return gathers;
  }

  /// Lets text stay where it lies, for a link that takes it from there.
  public void gathers(boolean isAllowed) {
    gathers = isAllowed;
  }

  /// Makes the packet longer by octets that lie elsewhere and stay there until the packet
  /// is sent; or, before a link receives into this buffer, offers memory behind the head.
  ///
  /// @throws IndexOutOfBoundsException beyond [#MAX_PIECES]
  public void append(MemorySegment piece, int offset, int octets) {
    pieces[pieceCount] = piece;
    pieceOffsets[pieceCount] = offset;
    pieceLengths[pieceCount] = octets;
    pieceCount++;
    tailLength += octets;
    length += octets;
  }

  /// A link has put a packet into head and pieces, one after the other: the pieces that
  /// it did not reach fall off, and what was known about the packet before is forgotten.
  ///
  /// @param octets of the whole packet
  public void arrived(int octets) {
    int head = headLength();
    int count = 0;
    int left = octets - head;
    while (left > 0 && count < pieceCount) {
      pieceLengths[count] = Math.min(left, pieceLengths[count]);
      left -= pieceLengths[count];
      count++;
    }
    assert left <= 0 || count == 0 : "more octets than there was memory for";
    Object owner = tailOwner;
    reset(start, octets);
    if (count > 0) {
      pieceCount = count;
      tailLength = octets - head;
      tailOwner = owner;
    }
  }

  /// As [#arrived], for a packet that lies elsewhere: it is copied into head and pieces.
  ///
  /// @param octets of the whole packet
  public void arrive(MemorySegment source, long offset, int octets) {
    arrived(octets);
    long from = offset + headLength();
    MemorySegment.copy(source, offset, bytes, start, headLength());
    for (int i = 0; i < pieceCount; i++) {
      MemorySegment.copy(source, from, pieces[i], pieceOffsets[i], pieceLengths[i]);
      from += pieceLengths[i];
    }
  }

  /// Whose memory the tail is, null if there is none or nobody wants to know.
  public @Nullable Object tailOwner() {
    return tailOwner;
  }

  /// Says whose memory the tail is.
  public void tailOwner(Object owner) {
    tailOwner = owner;
  }

  /// Pieces of the tail, 0 if the packet is in one.
  public int pieceCount() {
    return pieceCount;
  }

  public MemorySegment piece(int index) {
    return pieces[index];
  }

  public int pieceOffset(int index) {
    return pieceOffsets[index];
  }

  public int pieceLength(int index) {
    return pieceLengths[index];
  }

  /// Octets of the packet that lie in [#bytes].
  public int headLength() {
    return length - tailLength;
  }

  /// Copies the tail in, behind the head.
  public void flatten() {
    int head = headLength();
    int at = start + head;
    for (int i = 0; i < pieceCount; i++) {
      MemorySegment.copy(pieces[i], pieceOffsets[i], bytes, at, pieceLengths[i]);
      at += pieceLengths[i];
    }
    pieceCount = 0;
    tailLength = 0;
    tailOwner = null;
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
    int head = headLength();
    int inHead = Math.clamp(head - position, 0, length);
    MemorySegment.copy(bytes, start + position, target, targetOffset, inHead);
    if (inHead < length) {
      long inTail = position + inHead - head;
      copyTail(inTail, target, targetOffset + inHead, length - inHead);
    }
  }

  private void copyTail(long position, MemorySegment target, long targetOffset, int length) {
    long skip = position;
    long to = targetOffset;
    int left = length;
    for (int i = 0; i < pieceCount && left > 0; i++) {
      int part = Math.clamp(pieceLengths[i] - skip, 0, left);
      if (part > 0) {
        MemorySegment.copy(pieces[i], pieceOffsets[i] + skip, target, to, part);
      }
      skip = Math.max(0, skip - pieceLengths[i]);
      to += part;
      left -= part;
    }
    if (left > 0) {
      throw new IndexOutOfBoundsException("beyond the end of the packet");
    }
  }

  /// Takes over the packet of `other` with all that is known about it, in one piece.
  public void copyFrom(PacketBuffer other) {
    reset(HEADROOM, other.length);
    other.copyTo(0, bytes, start, other.length);
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
    copyTo(0, MemorySegment.ofArray(copy), 0, length);
    return copy;
  }
}
