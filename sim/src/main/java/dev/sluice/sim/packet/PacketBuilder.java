package dev.sluice.sim.packet;

import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.Arrays;

/// Builds TCP packets octet by octet: what a blind attacker sends, or a peer that is not
/// ours. Nothing is checked, so that wrong packets can be built too.
///
/// A builder can be used again: change a field and [#build] once more.
public final class PacketBuilder {
  private final FourTuple tuple;
  private int seq;
  private int ack;
  private int flags;
  private int window = 65_535;
  private int ttl = 64;
  private byte[] options = {};
  private byte[] payload = {};

  private PacketBuilder(FourTuple tuple) {
    this.tuple = tuple;
  }

  /// Begins a TCP packet.
  ///
  /// @param tuple the connection seen from the (pretended) sender
  public static PacketBuilder tcp(FourTuple tuple) {
    return new PacketBuilder(tuple);
  }

  /// SEG.SEQ.
  public PacketBuilder seq(int value) {
    seq = value;
    return this;
  }

  /// SEG.ACK and the ACK bit.
  public PacketBuilder ack(int value) {
    ack = value;
    flags |= Flags.ACK;
    return this;
  }

  /// Control bits to set beside those set before, see [Flags].
  public PacketBuilder with(int moreFlags) {
    flags |= moreFlags;
    return this;
  }

  /// The window field, 0 to 65,535.
  public PacketBuilder window(int value) {
    window = value;
    return this;
  }

  /// TTL or hop limit.
  public PacketBuilder ttl(int value) {
    ttl = value;
    return this;
  }

  /// Adds a maximum segment size option.
  public PacketBuilder mss(int value) {
    return option(2, 4, (byte) (value >>> 8), (byte) value);
  }

  /// Adds a window scale option, with a no-operation in front.
  public PacketBuilder windowScale(int shift) {
    return option(1, 3, 3, (byte) shift);
  }

  /// Adds a timestamps option, with two no-operations in front.
  public PacketBuilder timestamps(int value, int echo) {
    option(1, 1, 8, 10);
    for (int word : new int[] {value, echo}) {
      option((byte) (word >>> 24), (byte) (word >>> 16), (byte) (word >>> 8), (byte) word);
    }
    return this;
  }

  /// Adds option octets as they are; make the sum a multiple of four.
  public PacketBuilder option(int... octets) {
    int at = options.length;
    options = Arrays.copyOf(options, at + octets.length);
    for (int i = 0; i < octets.length; i++) {
      options[at + i] = (byte) octets[i];
    }
    return this;
  }

  /// The text.
  public PacketBuilder payload(byte[] octets) {
    payload = octets.clone();
    return this;
  }

  /// The packet, with right lengths and checksums.
  public byte[] build() {
    int ipHeader = tuple.isV4() ? 20 : 40;
    int tcpHeader = 20 + options.length;
    byte[] packet = new byte[ipHeader + tcpHeader + payload.length];
    if (tuple.isV4()) {
      ipV4(packet);
    } else {
      ipV6(packet);
    }
    int at = ipHeader;
    put16(packet, at, tuple.localPort());
    put16(packet, at + 2, tuple.remotePort());
    put32(packet, at + 4, seq);
    put32(packet, at + 8, ack);
    put16(packet, at + 12, ((tcpHeader / 4) << 12) | flags);
    put16(packet, at + 14, window);
    System.arraycopy(options, 0, packet, at + 20, options.length);
    System.arraycopy(payload, 0, packet, at + tcpHeader, payload.length);
    int sum = InternetChecksum.transportSum(packet, at, packet.length, WirePacket.TCP);
    put16(packet, at + 16, ~sum);
    return packet;
  }

  private void ipV4(byte[] packet) {
    packet[0] = 0x45;
    put16(packet, 2, packet.length);
    put16(packet, 6, 0x4000);
    packet[8] = (byte) ttl;
    packet[9] = WirePacket.TCP;
    put32(packet, 12, tuple.local().v4Bits());
    put32(packet, 16, tuple.remote().v4Bits());
    put16(packet, 10, ~InternetChecksum.add(0, packet, 0, 20));
  }

  private void ipV6(byte[] packet) {
    packet[0] = 0x60;
    put16(packet, 4, packet.length - 40);
    packet[6] = WirePacket.TCP;
    packet[7] = (byte) ttl;
    putAddress(packet, 8, tuple.local());
    putAddress(packet, 24, tuple.remote());
  }

  private static void putAddress(byte[] packet, int at, IpAddress address) {
    put32(packet, at, (int) (address.high() >>> 32));
    put32(packet, at + 4, (int) address.high());
    put32(packet, at + 8, (int) (address.low() >>> 32));
    put32(packet, at + 12, (int) address.low());
  }

  private static void put16(byte[] packet, int at, int value) {
    packet[at] = (byte) (value >>> 8);
    packet[at + 1] = (byte) value;
  }

  private static void put32(byte[] packet, int at, int value) {
    put16(packet, at, value >>> 16);
    put16(packet, at + 2, value);
  }
}
