package dev.sluice.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The Internet checksum over native memory.
///
/// A *sum* is the folded one's complement sum, 0 to 0xffff, as it would stand in a packet
/// before it is inverted; sums of parts combine to the sum of the whole. A *checksum* is
/// the inverted sum, the value of a header field.
///
/// The memory is added in the machine's own order and turned once at the end, since the
/// sum does not mind the order (RFC 1071 §2 (B)). Headers are added eight octets a step;
/// longer stretches four octets a step, a loop that the compiler turns into vector
/// instructions and so is three times as fast as one of eight.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1071 RFC 1071
public final class Checksum {
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt HALF = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort QUARTER = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long LOW = 0xffff_ffffL;

  /// Octets from which on the vector loop pays.
  private static final int LONG_STRETCH = 128;

  private Checksum() {}

  /// The sum of octets in memory; an odd last octet counts as the upper half of a word.
  ///
  /// @param offset the first octet, at any alignment
  /// @param length how many, 0 to 2^31 - 1
  /// @throws IndexOutOfBoundsException if the memory has fewer
  public static int sum(MemorySegment bytes, long offset, int length) {
    return length < LONG_STRETCH
        ? finish(bytes, offset, length, length & ~7, sumWords(bytes, offset, length & ~7))
        : finish(bytes, offset, length, length & ~3, sumHalves(bytes, offset, length & ~3));
  }

  /// Halves apart, so that no carry is lost.
  private static long sumWords(MemorySegment bytes, long offset, int length) {
    long low = 0;
    long high = 0;
    long end = offset + length;
    for (long at = offset; at < end; at += 8) {
      long word = bytes.get(WORD, at);
      low += word & LOW;
      high += word >>> 32;
    }
    return low + high;
  }

  /// No carry is lost: 2^31 octets add up to less than 2^29 * 2^32 = 2^61.
  private static long sumHalves(MemorySegment bytes, long offset, int length) {
    long sum = 0;
    for (int i = 0; i < length; i += 4) {
      sum += bytes.get(HALF, offset + i) & LOW;
    }
    return sum;
  }

  /// Adds what is left behind a whole number of words and folds.
  private static int finish(MemorySegment bytes, long offset, int length, int from, long sumSoFar) {
    int i = from;
    long sum = sumSoFar;
    for (; i < length - 3; i += 4) {
      sum += bytes.get(HALF, offset + i) & LOW;
    }
    if (i < length - 1) {
      sum += bytes.get(QUARTER, offset + i) & 0xffff;
      i += 2;
    }
    if (i < length) {
      int last = bytes.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff;
      sum += LITTLE ? last : last << 8;
    }
    int folded = fold(sum);
    return LITTLE ? swap(folded) : folded;
  }

  /// The sum of `length` octets of a packet from `index`.
  public static int sum(PacketBuffer packet, int index, int length) {
    return sum(packet.bytes(), (long) packet.start() + index, length);
  }

  /// The sum of the pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1) of TCP, UDP and ICMPv6;
  /// IPv4 when both addresses are.
  ///
  /// @param length octets of the transport header and its payload
  public static int pseudoHeader(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int protocol,
      int length) {
    long sum = protocol + (length & LOW);
    if (IpAddress.isV4(destinationHigh, destinationLow)) {
      sum += (sourceLow & LOW) + (destinationLow & LOW);
    } else {
      sum += (sourceHigh & LOW) + (sourceHigh >>> 32) + (sourceLow & LOW) + (sourceLow >>> 32);
      sum += (destinationHigh & LOW) + (destinationHigh >>> 32);
      sum += (destinationLow & LOW) + (destinationLow >>> 32);
    }
    return fold(sum);
  }

  /// The sum of a whole from the sums of two parts, the first of an even length.
  public static int combine(int first, int second) {
    int sum = first + second;
    return (sum & 0xffff) + (sum >>> 16);
  }

  /// The sum of a whole from the sums of two parts.
  ///
  /// @param firstLength octets of the first part: an odd number turns the second round
  ///     (RFC 1071 §2 (B))
  public static int combine(int first, int second, int firstLength) {
    return combine(first, (firstLength & 1) == 0 ? second : swap(second));
  }

  /// The value of a checksum field from the sum of all that it covers.
  public static int ofSum(int sum) {
    return ~sum & 0xffff;
  }

  /// Whether the sum of all that is covered, checksum field and pseudo-header included,
  /// says that nothing was damaged.
  public static boolean isIntact(int sum) {
    return sum == 0xffff;
  }

  private static int fold(long sum) {
    long folded = (sum & LOW) + (sum >>> 32);
    folded = (folded & LOW) + (folded >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) folded;
  }

  private static int swap(int sum) {
    return ((sum & 0xff) << 8) | (sum >>> 8);
  }
}
