package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.HOST_V6;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static dev.sluice.stack.TestPackets.PEER_V6;
import static dev.sluice.stack.TestPackets.tcp;
import static dev.sluice.stack.TestPackets.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// IP options and extension headers that TCP has no use for change nothing.
@Tag("MUST-50")
class IpOptionsTest {
  /// What a fresh host with a listener sends in answer.
  private static byte[] answerTo(byte[] packet) throws IOException {
    TestHost test = TestHost.usual();
    test.host.listen(
        test.host.bind(IpAddress.ANY_V6, 7, false),
        new ConnectionOptions(),
        new ListenerLimits(10, 10),
        (listener, connection) -> (c, event) -> {});
    test.receive(packet);
    List<byte[]> sent = test.takeSent();
    assertThat(test.drops()).isEmpty();
    assertThat(sent).hasSize(1);
    assertThat(TestHost.parse(sent.getFirst()).flags).isEqualTo(Flags.SYN | Flags.ACK);
    return sent.getFirst();
  }

  /// The packet with these octets between its IP header and its TCP header.
  private static byte[] insert(byte[] packet, int at, String hex) {
    byte[] octets = HexFormat.of().parseHex(hex);
    byte[] longer = new byte[packet.length + octets.length];
    System.arraycopy(packet, 0, longer, 0, at);
    System.arraycopy(octets, 0, longer, at, octets.length);
    System.arraycopy(packet, at, longer, at + octets.length, packet.length - at);
    return longer;
  }

  @ParameterizedTest
  @CsvSource({
    "01010101", // nothing
    "94040000", // router alert
    "4408050000000000", // timestamp
    "0707040000000000", // record route
    "9e06abcdabcd0000", // known to nobody
  })
  void synBehindIpv4OptionsIsAnsweredLikeOneWithout(String options) throws IOException {
    byte[] syn = tcp(PEER_V4, HOST_V4, 7, Flags.SYN);
    byte[] longer = insert(syn, 20, options);
    longer[0] = (byte) (0x45 + options.length() / 8);

    assertThat(answerTo(with(longer, 3, longer.length))).isEqualTo(answerTo(syn));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0600050200000100", // hop by hop: router alert
    "60, 06001e0400000000", // destination options: known to nobody, to be skipped
  })
  void synBehindIpv6OptionsIsAnsweredLikeOneWithout(int header, String octets) throws IOException {
    byte[] syn = tcp(PEER_V6, HOST_V6, 7, Flags.SYN);
    byte[] longer = with(insert(syn, 40, octets), 6, header);

    assertThat(answerTo(with(longer, 5, longer.length - 40))).isEqualTo(answerTo(syn));
  }
}
