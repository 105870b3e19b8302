package dev.sluice.packetdrill.run;

import dev.sluice.wire.Flags;
import java.util.List;

/// Segments that a script expects as one, because its author's host left the cutting to
/// the network card.
///
/// @param parts in order, one or more
record Aggregate(List<LivePacket> parts) {
  LivePacket first() {
    return parts.getFirst();
  }

  LivePacket last() {
    return parts.getLast();
  }

  /// The flags of the first; PSH and FIN stand on the last one only.
  int flags() {
    int moving = Flags.PSH | Flags.FIN;
    return (first().flags() & ~moving) | (last().flags() & moving);
  }

  int payloadLength() {
    int length = 0;
    for (LivePacket part : parts) {
      length += part.payloadLength();
    }
    return length;
  }

  boolean payloadIsZero() {
    return parts.stream().allMatch(LivePacket::payloadIsZero);
  }

  /// Whether `next` may go on where this ends: the next octets, the same header, no
  /// larger than the parts before.
  boolean takes(LivePacket next) {
    int moving = Flags.PSH | Flags.FIN;
    return next.payloadLength() > 0
        && next.seq() == first().seq() + payloadLength()
        && next.ack() == first().ack()
        && next.window() == first().window()
        && (next.flags() & ~moving) == (first().flags() & ~moving)
        && next.payloadLength() <= first().payloadLength()
        && last().payloadLength() == first().payloadLength();
  }
}
