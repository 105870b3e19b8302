package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IcmpCodecTest {
  private final IpHeader ip = new IpHeader();
  private final IcmpMessage message = new IcmpMessage();

  /// A header from the client to the server.
  private static IpHeader toServer(boolean v4) {
    IpHeader header = new IpHeader();
    header.v4 = v4;
    header.version = v4 ? 4 : 6;
    header.sourceHigh = Packets.client(v4).high();
    header.sourceLow = Packets.client(v4).low();
    header.destinationHigh = Packets.server(v4).high();
    header.destinationLow = Packets.server(v4).low();
    header.ttl = 64;
    return header;
  }

  private DropReason parse(PacketBuffer packet) {
    assertThat(ip.parse(packet)).isEqualTo(DropReason.NONE);
    return IcmpCodec.parse(packet, ip, message);
  }

  /// An error about a segment that the client sent, with its quote cut to `quoted`
  /// octets.
  private static PacketBuffer error(boolean v4, int type, int code, int parameter, int quoted) {
    PacketBuffer offending = PacketBuffer.ofMaximumSize();
    Segment segment = Packets.segment(v4);
    Packets.text(segment, new byte[1000]);
    TcpCodec.encode(segment, OptionLayout.LINUX, false, offending);
    offending.truncate(Math.min(quoted, offending.length()));
    IpHeader back = new IpHeader();
    back.replyTo(toServer(v4), 64);
    PacketBuffer out = new PacketBuffer(1500);
    IcmpCodec.encodeError(back, type, code, parameter, offending, out);
    return out;
  }

  private static PacketBuffer echoRequest(boolean v4, byte[] data) {
    // There is no encoder for requests: an answer, made into one.
    IcmpMessage echo = new IcmpMessage();
    echo.identifier = 0xabcd;
    echo.sequence = 0xffff;
    echo.bodyLength = data.length;
    PacketBuffer from = new PacketBuffer(Math.max(68, data.length));
    from.copyFrom(data);
    PacketBuffer out = new PacketBuffer(1500);
    IcmpCodec.encodeEchoReply(toServer(v4), echo, from, out);
    int at = v4 ? 20 : 40;
    int difference = v4 ? 8 << 8 : -(1 << 8);
    out.u8(at, v4 ? 8 : 128);
    int sum = Checksum.combine(~out.u16(at + 2) & 0xffff, difference < 0 ? 0xfeff : difference);
    out.u16(at + 2, Checksum.ofSum(sum));
    return out;
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "true, 1", "true, 56", "true, 1472", "false, 0", "false, 1452"})
  void anEchoIsAnsweredWithItsOwnData(boolean v4, int length) {
    byte[] data = Packets.random(new Random(length), length);
    PacketBuffer request = echoRequest(v4, data);
    assertThat(parse(request)).isEqualTo(DropReason.NONE);
    assertThat(message.kind).isEqualTo(IcmpMessage.Kind.ECHO_REQUEST);
    IpHeader back = new IpHeader();
    back.replyTo(ip, 64);
    PacketBuffer reply = new PacketBuffer(1500);
    IcmpCodec.encodeEchoReply(back, message, request, reply);

    assertThat(parse(reply)).isEqualTo(DropReason.NONE);
    assertThat(ip.source()).isEqualTo(Packets.server(v4));
    assertThat(ip.destination()).isEqualTo(Packets.client(v4));
    assertThat(message.kind).isEqualTo(IcmpMessage.Kind.ECHO_REPLY);
    assertThat(message.identifier).isEqualTo(0xabcd);
    assertThat(message.sequence).isEqualTo(0xffff);
    byte[] packet = reply.toArray();
    assertThat(Arrays.copyOfRange(packet, packet.length - length, packet.length))
        .isEqualTo(data);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 3, 3, 0, 0",
    "true, 3, 4, 1400, 1400",
    "true, 11, 0, 0, 0",
    "true, 12, 0, 0x5000000, 0",
    "false, 1, 4, 0, 0",
    "false, 2, 0, 1280, 1280",
    "false, 2, 0, -1, 2147483647",
    "false, 3, 1, 0, 0",
    "false, 4, 1, 6, 0",
  })
  void anErrorTellsWhoseSegmentItIsAbout(
      boolean v4, int type, int code, String parameter, int mtu) {
    PacketBuffer packet = error(v4, type, code, Integer.decode(parameter), 65_535);
    assertThat(packet.length()).isEqualTo(v4 ? 576 : 1108);
    assertThat(parse(packet)).isEqualTo(DropReason.NONE);
    assertThat(message.kind).isEqualTo(IcmpMessage.Kind.ERROR);
    assertThat(message.type).isEqualTo(type);
    assertThat(message.code).isEqualTo(code);
    assertThat(message.mtu).isEqualTo(mtu);
    assertThat(message.quotedProtocol).isEqualTo(IpProtocol.TCP);
    assertThat(message.quotedSeq).isEqualTo(0x89ab_cdef);
    assertThat(message.quotedTuple())
        .isEqualTo(new FourTuple(Packets.client(v4), 43_210, Packets.server(v4), 7));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eightOctetsOfTheTransportHeaderAreEnoughAndFewerAreNot(boolean v4) {
    int enough = (v4 ? 20 : 40) + 8;
    for (int quoted = 0; quoted < enough + 20; quoted++) {
      DropReason verdict = parse(error(v4, v4 ? 11 : 3, 0, 0, quoted));
      assertThat(verdict).isEqualTo(quoted < enough ? DropReason.ICMP_QUOTE : DropReason.NONE);
    }
  }

  @Test
  void anIpv6ErrorFillsTheMinimumMtuAtMost() {
    PacketBuffer offending = new PacketBuffer(3000);
    offending.reset(3000);
    PacketBuffer out = new PacketBuffer(1500);
    IcmpCodec.encodeError(toServer(false), 2, 0, 1500, offending, out);
    assertThat(out.length()).isEqualTo(1280);
    IcmpCodec.encodeError(toServer(true), 3, 4, 1500, offending, out);
    assertThat(out.length()).isEqualTo(576);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x65", // version
    "0, 0x44", // header length below 20
    "0, 0x4f", // header longer than the quote
    "7, 0x01", // not the first fragment
  })
  void aQuoteThatCannotBeReadIsRefused(int index, String octet) {
    PacketBuffer packet = error(true, 11, 0, 0, 28);
    packet.u8(28 + index, Integer.decode(octet));
    packet.checksum(PacketBuffer.Checksum.VERIFIED);
    assertThat(parse(packet)).isEqualTo(DropReason.ICMP_QUOTE);
    assertThat(message.type).isEqualTo(11);
  }

  @Test
  void aQuoteWithMappedAddressesIsNotOurs() {
    PacketBuffer packet = error(false, 3, 0, 0, 60);
    packet.i64(48 + 8, 0);
    packet.i64(48 + 16, Packets.CLIENT_V4.low());
    packet.checksum(PacketBuffer.Checksum.VERIFIED);
    assertThat(parse(packet)).isEqualTo(DropReason.ICMP_QUOTE);
  }

  @Test
  void sourceQuenchIsNamed() {
    assertThat(parse(error(true, 4, 0, 0, 100))).isEqualTo(DropReason.ICMP_SOURCE_QUENCH);
  }

  @ParameterizedTest
  @CsvSource({"true, 5", "true, 13", "true, 255", "false, 0", "false, 100", "false, 135"})
  void whatIsNoEchoAndNoErrorIsOther(boolean v4, int type) {
    assertThat(parse(error(v4, type, 0, 0, 100))).isEqualTo(DropReason.NONE);
    assertThat(message.kind).isEqualTo(IcmpMessage.Kind.OTHER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everySingleFlippedBitIsNoticed(boolean v4) {
    byte[] octets = echoRequest(v4, Packets.random(new Random(5), 17)).toArray();
    for (int bit = (v4 ? 20 : 40) * 8; bit < octets.length * 8; bit++) {
      octets[bit / 8] ^= (byte) (1 << bit % 8);
      PacketBuffer damaged = new PacketBuffer(100);
      damaged.copyFrom(octets);
      assertThat(parse(damaged)).as("bit %d", bit).isEqualTo(DropReason.ICMP_CHECKSUM);
      octets[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  @Tag("ATTACK-34")
  void fewerOctetsThanAHeaderAreRefused() {
    PacketBuffer packet = echoRequest(true, new byte[0]);
    for (int length = 0; length < 8; length++) {
      ip.parse(packet);
      ip.payloadLength = length;
      assertThat(IcmpCodec.parse(packet, ip, message)).isEqualTo(DropReason.ICMP_TOO_SHORT);
    }
  }
}
