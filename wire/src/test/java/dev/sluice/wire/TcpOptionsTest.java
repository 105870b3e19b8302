package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What arrives as options, from the lawful to the hostile. Each packet ends where its
/// memory ends, so that a read behind it would throw.
final class TcpOptionsTest {
  /// A segment with these octets as options and the checksum vouched for.
  private static DropReason parse(int flags, byte[] options, Segment out) {
    int length = 20 + 20 + options.length;
    PacketBuffer packet = new PacketBuffer(Math.max(68, length));
    packet.reset((int) packet.bytes().byteSize() - length, length);
    packet.u16(32, (20 + options.length) << 10 | flags);
    for (int i = 0; i < options.length; i++) {
      packet.u8(40 + i, options[i]);
    }
    packet.checksum(PacketBuffer.Checksum.VERIFIED);
    IpHeader ip = new IpHeader();
    ip.payloadOffset = 20;
    ip.payloadLength = length - 20;
    return TcpCodec.parse(packet, ip, out);
  }

  private static DropReason expected(int kind, int length, int room) {
    boolean legal = switch (kind) {
      case 0 -> true;
      case 1 -> length < 2; // the length is a kind of its own then, followed by a 1
      case 2 -> length == 4;
      case 3 -> length == 3;
      case 4 -> length == 2;
      case 5 -> length == 10 || length == 18 || length == 26 || length == 34;
      case 8 -> length == 10;
      default -> length >= 2;
    };
    boolean fits = kind < 2 || length <= room;
    return legal && fits ? DropReason.NONE : DropReason.TCP_OPTION_LENGTH;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 12, 16, 40})
  @Tag("MUST-6")
  @Tag("MUST-7")
  @Tag("MUST-68")
  @Tag("SCENARIO-38")
  @Tag("ATTACK-32")
  void everyKindAndLengthAtEveryOffsetGetsTheRightVerdict(int size) {
    Segment out = new Segment();
    for (int offset = 0; offset < 4 && offset + 1 < size; offset++) {
      int max = size - offset;
      int[] lengths = {0, 1, 2, 3, 4, 10, 18, 26, 34, max, max + 1, 128, 255};
      for (int kind = 0; kind < 256; kind++) {
        for (int length : lengths) {
          byte[] options = new byte[size];
          Arrays.fill(options, (byte) 1);
          options[offset] = (byte) kind;
          options[offset + 1] = (byte) length;
          assertThat(parse(Flags.SYN, options, out))
              .as("kind %d, length %d, at %d of %d", kind, length, offset, size)
              .isEqualTo(expected(kind, length, max));
        }
      }
    }
  }

  @Test
  @Tag("MUST-7")
  @Tag("MUST-68")
  void aKindInTheLastOctetHasNoLength() {
    for (int kind = 2; kind < 256; kind++) {
      byte[] options = {1, 1, 1, (byte) kind};
      assertThat(parse(Flags.ACK, options, new Segment())).isEqualTo(DropReason.TCP_OPTION_LENGTH);
    }
  }

  @Test
  @Tag("MUST-7")
  @Tag("ATTACK-32")
  void randomOctetsTerminateInBounds() {
    Random random = new Random(13988);
    Segment out = new Segment();
    int legal = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] options = Packets.random(random, 4 * (1 + random.nextInt(10)));
      for (int j = 0; j < options.length; j++) {
        options[j] = random.nextBoolean() ? (byte) random.nextInt(11) : options[j];
      }
      DropReason verdict = parse(random.nextInt(512), options, out);
      assertThat(verdict).isIn(DropReason.NONE, DropReason.TCP_OPTION_LENGTH);
      assertThat(out.sackCount).isBetween(0, 4);
      legal += verdict == DropReason.NONE ? 1 : 0;
    }
    assertThat(legal).isBetween(1000, 49_000);
  }

  @ParameterizedTest
  @CsvSource({
    // Anywhere, in any order, with any padding (MUST-4, MUST-64)
    "020405b4",
    "01020405 b4010101",
    "01010204 05b40000",
    "01010102 0405b400",
    "020405b4 00020402 00000000", // what follows the end is not read (MUST-69)
    "fd04aaaa 020405b4", // unknown kinds are passed over (MUST-6)
    "fe020204 05b40101",
    "02040001 020405b4", // the last counts
  })
  @Tag("MUST-4")
  @Tag("MUST-6")
  @Tag("MUST-64")
  @Tag("MUST-69")
  void mssIsFoundWhereverItStands(String options) {
    Segment out = new Segment();
    assertThat(parse(Flags.SYN, Packets.hex(options), out)).isEqualTo(DropReason.NONE);
    assertThat(out.mss).isEqualTo(1460);
  }

  @ParameterizedTest
  @ValueSource(ints = {Flags.ACK, Flags.FIN | Flags.ACK, Flags.RST, Flags.PSH | Flags.ACK})
  @Tag("MUST-5")
  @Tag("MUST-65")
  void whatBelongsOnASynIsIgnoredElsewhere(int flags) {
    Segment out = new Segment();
    byte[] options = Packets.hex("020405b4 03030704 02080a00 00000100 00000200");
    assertThat(parse(flags, options, out)).isEqualTo(DropReason.NONE);
    assertThat(out.mss).isEqualTo(Segment.ABSENT);
    assertThat(out.windowScale).isEqualTo(Segment.ABSENT);
    assertThat(out.sackPermitted).isFalse();
    assertThat(out.hasTimestamps).isTrue();
    assertThat(out.tsVal).isEqualTo(1);
    assertThat(out.tsEcr).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    // octets of the option, cookie length found
    "2202 0101, 0",
    "2206 01020304, 4",
    "2205 010203, -1",
    "2204 0102, -1",
    "2207 0102030405, -1",
    "2212 0102030405060708090a0b0c0d0e0f10, 16",
    "2214 0102030405060708090a0b0c0d0e0f101112, -1",
    "fe04 f989, 0",
    "fe08 f989 01020304, 4",
    "fe04 f988, -1",
    "fe03 f9, -1",
  })
  void cookiesOfAnotherLengthThanTheRfcsAreIgnored(String octets, int length) {
    byte[] option = Packets.hex(octets);
    byte[] options = Arrays.copyOf(option, (option.length + 3) & ~3);
    Segment out = new Segment();
    assertThat(parse(Flags.SYN, options, out)).isEqualTo(DropReason.NONE);
    assertThat(out.fastOpenLength).isEqualTo(length);
    assertThat(parse(Flags.ACK, options, out)).isEqualTo(DropReason.NONE);
    assertThat(out.fastOpenLength).as("on no SYN").isEqualTo(Segment.ABSENT);
  }

  @Test
  @Tag("MUST-64")
  void timestampsAreFoundAtEveryOffset() {
    for (int offset = 0; offset < 6; offset++) {
      byte[] options = new byte[16];
      Arrays.fill(options, (byte) 1);
      byte[] timestamps = Packets.hex("080a 89abcdef 01234567");
      System.arraycopy(timestamps, 0, options, offset, timestamps.length);
      Segment out = new Segment();
      assertThat(parse(Flags.ACK, options, out)).isEqualTo(DropReason.NONE);
      assertThat(out.hasTimestamps).isTrue();
      assertThat(out.tsVal).isEqualTo(0x89ab_cdef);
      assertThat(out.tsEcr).isEqualTo(0x0123_4567);
    }
  }

  @Test
  void nothingOfTheSegmentBeforeRemains() {
    Segment out = new Segment();
    byte[] syn = Packets.hex("020405b4 0402080a 00000001 00000002 01030307");
    assertThat(parse(Flags.SYN, syn, out)).isEqualTo(DropReason.NONE);
    assertThat(parse(Flags.ACK, Packets.hex("01010512 00000001000000020000000300000004"), out))
        .isEqualTo(DropReason.NONE);
    assertThat(out.mss).isEqualTo(Segment.ABSENT);
    assertThat(out.windowScale).isEqualTo(Segment.ABSENT);
    assertThat(out.hasTimestamps).isFalse();
    assertThat(out.sackPermitted).isFalse();
    assertThat(out.sackCount).isEqualTo(2);
    assertThat(out.sackRight).startsWith(2, 4);
    assertThat(parse(Flags.ACK, new byte[0], out)).isEqualTo(DropReason.NONE);
    assertThat(out.sackCount).isZero();
  }
}
