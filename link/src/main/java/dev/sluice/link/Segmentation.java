package dev.sluice.link;

import dev.sluice.wire.Checksum;
import dev.sluice.wire.Flags;
import dev.sluice.wire.PacketBuffer;
import java.lang.foreign.MemorySegment;

/// Cuts a TCP packet that is longer than the wire takes into the packets that the wire
/// carries: what a network card does for TSO, in software.
///
/// ```
///   start(big)                 [IP|TCP|         text of 4,000 octets         ]
///   next(out) -> true          [IP|TCP| 1,460 ]
///   next(out) -> true                   [IP|TCP| 1,460 ]
///   next(out) -> true                            [IP|TCP| 1,080 ]  FIN and PSH here
///   next(out) -> false
/// ```
///
/// Each packet has its own sequence number, lengths, IPv4 identification and complete
/// checksums. FIN and PSH stay on the last, CWR on the first (RFC 3168 §6.1.2). A packet
/// that is not to be cut comes out once, with its checksum finished. One object is
/// reused for all packets; it allocates nothing.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.7.4 RFC 9293 §3.7.4
public final class Segmentation {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP_V6 = 58;
  private static final int V4_HEADER = 20;
  private static final int V6_HEADER = 40;
  private static final int TCP_HEADER = 20;
  private static final int TCP_SEQ = 4;
  private static final int TCP_DATA_OFFSET = 12;
  private static final int TCP_FLAGS = 13;
  /// More fragments, and the fragment offset, in the IPv4 header's seventh octet.
  private static final int V4_FRAGMENT = 0x3fff;
  private static final int NONE = -1;

  private PacketBuffer whole = new PacketBuffer(LinkCapabilities.MIN_MTU);
  /// Octets of all headers, when the packet is cut.
  private int headers;
  private int textLength;
  /// Octets of text already handed out; [#NONE] when there is no more packet.
  private int done = NONE;
  private boolean cuts;

  // Found by locate().
  private int transport;
  private int protocol;

  /// Begins with a packet, which must stay as it is until [#next] returns false.
  public void start(PacketBuffer packet) {
    whole = packet;
    done = 0;
    cuts = false;
    if (packet.segmentSize() <= 0 || !locate(packet) || protocol != TCP) {
      return;
    }
    if (packet.length() < transport + TCP_HEADER) {
      return;
    }
    headers = transport + 4 * (packet.u8(transport + TCP_DATA_OFFSET) >>> 4);
    textLength = packet.length() - headers;
    cuts = headers >= transport + TCP_HEADER && textLength > packet.segmentSize();
  }

  /// Makes the next packet.
  ///
  /// @param out has room for it
  /// @return false if there is none left; then `out` is as it was
  public boolean next(PacketBuffer out) {
    if (done == NONE) {
      return false;
    }
    if (cuts) {
      cut(out);
      return true;
    }
    done = NONE;
    out.copyFrom(whole);
    out.segmentSize(0);
    finishChecksum(out);
    return true;
  }

  private void cut(PacketBuffer out) {
    int size = whole.segmentSize();
    int length = Math.min(size, textLength - done);
    boolean isFirst = done == 0;
    boolean isLast = done + length == textLength;
    out.reset(headers + length);
    copy(0, out, 0, headers);
    copy(headers + done, out, headers, length);
    out.arrivalNanos(whole.arrivalNanos());
    out.transportOffset(transport);

    if (isV4(whole)) {
      out.u16(2, headers + length);
      out.u16(4, whole.u16(4) + done / size);
      out.u16(10, 0);
      out.u16(10, Checksum.ofSum(Checksum.sum(out, 0, 4 * (out.u8(0) & 0xf))));
    } else {
      out.u16(4, headers + length - V6_HEADER);
    }
    int flags = whole.u8(transport + TCP_FLAGS);
    flags &= isFirst ? ~0 : ~Flags.CWR;
    flags &= isLast ? ~0 : ~(Flags.FIN | Flags.PSH);
    out.u8(transport + TCP_FLAGS, flags);
    out.i32(transport + TCP_SEQ, whole.i32(transport + TCP_SEQ) + done);
    writeChecksum(out, transport, transport + 16);
    done = isLast ? NONE : done + length;
  }

  private void copy(int from, PacketBuffer out, int to, int length) {
    MemorySegment.copy(
        whole.bytes(), (long) whole.start() + from, out.bytes(), (long) out.start() + to, length);
  }

  /// Writes the whole transport checksum where only the pseudo-header's sum stands
  /// ([PacketBuffer.Checksum#PARTIAL]) or may stand (VERIFIED). A complete checksum
  /// stays, right or wrong. What is no TCP, UDP or ICMPv6, or a fragment, stays as well.
  public void finishChecksum(PacketBuffer packet) {
    if (packet.checksum() == PacketBuffer.Checksum.COMPLETE) {
      return;
    }
    boolean isPartial = packet.checksum() == PacketBuffer.Checksum.PARTIAL;
    packet.checksum(PacketBuffer.Checksum.COMPLETE);
    if (!locate(packet)) {
      return;
    }
    int field = transport + fieldOffset(protocol);
    if (field < transport || field + 2 > packet.length()) {
      return;
    }
    boolean hasNone = protocol == UDP && packet.u16(field) == 0 && !isPartial;
    if (!hasNone) {
      writeChecksum(packet, transport, field);
    }
  }

  /// Where in the transport header of `protocol` the checksum lies, -1 if unknown.
  private static int fieldOffset(int protocol) {
    return switch (protocol) {
      case TCP -> 16;
      case UDP -> 6;
      case ICMP_V6 -> 2;
      default -> NONE;
    };
  }

  private void writeChecksum(PacketBuffer packet, int transport, int field) {
    int length = packet.length() - transport;
    packet.u16(field, 0);
    int addresses = isV4(packet) ? Checksum.sum(packet, 12, 8) : Checksum.sum(packet, 8, 32);
    int pseudo = Checksum.combine(addresses, Checksum.combine(protocol, length));
    int checksum =
        Checksum.ofSum(Checksum.combine(pseudo, Checksum.sum(packet, transport, length)));
    packet.u16(field, protocol == UDP && checksum == 0 ? 0xffff : checksum);
  }

  private static boolean isV4(PacketBuffer packet) {
    return packet.u8(0) >>> 4 == 4;
  }

  /// Finds the transport header; false if there is none, as in a later fragment.
  private boolean locate(PacketBuffer packet) {
    if (packet.length() < V4_HEADER) {
      return false;
    }
    if (isV4(packet)) {
      transport = 4 * (packet.u8(0) & 0xf);
      protocol = packet.u8(9);
      return (packet.u16(6) & V4_FRAGMENT) == 0
          && transport >= V4_HEADER
          && transport < packet.length();
    }
    return packet.length() > V6_HEADER && locateV6(packet);
  }

  private boolean locateV6(PacketBuffer packet) {
    transport = V6_HEADER;
    protocol = packet.u8(6);
    while (isExtension(protocol) && transport + 8 <= packet.length()) {
      protocol = packet.u8(transport);
      transport += 8 * (packet.u8(transport + 1) + 1);
    }
    return transport < packet.length();
  }

  /// Hop-by-hop options, routing, destination options (RFC 8200 §4.1): those that can
  /// stand in front of a transport header of an unfragmented packet.
  private static boolean isExtension(int protocol) {
    return protocol == 0 || protocol == 43 || protocol == 60;
  }
}
