package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UdpCodecTest {
  private static PacketBuffer packet(boolean v4, byte[] data) {
    IpHeader ip = new IpHeader();
    ip.sourceHigh = Packets.client(v4).high();
    ip.sourceLow = Packets.client(v4).low();
    ip.destinationHigh = Packets.server(v4).high();
    ip.destinationLow = Packets.server(v4).low();
    ip.ttl = 64;
    UdpDatagram datagram = new UdpDatagram();
    datagram.sourcePort = 53;
    datagram.destinationPort = 65_535;
    datagram.payload = (position, target, offset, length) ->
        MemorySegment.copy(data, (int) position, target, ValueLayout.JAVA_BYTE, offset, length);
    datagram.payloadLength = data.length;
    PacketBuffer out = new PacketBuffer(Math.max(68, 48 + data.length));
    UdpCodec.encode(ip, datagram, out);
    return out;
  }

  private static DropReason parse(PacketBuffer packet, UdpDatagram out) {
    IpHeader ip = new IpHeader();
    assertThat(ip.parse(packet)).isEqualTo(DropReason.NONE);
    assertThat(ip.protocol).isEqualTo(IpProtocol.UDP);
    return UdpCodec.parse(packet, ip, out);
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "true, 1", "true, 1472", "false, 0", "false, 1453", "true, 65507"})
  void whatIsEncodedIsParsedAgain(boolean v4, int length) {
    byte[] data = Packets.random(new Random(length), length);
    PacketBuffer packet = packet(v4, data);
    UdpDatagram out = new UdpDatagram();
    assertThat(parse(packet, out)).isEqualTo(DropReason.NONE);
    assertThat(out.sourcePort).isEqualTo(53);
    assertThat(out.destinationPort).isEqualTo(65_535);
    byte[] copy = new byte[out.payloadLength];
    out.payload.copyTo(out.payloadPosition, MemorySegment.ofArray(copy), 0, copy.length);
    assertThat(copy).isEqualTo(data);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everySingleFlippedBitIsNoticed(boolean v4) {
    byte[] octets = packet(v4, Packets.random(new Random(3), 21)).toArray();
    for (int bit = (v4 ? 20 : 40) * 8; bit < octets.length * 8; bit++) {
      octets[bit / 8] ^= (byte) (1 << bit % 8);
      PacketBuffer damaged = new PacketBuffer(100);
      damaged.copyFrom(octets);
      assertThat(parse(damaged, new UdpDatagram())).as("bit %d", bit).isNotEqualTo(DropReason.NONE);
      octets[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, NONE", "false, UDP_CHECKSUM_ZERO"})
  void noChecksumIsAllowedOverIpv4Only(boolean v4, DropReason verdict) {
    PacketBuffer packet = packet(v4, new byte[4]);
    packet.u16(v4 ? 26 : 46, 0);
    assertThat(parse(packet, new UdpDatagram())).isEqualTo(verdict);
  }

  @Test
  void aChecksumThatComesOutAsZeroIsSentAsOnes() {
    // Data that makes the sum complete by itself.
    PacketBuffer first = packet(true, new byte[2]);
    int checksum = first.u16(26);
    byte[] data = {(byte) (checksum >>> 8), (byte) checksum};
    PacketBuffer second = packet(true, data);
    assertThat(second.u16(26)).isEqualTo(0xffff);
    assertThat(parse(second, new UdpDatagram())).isEqualTo(DropReason.NONE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("SCENARIO-38")
  @Tag("ATTACK-34")
  void aLengthThatLiesIsRefusedAndAShorterOneObeyed(boolean v4) {
    int at = v4 ? 20 : 40;
    PacketBuffer packet = packet(v4, new byte[10]);
    packet.checksum(PacketBuffer.Checksum.VERIFIED);
    for (int length = 0; length < 40; length++) {
      packet.u16(at + 4, length);
      UdpDatagram out = new UdpDatagram();
      DropReason verdict = parse(packet, out);
      boolean legal = length >= 8 && length <= 18;
      assertThat(verdict).isEqualTo(legal ? DropReason.NONE : DropReason.UDP_LENGTH);
      assertThat(out.payloadLength).isEqualTo(legal ? length - 8 : 0);
    }
  }

  @Test
  void fewerOctetsThanAHeaderAreRefused() {
    for (int length = 0; length < 8; length++) {
      IpHeader ip = new IpHeader();
      PacketBuffer packet = packet(true, new byte[0]);
      ip.parse(packet);
      ip.payloadLength = length;
      assertThat(UdpCodec.parse(packet, ip, new UdpDatagram())).isEqualTo(DropReason.UDP_TOO_SHORT);
    }
  }
}
