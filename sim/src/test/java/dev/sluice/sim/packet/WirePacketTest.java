package dev.sluice.sim.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.law.Law;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WirePacketTest {
  private static FourTuple tuple(boolean v4) {
    return new FourTuple(
        IpAddress.parse(v4 ? "10.0.0.1" : "fd00::1"), 1_025,
        IpAddress.parse(v4 ? "10.0.0.2" : "fd00::2"), 7);
  }

  @Test
  void sumIsThatOfTheExampleInRfc1071() {
    byte[] octets = HexFormat.of().parseHex("0001f203f4f5f6f7");
    assertThat(InternetChecksum.add(0, octets, 0, 8)).isEqualTo(0xddf2);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void whatTheBuilderBuildsIsReadBack(boolean v4) {
    WirePacket packet = WirePacket.parse(PacketBuilder.tcp(tuple(v4))
        .seq(-5)
        .ack(77)
        .with(Flags.SYN)
        .window(4_321)
        .mss(1_400)
        .windowScale(7)
        .timestamps(11, 12)
        .payload(new byte[] {1, 2, 3})
        .build());
    assertThat(packet.fault()).isNull();
    assertThat(packet.isV4()).isEqualTo(v4);
    assertThat(packet.seq()).isEqualTo(-5);
    assertThat(packet.ack()).isEqualTo(77);
    assertThat(packet.flags()).isEqualTo(Flags.SYN | Flags.ACK);
    assertThat(packet.window()).isEqualTo(4_321);
    assertThat(packet.mss()).isEqualTo(1_400);
    assertThat(packet.windowScale()).isEqualTo(7);
    assertThat(packet.tsVal()).isEqualTo(11);
    assertThat(packet.tsEcr()).isEqualTo(12);
    assertThat(packet.payloadLength()).isEqualTo(3);
    assertThat(packet.endSeq()).isEqualTo(-1);
    assertThat(packet.senderTuple()).isEqualTo(tuple(v4));
    assertThat(packet.toString()).contains("[S.] seq 4294967291:4294967295 ack 77");
  }

  @Test
  void everyTurnedBitOfATcpSegmentOverV4IsAFault() {
    byte[] sound =
        PacketBuilder.tcp(tuple(true)).seq(9).ack(8).payload(new byte[5]).build();
    for (int bit = 0; bit < 8 * sound.length; bit++) {
      byte[] copy = sound.clone();
      copy[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(WirePacket.parse(copy).fault()).as("bit %d", bit).isNotNull();
    }
  }

  @Test
  void noOctetsMakeItThrow() {
    Law.forAll(300, c -> c.octets(c.between(0, 90)), octets -> {
      WirePacket packet = WirePacket.parse(octets);
      assertThat(packet.toString()).isNotEmpty();
    });
  }

  @Test
  void noHeaderWithASoundStartMakesItThrow() {
    Law.forAll(
        300,
        c -> {
          byte[] octets =
              PacketBuilder.tcp(tuple(c.chance(50))).option(5, 10, 0, 0).build();
          for (int i = c.between(1, 6); i > 0; i--) {
            octets[(int) c.below(octets.length)] = (byte) c.below(256);
          }
          return octets;
        },
        octets -> assertThat(WirePacket.parse(octets).toString()).isNotEmpty());
  }
}
