package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which of its addresses a host with several puts on what it sends.
class SourceAddressTest {
  /// Of these, the host itself would talk to `PEER` from the first one.
  private static final String NEAR = "198.18.0.2";

  private static final String OTHER = "10.0.0.5";
  private static final String PEER = "198.18.0.1";

  private final TestHost test = new TestHost(NEAR + "/24", OTHER + "/8", "fd5a::2/64");
  private final List<Connection> accepted = new ArrayList<>();

  private Segment sent() {
    test.poll();
    List<byte[]> sent = test.takeSent();
    assertThat(sent).hasSize(1);
    return TestHost.parse(sent.getFirst());
  }

  private void connect(@Nullable Binding binding, String peer) throws IOException {
    test.host.connect(
        binding, IpAddress.parse(peer), 7, new ConnectionOptions(), (c, event) -> {}, 0);
  }

  @Test
  @Tag("MUST-43")
  void synComesFromTheAddressTheUserNamed() throws IOException {
    connect(test.host.bind(IpAddress.parse(OTHER), 0, false), PEER);

    assertThat(sent().source()).hasToString(OTHER);
  }

  @ParameterizedTest
  @CsvSource({PEER + ", " + NEAR, "10.200.1.1, " + OTHER, "fd5a::1, fd5a::2"})
  @Tag("MUST-44")
  void synComesFromTheAddressThatSuitsThePeerIfTheUserNamedNone(String peer, String source)
      throws IOException {
    connect(null, peer);
    assertThat(sent().source()).hasToString(source);
    connect(test.host.bind(IpAddress.ANY_V6, 0, false), peer);
    assertThat(sent().source()).hasToString(source);
  }

  @Test
  @Tag("MUST-45")
  void allSegmentsOfAConnectionComeFromTheAddressItBeganWith() throws IOException {
    test.host.listen(
        test.host.bind(IpAddress.ANY_V6, 7, false),
        new ConnectionOptions(),
        new ListenerLimits(10, 10),
        (listener, connection) -> {
          accepted.add(connection);
          return (c, event) -> {};
        });
    test.receive(tcp(PEER, OTHER, 7, Flags.SYN));
    Segment synAck = sent();
    Segment repeated = later();
    test.receive(tcp(PEER, OTHER, 7, segment -> {
      segment.flags = Flags.ACK;
      segment.seq = 1_001;
      segment.ack = synAck.seq + 1;
    }));
    Connection connection = accepted.getFirst();
    connection.write(ByteBuffer.allocate(10));
    test.host.attend(connection);
    Segment text = sent();
    Segment textAgain = later();
    connection.abort(test.nowNanos);
    test.host.attend(connection);
    Segment reset = sent();

    assertThat(repeated.has(Flags.SYN)).isTrue();
    assertThat(textAgain.payloadLength).isEqualTo(10);
    assertThat(reset.has(Flags.RST)).isTrue();
    assertThat(List.of(synAck, repeated, text, textAgain, reset))
        .allSatisfy(segment -> assertThat(segment.source()).hasToString(OTHER));
  }

  /// What a timer sends next.
  private Segment later() {
    test.nowNanos = test.host.nextDeadlineNanos();
    test.host.onDeadlines(test.nowNanos);
    return sent();
  }
}
