package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.PacketBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentationTest {
  private static final int FIN = 1;
  private static final int PSH = 8;
  private static final int ACK = 16;
  private static final int CWR = 128;

  private final Segmentation segmentation = new Segmentation();
  private final PacketBuffer out = new PacketBuffer(1600);

  @ParameterizedTest
  @CsvSource({
    "true,4000,1448,3",
    "false,4000,1428,3",
    "true,2896,1448,2",
    "true,65000,1448,45",
    "false,65000,536,122",
    "true,1449,1448,2",
    "true,3,1,3"
  })
  void piecesAreLegalPacketsThatTogetherAreTheWhole(boolean isV4, int text, int size, int pieces) {
    PacketBuffer whole = Packets.tcp(isV4, text, size, CWR | FIN | PSH | ACK);
    int headers = isV4 ? Packets.V4_HEADERS : Packets.V6_HEADERS;
    int transport = isV4 ? 20 : 40;
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    segmentation.start(whole);
    for (int i = 0; i < pieces; i++) {
      assertThat(segmentation.next(out)).isTrue();
      int length = out.length() - headers;
      boolean isLast = i == pieces - 1;
      assertThat(length).isEqualTo(isLast ? text - size * (pieces - 1) : size);
      assertThat(out.u8(transport + 13))
          .isEqualTo((i == 0 ? CWR : 0) | (isLast ? FIN | PSH : 0) | ACK);
      assertThat(out.i32(transport + 4)).isEqualTo(0xffff_fff0 + i * size);
      assertThat(out.i32(transport + 24)).as("the options are repeated").isEqualTo(1);
      assertThat(Packets.hasGoodChecksum(out)).isTrue();
      assertThat(out.checksum()).isEqualTo(PacketBuffer.Checksum.COMPLETE);
      assertThat(out.segmentSize()).isZero();
      if (isV4) {
        assertThat(Packets.hasGoodHeader(out)).isTrue();
        assertThat(out.u16(2)).isEqualTo(out.length());
        assertThat(out.u16(4)).isEqualTo((0xfffe + i) & 0xffff);
      } else {
        assertThat(out.u16(4)).isEqualTo(out.length() - 40);
      }
      joined.write(out.toArray(), headers, length);
    }
    assertThat(segmentation.next(out)).isFalse();
    assertThat(segmentation.next(out)).isFalse();
    byte[] all = whole.toArray();
    assertThat(joined.toByteArray())
        .isEqualTo(java.util.Arrays.copyOfRange(all, headers, all.length));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void packetThatFitsComesOutOnceWithItsChecksumFinished(boolean isV4) {
    PacketBuffer whole = Packets.tcp(isV4, 1001, 1448, ACK | PSH);
    assertThat(Packets.hasGoodChecksum(whole)).isFalse();
    segmentation.start(whole);
    assertThat(segmentation.next(out)).isTrue();
    assertThat(Packets.hasGoodChecksum(out)).isTrue();
    assertThat(out.u8((isV4 ? 20 : 40) + 13)).isEqualTo(ACK | PSH);
    assertThat(segmentation.next(out)).isFalse();
  }

  @Test
  void completeChecksumStaysAsItIsRightOrWrong() {
    PacketBuffer whole = Packets.tcp(true, 100, 0, ACK);
    whole.u16(20 + 16, 0x1234);
    whole.checksum(PacketBuffer.Checksum.COMPLETE);
    segmentation.start(whole);
    segmentation.next(out);
    assertThat(out.toArray()).isEqualTo(whole.toArray());
  }

  @Test
  void headerThatLiesIsPassedOnUncut() {
    for (int length : new int[] {1, 19, 20, 21, 39, 40, 41, 53}) {
      for (int first : new int[] {0x45, 0x4f, 0x40, 0x60, 0x00, 0xff}) {
        PacketBuffer broken = Packets.tcp(first >>> 4 == 4, 1000, 100, ACK);
        broken.u8(0, first);
        broken.truncate(length);
        byte[] before = broken.toArray();
        segmentation.start(broken);
        assertThat(segmentation.next(out)).isTrue();
        assertThat(out.length()).isEqualTo(before.length);
        assertThat(segmentation.next(out)).isFalse();
      }
    }
  }

  @Test
  void dataOffsetBeyondTheEndIsPassedOnUncut() {
    PacketBuffer broken = Packets.tcp(true, 20, 4, ACK);
    broken.u8(20 + 12, 0xf0);
    segmentation.start(broken);
    assertThat(segmentation.next(out)).isTrue();
    assertThat(out.length()).isEqualTo(broken.length());
    assertThat(segmentation.next(out)).isFalse();
  }

  @Test
  void udpChecksumThatComesToZeroIsWrittenAsOnes() {
    PacketBuffer udp = Packets.tcp(true, 0, 0, 0);
    udp.truncate(20 + 10);
    udp.u16(2, 30);
    udp.u8(9, 17);
    for (int text = 0; text < 65_536; text++) {
      udp.u16(28, text);
      udp.checksum(PacketBuffer.Checksum.PARTIAL);
      segmentation.finishChecksum(udp);
      assertThat(udp.u16(26)).isNotZero();
    }
  }

  @Test
  void cuttingAllocatesNothing() throws IOException {
    PacketBuffer whole = Packets.tcp(true, 10_000, 1448, ACK);
    assertThat(PipeTest.allocatedBy(() -> {
          segmentation.start(whole);
          while (segmentation.next(out)) {
            // each one
          }
        }))
        .isZero();
  }
}
