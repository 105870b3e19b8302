package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CongestionMarkTest {
  /// RFC 3168 §5: what is not ECN-capable is never marked.
  @ParameterizedTest
  @CsvSource({
    "true, 0, false, 0",
    "true, 1, true, 3",
    "true, 2, true, 3",
    "true, 3, true, 3",
    "false, 0, false, 0",
    "false, 1, true, 3",
    "false, 2, true, 3",
    "false, 3, true, 3"
  })
  void onlyWhatItsSenderAllowsIsMarked(boolean v4, int codepoint, boolean marked, int after) {
    Segment segment = Packets.segment(v4);
    segment.trafficClass = 46 << 2 | codepoint;
    PacketBuffer packet = PacketBuffer.ofMaximumSize();
    TcpCodec.encode(segment, OptionLayout.LINUX, false, packet);
    assertThat(CongestionMark.set(packet)).isEqualTo(marked);
    IpHeader ip = new IpHeader();
    assertThat(ip.parse(packet)).as("the checksum follows").isEqualTo(DropReason.NONE);
    assertThat(ip.trafficClass).isEqualTo(46 << 2 | after);
    Segment in = new Segment();
    assertThat(TcpCodec.parse(packet, ip, in)).isEqualTo(DropReason.NONE);
  }
}
