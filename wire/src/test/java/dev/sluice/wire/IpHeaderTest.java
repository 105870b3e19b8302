package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// IPv4, and what both families share; extension headers have a test of their own.
final class IpHeaderTest {
  /// An IPv4 packet of 8 octets of payload with these options, its checksum right.
  private static PacketBuffer v4(String options) {
    byte[] octets = Packets.hex(options);
    int header = 20 + octets.length;
    PacketBuffer packet = new PacketBuffer(68);
    packet.reset(header + 8);
    IpHeader.writeFixed(packet, true, IpProtocol.TCP, 0, 64);
    packet.u8(0, 0x40 | header / 4);
    for (int i = 0; i < octets.length; i++) {
      packet.u8(20 + i, octets[i]);
    }
    packet.i32(12, Packets.CLIENT_V4.v4Bits());
    packet.i32(16, Packets.SERVER_V4.v4Bits());
    fixChecksum(packet, header);
    return packet;
  }

  private static void fixChecksum(PacketBuffer packet, int header) {
    packet.u16(10, 0);
    packet.u16(10, Checksum.ofSum(Checksum.sum(packet, 0, header)));
  }

  private static DropReason parse(PacketBuffer packet) {
    return new IpHeader().parse(packet);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsEncodedIsParsedAgain(boolean v4) {
    IpHeader sent = new IpHeader();
    sent.sourceHigh = Packets.client(v4).high();
    sent.sourceLow = Packets.client(v4).low();
    sent.destinationHigh = Packets.server(v4).high();
    sent.destinationLow = Packets.server(v4).low();
    sent.protocol = IpProtocol.UDP;
    sent.ttl = 255;
    sent.trafficClass = 0xff;
    PacketBuffer packet = new PacketBuffer(100);
    packet.reset(77);
    sent.encode(packet);
    IpHeader received = new IpHeader();
    assertThat(received.parse(packet)).isEqualTo(DropReason.NONE);
    int header = v4 ? 20 : 40;
    assertThat(received.v4).isEqualTo(v4);
    assertThat(received.version).isEqualTo(v4 ? 4 : 6);
    assertThat(received.headerLength).isEqualTo(header);
    assertThat(received.payloadOffset).isEqualTo(header);
    assertThat(received.payloadLength).isEqualTo(77 - header);
    assertThat(received.source()).isEqualTo(Packets.client(v4));
    assertThat(received.destination()).isEqualTo(Packets.server(v4));
    assertThat(received.protocol).isEqualTo(IpProtocol.UDP);
    assertThat(packet.u8(received.protocolOffset)).isEqualTo(IpProtocol.UDP);
    assertThat(received.ttl).isEqualTo(255);
    assertThat(received.trafficClass).isEqualTo(0xff);
  }

  @Test
  @Tag("ATTACK-5")
  void anIpv4DatagramIsAtomic() {
    PacketBuffer packet = v4("");
    assertThat(packet.u16(4)).as("identification").isZero();
    assertThat(packet.u16(6)).as("DF alone").isEqualTo(0x4000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("SCENARIO-38")
  void aPacketCutAnywhereIsRefused(boolean v4) {
    Segment segment = Packets.segment(v4);
    Packets.text(segment, new byte[20]);
    byte[] whole = Packets.encode(segment, OptionLayout.LINUX);
    for (int length = 0; length < whole.length; length++) {
      PacketBuffer packet = new PacketBuffer(100);
      packet.copyFrom(whole);
      // At the end of its memory, where reading on would throw.
      byte[] cut = Arrays.copyOf(whole, length);
      packet.reset((int) packet.bytes().byteSize() - length, length);
      for (int i = 0; i < length; i++) {
        packet.u8(i, cut[i]);
      }
      DropReason expected =
          length < (v4 ? 20 : 40) ? DropReason.IP_TOO_SHORT : DropReason.IP_TOTAL_LENGTH;
      assertThat(parse(packet)).as("%d octets", length).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void paddingBehindThePacketIsCutOff(boolean v4) {
    byte[] octets = Packets.encode(Packets.segment(v4), OptionLayout.LINUX);
    PacketBuffer packet = new PacketBuffer(100);
    packet.copyFrom(Arrays.copyOf(octets, octets.length + 6));
    assertThat(parse(packet)).isEqualTo(DropReason.NONE);
    assertThat(packet.toArray()).isEqualTo(octets);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 7, 8, 15})
  void otherVersionsAreRefused(int version) {
    PacketBuffer packet = v4("");
    packet.u8(0, version << 4 | 5);
    assertThat(parse(packet)).isEqualTo(DropReason.IP_VERSION);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 28, IP_HEADER_LENGTH",
    "4, 28, IP_HEADER_LENGTH",
    "5, 28, NONE",
    "5, 20, NONE",
    "5, 19, IP_TOTAL_LENGTH",
    "5, 0, IP_TOTAL_LENGTH",
    "5, 29, IP_TOTAL_LENGTH",
    "5, 65535, IP_TOTAL_LENGTH",
    "7, 27, IP_TOTAL_LENGTH",
    "8, 28, IP_TOTAL_LENGTH",
    "15, 28, IP_TOTAL_LENGTH",
  })
  @Tag("SCENARIO-38")
  @Tag("ATTACK-33")
  void lengthsThatLieAreRefused(int words, int total, DropReason verdict) {
    PacketBuffer packet = v4("");
    packet.u8(0, 0x40 | words);
    packet.u16(2, total);
    fixChecksum(packet, 20);
    assertThat(parse(packet)).isEqualTo(verdict);
  }

  @Test
  void everySingleFlippedBitOfAnIpv4HeaderIsNoticed() {
    PacketBuffer packet = v4("01010101");
    for (int bit = 0; bit < 24 * 8; bit++) {
      PacketBuffer damaged = new PacketBuffer(68);
      damaged.copyFrom(packet);
      damaged.u8(bit / 8, damaged.u8(bit / 8) ^ 1 << bit % 8);
      assertThat(parse(damaged)).as("bit %d", bit).isNotEqualTo(DropReason.NONE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "01010101, NONE",
    "00ffffff, NONE", // nothing counts behind the end
    "94040000, NONE", // router alert
    "44080500 00000000, NONE", // timestamp
    "07070400 00000000, NONE", // record route
    "01010194, IP_OPTION_LENGTH", // no room for a length
    "94000000, IP_OPTION_LENGTH",
    "94010000, IP_OPTION_LENGTH",
    "94050000, IP_OPTION_LENGTH",
    "01440400, IP_OPTION_LENGTH",
    "83070400 00000000, IP_SOURCE_ROUTE",
    "89070400 00000000, IP_SOURCE_ROUTE",
    "01010183 03040101, IP_SOURCE_ROUTE",
  })
  @Tag("ATTACK-31")
  void optionsMustMakeSenseAndNotSteer(String options, DropReason verdict) {
    assertThat(parse(v4(options))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "0x4000, NONE, 0, false",
    "0x0000, NONE, 0, false",
    "0x8000, NONE, 0, false", // the reserved bit says nothing
    "0x2000, IP_FRAGMENT, 0, true",
    "0x2001, IP_FRAGMENT, 8, true",
    "0x1fff, IP_FRAGMENT, 65528, false",
    "0x6001, IP_FRAGMENT, 8, true",
  })
  @Tag("ATTACK-20")
  @Tag("ATTACK-35")
  void fragmentsAreToldApart(String word, DropReason verdict, int offset, boolean more) {
    PacketBuffer packet = v4("");
    packet.u16(4, 0xbeef);
    packet.u16(6, Integer.decode(word));
    fixChecksum(packet, 20);
    IpHeader ip = new IpHeader();
    assertThat(ip.parse(packet)).isEqualTo(verdict);
    assertThat(ip.fragmentOffset).isEqualTo(offset);
    assertThat(ip.moreFragments).isEqualTo(more);
    assertThat(ip.identification).isEqualTo(verdict == DropReason.NONE ? 0 : 0xbeef);
    assertThat(ip.payloadLength).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.1, 198.18.0.2, NONE, NONE",
    "fd5a::1, fd5a::2, NONE, NONE",
    "0.0.0.0, 198.18.0.2, SOURCE_UNSPECIFIED, SOURCE_UNSPECIFIED",
    "::, fd5a::2, SOURCE_UNSPECIFIED, SOURCE_UNSPECIFIED",
    "224.0.0.1, 198.18.0.2, SOURCE_MULTICAST, SOURCE_MULTICAST",
    "ff02::1, fd5a::2, SOURCE_MULTICAST, SOURCE_MULTICAST",
    "255.255.255.255, 198.18.0.2, SOURCE_BROADCAST, SOURCE_BROADCAST",
    "127.0.0.1, 127.0.0.1, SOURCE_LOOPBACK, NONE",
    "127.9.9.9, 198.18.0.2, SOURCE_LOOPBACK, NONE",
    "::1, fd5a::2, SOURCE_LOOPBACK, NONE",
    "198.18.0.1, 0.0.0.0, DESTINATION_UNSPECIFIED, DESTINATION_UNSPECIFIED",
    "198.18.0.1, 239.1.2.3, DESTINATION_MULTICAST, DESTINATION_MULTICAST",
    "fd5a::1, ff02::1, DESTINATION_MULTICAST, DESTINATION_MULTICAST",
    "198.18.0.1, 255.255.255.255, DESTINATION_BROADCAST, DESTINATION_BROADCAST",
    "198.18.0.1, 127.0.0.1, DESTINATION_LOOPBACK, NONE",
    "fd5a::1, ::1, DESTINATION_LOOPBACK, NONE",
  })
  @Tag("SCENARIO-38")
  void addressesNobodyCanTalkWithAreNamed(
      String source, String destination, DropReason onWire, DropReason atHome) {
    IpHeader ip = new IpHeader();
    ip.sourceHigh = IpAddress.parse(source).high();
    ip.sourceLow = IpAddress.parse(source).low();
    ip.destinationHigh = IpAddress.parse(destination).high();
    ip.destinationLow = IpAddress.parse(destination).low();
    assertThat(ip.addressProblem(true)).isEqualTo(onWire);
    assertThat(ip.addressProblem(false)).isEqualTo(atHome);
  }

  @Test
  void randomOctetsNeverLeadOutOfThePacket() {
    Random random = new Random(31_401);
    IpHeader ip = new IpHeader();
    Segment segment = new Segment();
    UdpDatagram datagram = new UdpDatagram();
    IcmpMessage message = new IcmpMessage();
    int taken = 0;
    for (int i = 0; i < 100_000; i++) {
      int length = random.nextInt(120);
      PacketBuffer packet = new PacketBuffer(120);
      packet.reset((int) packet.bytes().byteSize() - length, length);
      for (int j = 0; j < length; j++) {
        packet.u8(j, random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(12));
      }
      if (length >= 40) {
        makePlausible(packet, random);
      }
      packet.checksum(PacketBuffer.Checksum.VERIFIED);
      if (ip.parse(packet) != DropReason.NONE) {
        continue;
      }
      taken++;
      assertThat(ip.payloadOffset).isGreaterThanOrEqualTo(20);
      assertThat(ip.payloadOffset + ip.payloadLength).isEqualTo(packet.length());
      if (TcpCodec.parse(packet, ip, segment) == DropReason.NONE) {
        assertThat(segment.payloadPosition + segment.payloadLength).isEqualTo(packet.length());
      }
      UdpCodec.parse(packet, ip, datagram);
      IcmpCodec.parse(packet, ip, message);
    }
    assertThat(taken).isBetween(5_000, 95_000);
  }

  private static void makePlausible(PacketBuffer packet, Random random) {
    if (random.nextBoolean()) {
      int header = 20 + 4 * random.nextInt(5);
      packet.u8(0, 0x40 | header / 4);
      packet.u16(2, packet.length() - random.nextInt(3));
      packet.u16(6, 0x4000);
      fixChecksum(packet, header);
    } else {
      packet.u8(0, 0x60);
      packet.u16(4, packet.length() - 40 - random.nextInt(3));
      int[] protocols = {0, 6, 17, 43, 44, 58, 60};
      packet.u8(6, protocols[random.nextInt(protocols.length)]);
    }
  }
}
