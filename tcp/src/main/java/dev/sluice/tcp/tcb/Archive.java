package dev.sluice.tcp.tcb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The fields of a connection's rooms, one after another in a few octets: what is left of
/// them while the connection sleeps.
///
/// A room names its fields once, and the same lines write and read them:
///
/// ```
///   void keep(Archive archive) {
///     nxt = archive.keep(nxt, una);      writing: returns what it was given
///   }                                    reading: returns what was written
/// ```
///
/// Most fields of a quiet connection are what they always are. So each has one bit that
/// says whether it is, and only the others take octets: the difference from the usual,
/// seven bits an octet. Times are told from when the peer was last heard.
///
/// ```
///   | octets of bits | bits ... | differences ... |
/// ```
///
/// One object serves all connections of a stack, one at a time.
public final class Archive {
  /// Bits at most: fields of all rooms together.
  static final int MAX_BITS = 512;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MORE = 0x80;
  private static final int LONGEST = 10;

  private final byte[] scratch = new byte[MAX_BITS * LONGEST];
  private final long[] words = new long[MAX_BITS / Long.SIZE];
  private byte[] source = scratch;
  private boolean writing;
  private int bit;
  private int position;
  private long heardNanos;

  /// Begins to write.
  ///
  /// @param heardNanos from when times are told
  public void write(long heardNanos) {
    writing = true;
    source = scratch;
    bit = 0;
    position = 0;
    words[0] = 0;
    this.heardNanos = heardNanos;
    keepBase();
  }

  /// Begins to read what [#written] gave.
  public void read(byte[] octets) {
    writing = false;
    source = octets;
    bit = 0;
    int length = octets[0];
    position = 1 + length;
    for (int i = 0; i < length; i++) {
      int shift = (i & 7) << 3;
      long before = shift == 0 ? 0 : words[i >> 3];
      words[i >> 3] = before | ((octets[1 + i] & 0xffL) << shift);
    }
    keepBase();
  }

  private void keepBase() {
    heardNanos = keep(heardNanos, 0);
  }

  /// All that was written.
  ///
  /// @param reuse filled and returned if it has the very length
  public byte[] written(byte[] reuse) {
    int length = (bit + 7) >> 3;
    int total = 1 + length + position;
    byte[] octets = reuse.length == total ? reuse : new byte[total];
    octets[0] = (byte) length;
    for (int i = 0; i < length; i++) {
      octets[1 + i] = (byte) (words[i >> 3] >>> ((i & 7) << 3));
    }
    System.arraycopy(scratch, 0, octets, 1 + length, position);
    return octets;
  }

  /// Whether all that was written has been read.
  public boolean isAtEnd() {
    return position == source.length && (bit + 7) >> 3 == source[0];
  }

  private void putBit(boolean set) {
    int word = bit >> 6;
    long before = (bit & 63) == 0 ? 0 : words[word];
    words[word] = set ? before | 1L << bit : before;
    bit++;
  }

  private boolean takeBit() {
    boolean set = (words[bit >> 6] & 1L << bit) != 0;
    bit++;
    return set;
  }

  /// A field that is true or not.
  public boolean keep(boolean value) {
    if (writing) {
      putBit(value);
      return value;
    }
    return takeBit();
  }

  /// A number that is usually 0.
  public int keep(int value) {
    return keep(value, 0);
  }

  /// A number.
  ///
  /// @param usual what it mostly is; the same when it is read
  public int keep(int value, int usual) {
    if (writing) {
      putBit(value != usual);
      if (value != usual) {
        put(value - usual);
      }
      return value;
    }
    return takeBit() ? usual + (int) take() : usual;
  }

  /// A number that is usually 0.
  public long keep(long value) {
    return keep(value, 0L);
  }

  /// A number.
  ///
  /// @param usual what it mostly is; the same when it is read
  public long keep(long value, long usual) {
    if (writing) {
      putBit(value != usual);
      if (value != usual) {
        put(value - usual);
      }
      return value;
    }
    return takeBit() ? usual + take() : usual;
  }

  /// A moment, in the driver's nanoseconds.
  public long keepTime(long nanos) {
    return keep(nanos, heardNanos);
  }

  /// A moment that may never have come.
  ///
  /// @param never what stands for that
  public long keepTime(long nanos, long never) {
    boolean ever = keep(nanos != never);
    return ever ? keep(nanos, heardNanos) : never;
  }

  /// A fraction.
  public double keep(double value) {
    if (writing) {
      long bits = Double.doubleToRawLongBits(value);
      putBit(bits != 0);
      if (bits != 0) {
        LONG.set(scratch, position, bits);
        position += Long.BYTES;
      }
      return value;
    }
    if (!takeBit()) {
      return 0;
    }
    long bits = (long) LONG.get(source, position);
    position += Long.BYTES;
    return Double.longBitsToDouble(bits);
  }

  /// One of a few names; usually the first.
  ///
  /// @param all of them, in order
  public <E extends Enum<E>> E keep(E value, E[] all) {
    return all[keep(value.ordinal(), 0)];
  }

  private void put(long difference) {
    long rest = difference << 1 ^ difference >> 63;
    int at = position;
    while ((rest & -MORE) != 0) {
      scratch[at++] = (byte) (rest | MORE);
      rest >>>= 7;
    }
    scratch[at++] = (byte) rest;
    position = at;
  }

  private long take() {
    byte[] from = source;
    int at = position;
    long rest = 0;
    int shift = 0;
    int octet = from[at++];
    while (octet < 0) {
      rest |= (octet & 0x7fL) << shift;
      shift += 7;
      octet = from[at++];
    }
    rest |= (long) octet << shift;
    position = at;
    return rest >>> 1 ^ -(rest & 1);
  }
}
