package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A packet in pieces is the same packet.
class PacketTailTest {
  private static byte[] octets(Random random, int count) {
    byte[] octets = new byte[count];
    random.nextBytes(octets);
    return octets;
  }

  /// Puts a packet into a head and pieces of random sizes.
  private static PacketBuffer inPieces(byte[] whole, int head, Random random) {
    PacketBuffer packet = PacketBuffer.ofMaximumSize();
    packet.copyFrom(Arrays.copyOf(whole, head));
    int at = head;
    for (int i = 0; at < whole.length; i++) {
      boolean isLast = i == PacketBuffer.MAX_PIECES - 1;
      int part = isLast ? whole.length - at : 1 + random.nextInt(whole.length - at);
      int offset = random.nextInt(10);
      byte[] piece = new byte[offset + part];
      System.arraycopy(whole, at, piece, offset, part);
      packet.append(MemorySegment.ofArray(piece), offset, part);
      at += part;
    }
    return packet;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void allThatCopiesSeesTheWhole(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] whole = octets(random, 100 + random.nextInt(5_000));
      int head = 20 + random.nextInt(60);
      PacketBuffer packet = inPieces(whole, head, random);
      assertThat(packet.length()).isEqualTo(whole.length);
      assertThat(packet.headLength()).isEqualTo(head);
      assertThat(packet.toArray()).isEqualTo(whole);

      int from = random.nextInt(whole.length);
      byte[] part = new byte[random.nextInt(whole.length - from + 1)];
      packet.copyTo(from, MemorySegment.ofArray(part), 0, part.length);
      assertThat(part).isEqualTo(Arrays.copyOfRange(whole, from, from + part.length));

      PacketBuffer copy = PacketBuffer.ofMaximumSize();
      copy.copyFrom(packet);
      assertThat(copy.pieceCount()).isZero();
      assertThat(copy.toArray()).isEqualTo(whole);

      packet.flatten();
      assertThat(packet.headLength()).isEqualTo(whole.length);
      assertThat(packet.u8(whole.length - 1)).isEqualTo(whole[whole.length - 1] & 0xff);
      assertThat(packet.toArray()).isEqualTo(whole);
    }
  }

  @Test
  void piecesThatAPacketDoesNotReachFallOff() {
    PacketBuffer packet = new PacketBuffer(1_000);
    MemorySegment memory = MemorySegment.ofArray(new byte[300]);
    for (int arrived : new int[] {30, 52, 53, 152, 153, 352}) {
      packet.reset(52);
      packet.append(memory, 0, 100);
      packet.append(memory, 100, 200);
      packet.tailOwner(this);
      packet.arrived(arrived);
      assertThat(packet.length()).isEqualTo(arrived);
      assertThat(packet.headLength()).isEqualTo(Math.min(52, arrived));
      assertThat(packet.pieceCount()).isEqualTo(arrived <= 52 ? 0 : arrived <= 152 ? 1 : 2);
      assertThat(packet.tailOwner()).isEqualTo(arrived <= 52 ? null : this);
    }
  }

  @Test
  void aCopyDoesNotGoBeyondTheEnd() {
    PacketBuffer packet = inPieces(new byte[200], 40, new Random(1));
    MemorySegment target = MemorySegment.ofArray(new byte[300]);
    assertThatThrownBy(() -> packet.copyTo(100, target, 0, 101))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void textThatStaysWhereItLiesMakesTheSamePacket() {
    byte[] text = octets(new Random(5), 20_000);
    MemorySegment memory = MemorySegment.ofArray(text);
    Payload payload = new Payload() {
      @Override
      public void copyTo(long position, MemorySegment target, long targetOffset, int length) {
        MemorySegment.copy(
            text, (int) position, target, ValueLayout.JAVA_BYTE, targetOffset, length);
      }

      @Override
      public boolean appendTo(PacketBuffer packet, long position, int length) {
        packet.append(memory, (int) position, 10_000);
        packet.append(memory, (int) position + 10_000, length - 10_000);
        return true;
      }
    };
    Segment segment = new Segment();
    segment.address(
        new FourTuple(IpAddress.parse("198.18.0.1"), 1, IpAddress.parse("198.18.0.2"), 2));
    segment.flags = Flags.ACK;
    segment.payload = payload;
    segment.payloadPosition = 3;
    segment.payloadLength = 19_000;
    segment.segmentSize = 1_460;

    PacketBuffer inOne = PacketBuffer.ofMaximumSize();
    TcpCodec.encode(segment, OptionLayout.LINUX, true, inOne);
    PacketBuffer inPieces = PacketBuffer.ofMaximumSize();
    inPieces.gathers(true);
    TcpCodec.encode(segment, OptionLayout.LINUX, true, inPieces);
    PacketBuffer complete = PacketBuffer.ofMaximumSize();
    complete.gathers(true);
    TcpCodec.encode(segment, OptionLayout.LINUX, false, complete);

    assertThat(inOne.pieceCount()).isZero();
    assertThat(inPieces.pieceCount()).isEqualTo(2);
    assertThat(inPieces.toArray()).isEqualTo(inOne.toArray());
    assertThat(inPieces.segmentSize()).isEqualTo(1_460);
    assertThat(complete.pieceCount()).as("its sum has to be taken").isZero();
  }
}
