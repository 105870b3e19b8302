package dev.sluice.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Over a link that takes and gives packets in pieces everything arrives as it was sent,
/// whichever connection the memory was offered for.
class PacketsInPiecesTest {
  private static final int OCTETS = 600_000;

  private static void offload(HostConfig config) {
    config.link = new LinkCapabilities(1_500, 65_535, PacketBuffer.MAX_PACKET, true);
  }

  @ParameterizedTest
  @CsvSource({"198.18.0.2, 0", "fd5a::2, 0", "198.18.0.2, 7", "fd5a::2, 5"})
  void bothWaysOnSeveralConnections(String server, int loses) throws IOException {
    TwoHosts hosts = new TwoHosts(PacketsInPiecesTest::offload, PacketsInPiecesTest::offload);
    hosts.gathers = true;
    hosts.listen(7);
    Random random = new Random(loses + 1);
    List<TwoHosts.User> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(hosts.connect(server, 7));
    }
    hosts.advance(TwoHosts.SECOND);
    hosts.lost = packet -> packet.length > 1_000 && loses > 0 && random.nextInt(loses) == 0;
    List<byte[]> there = new ArrayList<>();
    List<byte[]> back = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      there.add(write(hosts, hosts.client, clients.get(i), random));
      back.add(write(hosts, hosts.server, hosts.accepted.get(i), random));
    }
    hosts.advance(600 * TwoHosts.SECOND);

    for (int i = 0; i < clients.size(); i++) {
      assertThat(hosts.accepted.get(i).receivedOctets()).isEqualTo(there.get(i));
      assertThat(clients.get(i).receivedOctets()).isEqualTo(back.get(i));
    }
  }

  private static byte[] write(TwoHosts hosts, Host host, TwoHosts.User user, Random random) {
    byte[] text = new byte[OCTETS];
    random.nextBytes(text);
    for (int at = 0; at < OCTETS; ) {
      int part = Math.min(OCTETS - at, 1 + random.nextInt(70_000));
      user.toWrite.add(ByteBuffer.wrap(text, at, part));
      at += part;
    }
    hosts.attend(host, user);
    return text;
  }
}
