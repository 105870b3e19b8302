package dev.sluice.tcp.tcb;

import java.util.Arrays;

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
/// The differences of all fields stand in one row of numbers between rooms and octets, so
/// that each of the two steps is short. One object serves all connections of a stack, one
/// at a time.
public final class Archive {
  /// Fields of all rooms together, at most.
  static final int MAX_FIELDS = 512;

  private static final int MORE = 0x80;
  private static final int LONGEST = 10;
  /// Room for numbers to become longer, so that the next time the same array does.
  private static final int SLACK = 8;

  private static final int MOST_SLACK = 48;

  private final long[] row = new long[MAX_FIELDS];
  private final byte[] scratch = new byte[1 + MAX_FIELDS / Byte.SIZE + MAX_FIELDS * LONGEST];
  private boolean writing;
  private int next;
  private int count;
  private int position;
  private long heardNanos;

  /// Begins to write.
  ///
  /// @param heardNanos from when times are told
  public void write(long heardNanos) {
    writing = true;
    next = 0;
    this.heardNanos = heardNanos;
    keep(heardNanos);
  }

  /// Begins to read what [#written] gave.
  public void read(byte[] octets) {
    int bits = octets[0];
    int at = 1 + bits;
    for (int i = 0; i < bits; i++) {
      int changed = octets[1 + i];
      int first = i << 3;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        row[first + bit] = 0;
        if ((changed & 1 << bit) != 0) {
          at = take(octets, at, first + bit);
        }
      }
    }
    assert at <= octets.length : "no more than was written";
    count = bits << 3;
    writing = false;
    next = 0;
    heardNanos = keep(0L);
  }

  /// All that was written.
  ///
  /// @param reuse filled and returned if there is room and not too much
  public byte[] written(byte[] reuse) {
    int bits = (next + 7) >> 3;
    Arrays.fill(row, next, bits << 3, 0);
    scratch[0] = (byte) bits;
    position = 1 + bits;
    for (int i = 0; i < bits; i++) {
      int changed = 0;
      int first = i << 3;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        long value = row[first + bit];
        if (value != 0) {
          changed |= 1 << bit;
          put(value);
        }
      }
      scratch[1 + i] = (byte) changed;
    }
    boolean fits = position <= reuse.length && reuse.length <= position + MOST_SLACK;
    byte[] octets = fits ? reuse : new byte[position + SLACK];
    System.arraycopy(scratch, 0, octets, 0, position);
    return octets;
  }

  /// Whether all fields that were written have been read.
  public boolean isAtEnd() {
    return next <= count && count - next < Byte.SIZE;
  }

  /// A field that is true or not.
  public boolean keep(boolean value) {
    return keep(value ? 1L : 0L) != 0;
  }

  /// A number that is usually 0.
  public int keep(int value) {
    return (int) keep((long) value);
  }

  /// A number.
  ///
  /// @param usual what it mostly is; the same when it is read
  public int keep(int value, int usual) {
    return usual + (int) keep((long) value - usual);
  }

  /// A number that is usually 0.
  public long keep(long value) {
    if (writing) {
      row[next++] = value;
      return value;
    }
    return row[next++];
  }

  /// A number.
  ///
  /// @param usual what it mostly is; the same when it is read
  public long keep(long value, long usual) {
    return usual + keep(value - usual);
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

  /// A fraction. Round ones have their few bits at the upper end.
  public double keep(double value) {
    long bits = keep(Long.reverseBytes(Double.doubleToRawLongBits(value)));
    return Double.longBitsToDouble(Long.reverseBytes(bits));
  }

  /// One of a few names; usually the first.
  ///
  /// @param all of them, in order
  public <E extends Enum<E>> E keep(E value, E[] all) {
    return all[keep(value.ordinal())];
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

  /// @return where the next number stands
  private int take(byte[] from, int start, int field) {
    int at = start;
    long rest = 0;
    int shift = 0;
    int octet = from[at++];
    while (octet < 0) {
      rest |= (octet & 0x7fL) << shift;
      shift += 7;
      octet = from[at++];
    }
    rest |= (long) octet << shift;
    row[field] = rest >>> 1 ^ -(rest & 1);
    return at;
  }
}
