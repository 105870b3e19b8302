package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Chains of IPv6 extension headers, lawful and not. Each packet ends where its memory
/// ends.
final class Ipv6ExtensionTest {
  /// An IPv6 packet with `next` in its fixed header and these octets behind it.
  private static PacketBuffer packet(int next, byte[] rest) {
    int length = 40 + rest.length;
    PacketBuffer packet = new PacketBuffer(Math.max(68, length));
    packet.reset((int) packet.bytes().byteSize() - length, length);
    IpHeader.writeFixed(packet, false, next, 0, 64);
    IpHeader.writeAddresses(
        packet,
        Packets.CLIENT_V6.high(),
        Packets.CLIENT_V6.low(),
        Packets.SERVER_V6.high(),
        Packets.SERVER_V6.low());
    for (int i = 0; i < rest.length; i++) {
      packet.u8(40 + i, rest[i]);
    }
    return packet;
  }

  @ParameterizedTest
  @CsvSource({
    // first, octets behind the fixed header, verdict, payload offset or octet to blame
    "6,  0000000000000000, NONE, 40",
    "59, 0000000000000000, IPV6_NO_NEXT_HEADER, 40",
    "0,  0600010400000000, NONE, 48", // hop-by-hop with PadN
    "60, 0600010400000000, NONE, 48", // destination options
    "60, 0600000000000000, NONE, 48", // six times Pad1
    "0,  3c00010400000000 0600010400000000, NONE, 56",
    "60, 0000010400000000 0600010400000000, IPV6_EXTENSION_ORDER, 40", // hop-by-hop second
    "0,  0000010400000000 0600010400000000, IPV6_EXTENSION_ORDER, 40",
    "0,  06, IPV6_EXTENSION_LENGTH, 40",
    "0,  06000104000000, IPV6_EXTENSION_LENGTH, 40",
    "0,  0601010400000000, IPV6_EXTENSION_LENGTH, 41", // says 16
    "60, 06ff010400000000, IPV6_EXTENSION_LENGTH, 41",
    "60, 3c00010400000000, IPV6_EXTENSION_LENGTH, 48", // the next is not there
    "60, 0600010500000000, IPV6_OPTION_LENGTH, 42", // PadN out of the header
    "60, 0600000000000005, IPV6_OPTION_LENGTH, 47", // no room for a length
    "60, 060001ff00000000, IPV6_OPTION_LENGTH, 42",
    "60, 06001e0400000000, NONE, 48", // unknown, skip
    "60, 06005e0400000000, IPV6_OPTION_REFUSED, 42", // unknown, discard
    "60, 06009e0400000000, IPV6_OPTION_UNKNOWN, 42", // unknown, discard and tell
    "0,  0600de0400000000, IPV6_OPTION_UNKNOWN, 42", // jumbo and its like
    "60, 0601010c00000000 0000000000000000, IPV6_OPTION_COUNT, 42", // 14 octets of padding
    "60, 0601000000000000 0000010400000000, IPV6_OPTION_COUNT, 49",
    "43, 0600020000000000, NONE, 48", // type 2, nothing left
    "43, 0600000000000000, NONE, 48", // type 0, nothing left
    "43, 0600000100000000, IPV6_ROUTING_HEADER, 42",
    "43, 0600ff0100000000, IPV6_ROUTING_HEADER, 42",
    "44, 0600000012345678, NONE, 48", // atomic
    "44, 06ff000612345678, NONE, 48", // reserved bits say nothing
    "44, 0600000112345678 00000000, IP_FRAGMENT, 48",
    "44, 0600fff812345678 00000000, IP_FRAGMENT, 48",
    "44, 2c00000012345678 0600000012345678, IPV6_EXTENSION_ORDER, 40",
    "44, 3c00000012345678 0600010400000000, NONE, 56",
    "50, 0000000000000000, NONE, 40", // ESP is a payload that nobody here knows
  })
  void chains(int first, String rest, DropReason verdict, int offset) {
    PacketBuffer packet = packet(first, Packets.hex(rest));
    IpHeader ip = new IpHeader();
    assertThat(ip.parse(packet)).isEqualTo(verdict);
    boolean hasPayload = verdict == DropReason.NONE
        || verdict == DropReason.IP_FRAGMENT
        || verdict == DropReason.IPV6_NO_NEXT_HEADER;
    assertThat(hasPayload ? ip.payloadOffset : ip.problemOffset).isEqualTo(offset);
    if (hasPayload) {
      assertThat(ip.payloadLength).isEqualTo(packet.length() - offset);
      assertThat(packet.u8(ip.protocolOffset)).isEqualTo(ip.protocol);
    }
  }

  @Test
  void fragmentsTellWhereTheyBelong() {
    IpHeader ip = new IpHeader();
    assertThat(ip.parse(packet(44, Packets.hex("0600 0571 89abcdef 0000"))))
        .isEqualTo(DropReason.IP_FRAGMENT);
    assertThat(ip.fragmentOffset).isEqualTo(0x570);
    assertThat(ip.moreFragments).isTrue();
    assertThat(ip.identification).isEqualTo(0x89ab_cdef);
  }

  @Test
  @Tag("ATTACK-37")
  void eightHeadersAreTakenAndNotNine() {
    for (int count = 7; count <= 10; count++) {
      ByteArrayOutputStream rest = new ByteArrayOutputStream();
      for (int i = 0; i < count; i++) {
        rest.writeBytes(Packets.hex(i == count - 1 ? "0600010400000000" : "3c00010400000000"));
      }
      assertThat(new IpHeader().parse(packet(60, rest.toByteArray())))
          .isEqualTo(count <= 8 ? DropReason.NONE : DropReason.IPV6_EXTENSION_COUNT);
    }
  }

  @Test
  @Tag("ATTACK-37")
  void eightOptionsAreTakenAndNotNine() {
    for (int count = 7; count <= 9; count++) {
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      int length = (2 + 3 * count + 7) & ~7;
      header.writeBytes(new byte[] {6, (byte) (length / 8 - 1)});
      for (int i = 0; i < count; i++) {
        header.writeBytes(Packets.hex("1e0100"));
      }
      header.writeBytes(new byte[length - header.size()]);
      assertThat(new IpHeader().parse(packet(60, header.toByteArray())))
          .isEqualTo(count <= 8 ? DropReason.NONE : DropReason.IPV6_OPTION_COUNT);
    }
  }

  @ParameterizedTest
  @CsvSource({"8, ::ffff:198.18.0.1", "24, ::ffff:198.18.0.2"})
  void mappedAddressesHaveNoPlaceOnAWire(int at, String address) {
    PacketBuffer packet = packet(6, new byte[20]);
    packet.i64(at, IpAddress.parse(address).high());
    packet.i64(at + 8, IpAddress.parse(address).low());
    assertThat(new IpHeader().parse(packet)).isEqualTo(DropReason.ADDRESS_MAPPED);
  }

  // ---- a grammar: lawful chains are taken, damaged ones end in bounds

  /// @param first what the fixed header names
  /// @param octets all that follows it
  /// @param headers how many of these octets are extension headers
  @SuppressWarnings("ArrayRecordComponent") // never compared, and damaged on purpose
  private record Chain(int first, byte[] octets, int headers) {}

  private static Chain lawfulChain(Random random) {
    int count = random.nextInt(1, 7);
    int[] kinds = new int[count + 1];
    boolean fragment = false;
    for (int i = 0; i < count; i++) {
      int[] choice = {i == 0 ? 0 : 60, 43, fragment ? 60 : 44, 60};
      kinds[i] = choice[random.nextInt(4)];
      fragment |= kinds[i] == 44;
    }
    kinds[count] = random.nextBoolean() ? IpProtocol.TCP : IpProtocol.UDP;
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      octets.writeBytes(header(kinds[i], kinds[i + 1], random));
    }
    int headers = octets.size();
    octets.writeBytes(Packets.random(random, random.nextInt(30)));
    return new Chain(kinds[0], octets.toByteArray(), headers);
  }

  private static byte[] header(int kind, int next, Random random) {
    if (kind == IpProtocol.FRAGMENT) {
      return new byte[] {(byte) next, 0, 0, 0, 1, 2, 3, 4};
    }
    int length = 8 * random.nextInt(1, 5);
    byte[] header = new byte[length];
    header[0] = (byte) next;
    header[1] = (byte) (length / 8 - 1);
    if (kind == IpProtocol.ROUTING) {
      header[2] = (byte) random.nextInt(5);
    } else {
      header[2] = 0x1e; // one unknown option that may be skipped
      header[3] = (byte) (length - 4);
    }
    return header;
  }

  @Test
  void lawfulChainsAreWalkedToTheirEnd() {
    Random random = new Random(8200);
    IpHeader ip = new IpHeader();
    for (int i = 0; i < 5_000; i++) {
      Chain chain = lawfulChain(random);
      assertThat(ip.parse(packet(chain.first, chain.octets)))
          .as("%d", i)
          .isEqualTo(DropReason.NONE);
      assertThat(ip.payloadOffset).isEqualTo(40 + chain.headers);
      assertThat(ip.protocol).isIn(IpProtocol.TCP, IpProtocol.UDP);
    }
  }

  @Test
  @Tag("ATTACK-32")
  void damagedChainsEndInBounds() {
    Random random = new Random(13_984);
    IpHeader ip = new IpHeader();
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      Chain chain = lawfulChain(random);
      for (int damage = random.nextInt(1, 4); damage > 0; damage--) {
        int[] values = {0, 1, 2, 6, 43, 44, 59, 60, 127, 128, 255};
        chain.octets[random.nextInt(chain.octets.length)] =
            (byte) values[random.nextInt(values.length)];
      }
      PacketBuffer packet = packet(chain.first, chain.octets);
      DropReason verdict = ip.parse(packet);
      if (verdict == DropReason.NONE || verdict == DropReason.IP_FRAGMENT) {
        assertThat(ip.payloadOffset + ip.payloadLength).isEqualTo(packet.length());
        assertThat(ip.payloadLength).isNotNegative();
      } else {
        assertThat(ip.problemOffset).isBetween(0, packet.length());
        refused++;
      }
    }
    assertThat(refused).isBetween(10_000, 90_000);
  }

  @Test
  void chainsCutAnywhereEndInBounds() {
    Random random = new Random(7112);
    IpHeader ip = new IpHeader();
    for (int i = 0; i < 300; i++) {
      Chain chain = lawfulChain(random);
      for (int length = 0; length < chain.headers; length++) {
        PacketBuffer packet = packet(chain.first, Arrays.copyOf(chain.octets, length));
        assertThat(ip.parse(packet))
            .as("chain %d cut to %d", i, length)
            .isIn(DropReason.IPV6_EXTENSION_LENGTH, DropReason.IPV6_EXTENSION_COUNT);
      }
    }
  }
}
