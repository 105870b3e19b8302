package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The kernel's clients towards Sluice over a bad wire: in each direction one packet of
/// twenty is lost, one of twenty overtaken, one of a hundred comes twice. Nothing is lost
/// to the clients.
class TunLossTest {
  /// What a wire like this carries in a few seconds.
  private static final long BULK = 2_000_000;
  private static final int CONNECTIONS = 100;
  private static final int EACH = 50_000;

  @RegisterExtension
  static final OnTun SLUICE = OnTun.with(
          "--loss",
          "5%",
          "--reorder",
          "5%",
          "--duplicate",
          "1%",
          "--delay",
          "2ms",
          "--seed",
          "9293")
      .withFiles();

  @ParameterizedTest
  @EnumSource
  void echoComesBackWhole(Family family) throws IOException {
    EchoClient.wholeStreamComesBack(family.sluice(7), BULK);
    assertThat(SLUICE.serve().counter("tcp", "segments retransmitted")).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void fileArrivesWhole(Family family) throws IOException {
    Machine.assumePrograms("curl", "sha256sum");
    String sum;
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(SLUICE.www().resolve("file.bin")))) {
      sum = Octets.write(out, BULK);
    }
    Child curl = Child.run(
        "sh", "-c", "curl -sS --fail -m 60 '" + family.url("/file.bin") + "' | sha256sum");
    assertThat(curl.text()).startsWith(sum);
  }

  @ParameterizedTest
  @EnumSource
  void manyConnectionsAtOnce(Family family) throws IOException {
    EchoClient.manyAtOnce(family.sluice(7), CONNECTIONS, EACH);
  }

  @ParameterizedTest
  @EnumSource
  void closesReachTheirEnd(Family family) throws IOException {
    Socket socket = Kernel.connect(family.sluice(7));
    String us = family.endpoint(family.kernel, socket.getLocalPort());
    EchoClient.exchange(socket, "hello");
    socket.shutdownOutput();
    assertThat(socket.getInputStream().read()).as("end of stream").isEqualTo(-1);
    socket.close();
    SLUICE.serve().awaitTransition(us, "CLOSED");
    assertThat(SLUICE.serve().pathOf(us))
        .containsExactly("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED");
  }
}
