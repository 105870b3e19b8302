package dev.sluice.fuzz;

import dev.sluice.wire.Payload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/// Text in which each octet follows from its place, so that one at a wrong place shows.
final class Pattern implements Payload {
  /// The place is a sequence number, or a position in a stream.
  static final Pattern OF_PLACE = new Pattern();

  private Pattern() {}

  static byte at(int place) {
    return (byte) ((place * 0x9e37_79b1) >>> 13);
  }

  @Override
  public void copyTo(long position, MemorySegment target, long targetOffset, int length) {
    for (int i = 0; i < length; i++) {
      target.set(ValueLayout.JAVA_BYTE, targetOffset + i, at((int) position + i));
    }
  }

  /// Text to write, from this place on.
  static ByteBuffer text(int place, int length) {
    ByteBuffer text = ByteBuffer.allocate(length);
    for (int i = 0; i < length; i++) {
      text.put(at(place + i));
    }
    return text.flip();
  }

  /// Whether the text is what stands at this place.
  static void verify(byte[] text, int length, int place, String what) {
    for (int i = 0; i < length; i++) {
      if (text[i] != at(place + i)) {
        throw new AssertionError(what + " differs at " + i + " of " + length);
      }
    }
  }
}
