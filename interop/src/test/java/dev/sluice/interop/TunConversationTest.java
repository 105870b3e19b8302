package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.view.SocketView;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The kernel's usual clients talk to the services on a TUN device.
class TunConversationTest {
  @RegisterExtension
  static final OnTun SLUICE = OnTun.with();

  @ParameterizedTest
  @EnumSource
  void pingIsAnswered(Family family) {
    Machine.assumePrograms("ping");
    Child ping = Child.run("ping", "-n", "-c", "3", "-i", "0.2", "-W", "10", family.sluice);
    assertThat(ping.awaitExit()).as("%s", ping).isZero();
    assertThat(ping.text()).contains("3 received, 0% packet loss");
  }

  @ParameterizedTest
  @EnumSource
  void curlGetsTheBuiltInPage(Family family) {
    Machine.assumePrograms("curl");
    Child curl = Child.run("curl", "-sS", "--fail", "-m", "20", "-i", family.url("/"));
    assertThat(curl.awaitExit()).as("%s", curl).isZero();
    assertThat(curl.text()).startsWith("HTTP/1.1 200").contains("Server: Sluice", "<title>");
  }

  @ParameterizedTest
  @EnumSource
  void curlSeesItsOwnConnection(Family family) {
    Machine.assumePrograms("curl");
    Child curl = Child.run("curl", "-sS", "--fail", "-m", "20", family.url("/netstat.json"));
    assertThat(curl.awaitExit()).as("%s", curl).isZero();
    assertThat(curl.text())
        .contains("\"state\":\"ESTABLISHED\"", "\"remoteAddress\":\"" + family.kernel + "\"");
  }

  @ParameterizedTest
  @EnumSource
  void ncHalfClosesAndStillGetsItsEcho(Family family) throws IOException {
    Machine.assumePrograms("nc");
    String text = "a line of an echo\n".repeat(5_000);
    java.nio.file.Path file = SLUICE.scratch().resolve("lines");
    Files.writeString(file, text);
    Child nc = Child.run("sh", "-c", "nc -N -w 20 " + family.sluice + " 7 <" + file);
    assertThat(nc.awaitExit()).as("exit code of nc").isZero();
    assertThat(nc.text() + "\n").isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource
  void daytimeClosesFirst(Family family) {
    Machine.assumePrograms("nc");
    Child nc = Child.run("nc", "-d", "-w", "20", family.sluice, "13");
    assertThat(nc.text()).matches("\\w+, \\w+ \\d+, \\d{4} \\d\\d:\\d\\d:\\d\\d-\\S+");
  }

  @ParameterizedTest
  @EnumSource
  void closedPortIsRefused(Family family) {
    assertThatThrownBy(() -> Kernel.connect(family.sluice(81)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("refused");
  }

  @ParameterizedTest
  @EnumSource
  void connectionsPassThroughTheStates(Family family) throws IOException {
    Socket socket = Kernel.connect(family.sluice(7));
    int port = socket.getLocalPort();
    String us = family.endpoint(family.kernel, port);
    EchoClient.exchange(socket, "hello");
    SocketView shown = SLUICE.serve().awaitSocket(port, "ESTABLISHED");
    assertThat(shown.localPort()).isEqualTo(7);
    assertThat(shown.detail()).isNotNull();
    assertThat(Kernel.states(port)).containsExactly("ESTAB");

    socket.close();
    SLUICE.serve().awaitTransition(us, "CLOSED");
    assertThat(SLUICE.serve().pathOf(us))
        .containsExactly("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED");
    Kernel.awaitStates(port, "TIME-WAIT");
    assertThat(SLUICE.serve().socketsOf(port)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void resetByTheKernelEndsTheConnectionAtOnce(Family family) throws IOException {
    Socket socket = Kernel.connect(family.sluice(7));
    int port = socket.getLocalPort();
    String us = family.endpoint(family.kernel, port);
    EchoClient.exchange(socket, "hello");
    socket.setSoLinger(true, 0);
    socket.close();
    Serve.Transition last = SLUICE.serve().awaitTransition(us, "CLOSED");
    assertThat(last.from()).isEqualTo("ESTABLISHED");
    assertThat(last.cause()).contains("RST");
    assertThat(Kernel.states(port)).isEmpty();
    assertThat(SLUICE.serve().socketsOf(port)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void resetByUsIsSeenByTheKernel(Family family) throws IOException {
    try (Socket socket = Kernel.connect(family.sluice(7))) {
      int port = socket.getLocalPort();
      EchoClient.exchange(socket, "hello");
      long id = SLUICE.serve().awaitSocket(port, "ESTABLISHED").id();
      SLUICE.serve().run("close", Long.toString(id), "--reset");
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(Kernel.states(port)).isEmpty();
      assertThat(SLUICE.serve().socketsOf(port)).isEmpty();
      assertThat(SLUICE.serve().pathOf(family.endpoint(family.kernel, port)))
          .isEqualTo(List.of("SYN-RECEIVED", "ESTABLISHED", "CLOSED"));
    }
  }
}
