package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A capture of traffic of all kinds, as `tshark` reads it.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CaptureTest {
  private static final int PACKETS_AT_LEAST = 400;
  private static final long BULK = 1_000_000;

  @RegisterExtension
  static final OnTun SLUICE = OnTun.with("--msl", "1s").captured();

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void trafficOfAllKinds(Family family) throws IOException {
    Machine.assumePrograms("ping", "curl", "nc", "tshark");
    Child.run("ping", "-n", "-c", "2", "-i", "0.2", "-W", "10", family.sluice);
    Child.run("ping", "-n", "-c", "1", "-s", "1400", "-W", "10", family.sluice);
    Child.run("curl", "-sS", "-m", "20", family.url("/"));
    Child.run("nc", "-d", "-w", "20", family.sluice, "13");
    EchoClient.wholeStreamComesBack(family.sluice(7), BULK);
    assertThatThrownBy(() -> Kernel.connect(family.sluice(81))).isInstanceOf(IOException.class);
    try (Socket socket = Kernel.connect(family.sluice(7))) {
      EchoClient.exchange(socket, "hello");
      socket.setSoLinger(true, 0);
    }
    try (ServerSocket server = Kernel.listen(family)) {
      Child connect = SLUICE.serve().begin("connect", family.kernel, "" + server.getLocalPort());
      connect.closeInput();
      try (Socket peer = server.accept()) {
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(connect.awaitExit()).as("%s", connect).isZero();
    }
  }

  @Test
  @Order(2)
  void tsharkFindsNothingWrong() {
    Machine.assumePrograms("tshark");
    SLUICE.serve().stop();
    Capture capture = new Capture(SLUICE.capture());
    assertThat(capture.packets("tcp")).hasSizeGreaterThan(PACKETS_AT_LEAST);
    assertThat(capture.packets("icmp || icmpv6")).hasSizeGreaterThanOrEqualTo(12);
    capture.hasNothingMalformedAndNoBadChecksum();
    capture.hasNoHoles();
  }
}
