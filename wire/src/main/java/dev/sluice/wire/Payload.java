package dev.sluice.wire;

import java.lang.foreign.MemorySegment;

/// Where the octets of a segment's text lie, so that they are copied once and only when
/// needed.
public interface Payload {
  /// No octets at all.
  Payload NONE = (position, target, targetOffset, length) -> {
    if (length != 0) {
      throw new IndexOutOfBoundsException("no payload, asked for " + length + " octets");
    }
  };

  /// Copies octets out.
  ///
  /// @param position where to start: an offset whose meaning belongs to the payload (an
  ///     index into a packet, a stream position in a send buffer), always
  ///     `Segment.payloadPosition` plus n
  /// @param target where to copy to
  /// @param targetOffset offset in `target`, in octets
  /// @param length how many octets
  void copyTo(long position, MemorySegment target, long targetOffset, int length);

  /// Leaves octets where they lie and makes them the tail of a packet, instead of copying
  /// them: they must not change before the packet is sent.
  ///
  /// @param position as in [#copyTo]
  /// @return false: that is not possible here, and nothing was done
  default boolean appendTo(PacketBuffer packet, long position, int length) {
    return false;
  }
}
