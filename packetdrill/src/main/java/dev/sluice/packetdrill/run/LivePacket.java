package dev.sluice.packetdrill.run;

import java.util.ArrayList;
import java.util.List;

/// A packet that the host sent, read from its octets.
final class LivePacket {
  static final int PROTOCOL_ICMP = 1;
  static final int PROTOCOL_TCP = 6;
  static final int PROTOCOL_UDP = 17;
  static final int PROTOCOL_ICMP6 = 58;

  /// One TCP option: kind and the octets after the length.
  // Compared by its parts only.
  @SuppressWarnings("ArrayRecordComponent")
  record Option(int kind, byte[] data) {}

  final long timeNanos;
  final byte[] bytes;
  final boolean v4;
  final int trafficClass;
  final int ttl;
  final int flowLabel;
  final int protocol;
  /// Where the transport header starts.
  final int offset;
  /// Where the packet ends by its IP header.
  final int end;
  /// What is wrong with it, or empty.
  final String damage;

  LivePacket(long timeNanos, byte[] bytes) {
    this.timeNanos = timeNanos;
    this.bytes = bytes;
    this.v4 = (bytes[0] & 0xf0) == 0x40;
    if (v4) {
      trafficClass = u8(1);
      ttl = u8(8);
      flowLabel = 0;
      protocol = u8(9);
      offset = (u8(0) & 15) * 4;
      end = u16(2);
    } else {
      trafficClass = (u16(0) >> 4) & 0xff;
      ttl = u8(7);
      flowLabel = i32(0) & 0xfffff;
      protocol = u8(6);
      offset = 40;
      end = 40 + u16(4);
    }
    this.damage = damage();
  }

  private String damage() {
    if (end != bytes.length) {
      return "the IP header says " + end + " octets, there are " + bytes.length;
    }
    if (v4 && Checksums.fold(Checksums.sum(bytes, 0, offset)) != 0) {
      return "wrong IP header checksum";
    }
    if (protocol == PROTOCOL_TCP && (end - offset < 20 || payloadStart() > end)) {
      return "TCP header longer than the packet";
    }
    if (protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP) {
      boolean none = protocol == PROTOCOL_UDP && u16(offset + 6) == 0;
      if (!none && Checksums.transport(bytes, v4, offset, end, protocol) != 0) {
        return "wrong checksum";
      }
    }
    return "";
  }

  int u8(int index) {
    return bytes[index] & 0xff;
  }

  int u16(int index) {
    return (u8(index) << 8) | u8(index + 1);
  }

  int i32(int index) {
    return (u16(index) << 16) | u16(index + 2);
  }

  boolean isTcp() {
    return protocol == PROTOCOL_TCP;
  }

  int sourcePort() {
    return u16(offset);
  }

  int destinationPort() {
    return u16(offset + 2);
  }

  /// The octets of the source address.
  byte[] source() {
    return java.util.Arrays.copyOfRange(bytes, v4 ? 12 : 8, v4 ? 16 : 24);
  }

  /// The octets of the destination address.
  byte[] destination() {
    return java.util.Arrays.copyOfRange(bytes, v4 ? 16 : 24, v4 ? 20 : 40);
  }

  int seq() {
    return i32(offset + 4);
  }

  int ack() {
    return i32(offset + 8);
  }

  /// The nine flags that have names.
  int flags() {
    return u16(offset + 12) & 0x1ff;
  }

  int reservedBits() {
    return (u16(offset + 12) >> 9) & 7;
  }

  boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  int window() {
    return u16(offset + 14);
  }

  int urgentPointer() {
    return u16(offset + 18);
  }

  private int payloadStart() {
    return offset + (u8(offset + 12) >> 4) * 4;
  }

  int payloadLength() {
    return end - payloadStart();
  }

  /// Whether the payload is all zero, as scripts write it.
  boolean payloadIsZero() {
    for (int i = payloadStart(); i < end; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /// The TCP options in order, padding included. A broken list ends early.
  List<Option> options() {
    List<Option> options = new ArrayList<>();
    int index = offset + 20;
    int limit = payloadStart();
    while (index < limit) {
      int kind = u8(index);
      if (kind <= 1) {
        options.add(new Option(kind, new byte[0]));
        index++;
        continue;
      }
      int length = index + 1 < limit ? u8(index + 1) : 0;
      if (length < 2 || index + length > limit) {
        break;
      }
      options.add(new Option(kind, java.util.Arrays.copyOfRange(bytes, index + 2, index + length)));
      index += length;
    }
    return options;
  }
}
