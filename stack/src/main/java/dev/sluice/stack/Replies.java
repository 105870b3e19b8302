package dev.sluice.stack;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.tcp.close.Reset;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import org.jspecify.annotations.Nullable;

/// Packets that belong to no flow, such as resets and echo replies, and packets from the
/// host to itself. Both wait in rings of a fixed size; what finds no room is dropped and
/// counted, as a network would.
final class Replies {
  /// Answers that may wait, as many as a driver takes packets at once.
  private static final int WAITING = 64;
  /// Packets of the host to itself that may wait.
  private static final int LOOPED = 64;
  /// What goes out without a user who chose it has this TTL.
  static final int TTL = 64;

  private final AddressTable addresses;
  private final CounterSet<HostCounter> counters;
  private final PacketRing outside;
  private final PacketRing inside;
  private final Segment reset = new Segment();
  private @Nullable PacketRing claimed;

  Replies(AddressTable addresses, LinkCapabilities link, CounterSet<HostCounter> counters) {
    this.addresses = addresses;
    this.counters = counters;
    outside = new PacketRing(WAITING, Math.max(link.mtu(), 576));
    inside = new PacketRing(LOOPED, Math.max(link.maxSendBytes(), 576));
  }

  /// A buffer for a packet to that address, to be filled and then [#commit]ted.
  ///
  /// @return null if there is no room for a packet of `length` octets: count it as lost
  @Nullable
  PacketBuffer claim(long destinationHigh, long destinationLow, int length) {
    PacketRing ring = addresses.isLocal(destinationHigh, destinationLow) ? inside : outside;
    PacketBuffer buffer = ring.claim();
    if (buffer == null || buffer.capacity() < length) {
      counters.increment(HostCounter.REPLIES_DROPPED_QUEUE_FULL);
      return null;
    }
    claimed = ring;
    return buffer;
  }

  /// Queues what was put into the buffer of [#claim].
  void commit() {
    PacketRing ring = claimed;
    if (ring == null) {
      throw new AssertionError("nothing was claimed");
    }
    ring.commit();
    claimed = null;
  }

  /// Answers a segment that nobody here wants with RST, unless it is one itself.
  ///
  /// @return the segment that goes out, or null
  @Nullable
  Segment reset(Segment in) {
    if (!Reset.replyTo(in, reset)) {
      return null;
    }
    if (reset.ttl == 0) {
      reset.ttl = TTL;
    }
    PacketBuffer buffer = claim(reset.destinationHigh, reset.destinationLow, 60);
    if (buffer == null) {
      return null;
    }
    TcpCodec.encode(reset, OptionLayout.LINUX, false, buffer);
    commit();
    return reset;
  }

  /// Keeps a packet inside the host.
  void loop(PacketBuffer packet) {
    PacketBuffer buffer = inside.claim();
    if (buffer == null) {
      counters.increment(HostCounter.REPLIES_DROPPED_QUEUE_FULL);
      return;
    }
    buffer.copyFrom(packet);
    inside.commit();
  }

  PacketRing outside() {
    return outside;
  }

  PacketRing inside() {
    return inside;
  }
}
