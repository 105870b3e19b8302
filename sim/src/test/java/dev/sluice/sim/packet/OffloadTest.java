package dev.sluice.sim.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.law.Law;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffloadTest {
  private record Case(boolean v4, int text, int segmentSize) {}

  @Test
  void longSegmentIsCutIntoSoundPacketsThatSayTheSame() {
    Law.forAll(
        200,
        c -> new Case(c.chance(50), c.between(0, 10_000), c.between(1, 3_000)),
        OffloadTest::check);
  }

  private static void check(Case it) {
    FourTuple tuple = new FourTuple(
        IpAddress.parse(it.v4() ? "10.0.0.1" : "fd00::1"), 1,
        IpAddress.parse(it.v4() ? "10.0.0.2" : "fd00::2"), 2);
    byte[] text = new byte[it.text()];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ((i * 31) >>> 2);
    }
    PacketBuffer given = PacketBuffer.ofMaximumSize();
    given.copyFrom(PacketBuilder.tcp(tuple)
        .seq(-3_000)
        .ack(5)
        .with(Flags.FIN | Flags.PSH | Flags.CWR)
        .timestamps(1, 2)
        .payload(text)
        .build());
    given.segmentSize(it.segmentSize());
    List<WirePacket> packets =
        Offload.finish(given).stream().map(WirePacket::parse).toList();
    int at = 0;
    for (WirePacket packet : packets) {
      assertThat(packet.fault()).isNull();
      assertThat(packet.seq()).isEqualTo(-3_000 + at);
      assertThat(packet.payloadLength()).isLessThanOrEqualTo(it.segmentSize());
      assertThat(packet.has(Flags.CWR)).isEqualTo(at == 0);
      for (int i = 0; i < packet.payloadLength(); i++) {
        assertThat(packet.payload(i)).isEqualTo(text[at++]);
      }
      boolean last = at == text.length;
      assertThat(packet.has(Flags.FIN)).isEqualTo(last);
      assertThat(packet.has(Flags.PSH)).isEqualTo(last);
    }
    assertThat(at).isEqualTo(text.length);
  }
}
