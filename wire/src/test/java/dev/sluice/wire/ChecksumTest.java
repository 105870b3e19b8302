package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChecksumTest {
  private static MemorySegment nativeCopy(byte[] octets, int offset) {
    MemorySegment memory = Arena.ofAuto().allocate(offset + octets.length + 1L, 8);
    memory.fill((byte) 0xa5);
    MemorySegment.copy(MemorySegment.ofArray(octets), 0, memory, offset, octets.length);
    return memory;
  }

  @Test
  void theSumIsThatOfTheRfcAtEveryAlignmentAndLength() {
    Random random = new Random(1071);
    for (int offset = 0; offset < 9; offset++) {
      for (int length = 0; length < 200; length++) {
        byte[] octets = Packets.random(random, length);
        assertThat(Checksum.sum(nativeCopy(octets, offset), offset, length))
            .as("offset %d, length %d", offset, length)
            .isEqualTo(Packets.naiveSum(octets));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1479, 1480, 9000, 65_535, 65_575})
  void noCarryIsLostInLongPackets(int length) {
    byte[] random = Packets.random(new Random(length), length);
    byte[] ones = new byte[length];
    Arrays.fill(ones, (byte) 0xff);
    assertThat(Checksum.sum(nativeCopy(random, 3), 3, length)).isEqualTo(Packets.naiveSum(random));
    assertThat(Checksum.sum(nativeCopy(ones, 1), 1, length)).isEqualTo(Packets.naiveSum(ones));
    assertThat(Checksum.sum(nativeCopy(new byte[length], 0), 0, length)).isZero();
  }

  @Test
  void sumsOfPartsMakeTheSumOfTheWhole() {
    byte[] octets = Packets.random(new Random(2), 101);
    MemorySegment memory = nativeCopy(octets, 0);
    int whole = Checksum.sum(memory, 0, octets.length);
    for (int cut = 0; cut <= octets.length; cut++) {
      int first = Checksum.sum(memory, 0, cut);
      int second = Checksum.sum(memory, cut, octets.length - cut);
      assertThat(Checksum.combine(first, second, cut)).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.1, 198.18.0.2, 6, 20",
    "255.255.255.255, 255.255.255.254, 17, 65515",
    "fd5a::1, fd5a::2, 6, 65535",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe80::1234:5678:9abc:def0, 58, 65536",
  })
  void thePseudoHeaderIsTheOneOfTheFamily(String from, String to, int protocol, int length) {
    IpAddress source = IpAddress.parse(from);
    IpAddress destination = IpAddress.parse(to);
    ByteBuffer header = ByteBuffer.allocate(40);
    header.put(source.toInetAddress().getAddress());
    header.put(destination.toInetAddress().getAddress());
    header.putInt(length).putInt(protocol);
    assertThat(Checksum.pseudoHeader(
            source.high(), source.low(), destination.high(), destination.low(), protocol, length))
        .isEqualTo(Packets.naiveSum(header.array()));
  }

  /// The numbers of RFC 1071 §3.
  @Test
  void theExampleOfTheRfc() {
    byte[] octets = Packets.hex("0001 f203 f4f5 f6f7");
    int sum = Checksum.sum(nativeCopy(octets, 0), 0, 8);
    assertThat(sum).isEqualTo(0xddf2);
    assertThat(Checksum.ofSum(sum)).isEqualTo(0x220d);
    assertThat(Checksum.isIntact(Checksum.combine(sum, 0x220d))).isTrue();
    assertThat(Checksum.isIntact(sum)).isFalse();
  }
}
