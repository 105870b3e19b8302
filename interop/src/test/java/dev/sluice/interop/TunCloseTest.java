package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both orders of close, each step seen from both sides: by the kernel's `ss` and by
/// `netstat` of the running stack. And TIME-WAIT: how long, and what it forbids.
@SuppressWarnings("try") // sockets are closed in the middle: that is what is tested
class TunCloseTest {
  /// TIME-WAIT lasts as long as most tests run, so that nothing hangs on its end.
  private static final String LONG_MSL = "60s";

  @RegisterExtension
  static final OnTun SLUICE = OnTun.with("--msl", LONG_MSL);

  @ParameterizedTest
  @EnumSource
  void kernelClosesFirst(Family family) throws IOException {
    try (ServerSocket server = Kernel.listen(family);
        Child connect = connect(family, server);
        Socket peer = server.accept()) {
      int port = server.getLocalPort();
      String kernel = family.endpoint(family.kernel, port);
      SLUICE.serve().awaitTransition(kernel, "ESTABLISHED");

      peer.shutdownOutput();
      SLUICE.serve().awaitSocket(port, "CLOSE_WAIT");
      Kernel.awaitStates(port, "FIN-WAIT-2");

      connect.say("said after the peer's FIN");
      connect.closeInput();
      assertThat(peer.getInputStream().readAllBytes())
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo("said after the peer's FIN\n");
      Kernel.awaitStates(port, "TIME-WAIT");
      SLUICE.serve().awaitTransition(kernel, "CLOSED");
      assertThat(SLUICE.serve().pathOf(kernel))
          .containsExactly("SYN-SENT", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED");
      assertThat(SLUICE.serve().socketsOf(port)).isEmpty();
      assertThat(connect.awaitExit()).as("%s", connect).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sluiceClosesFirst(Family family) throws IOException {
    try (ServerSocket server = Kernel.listen(family);
        Child connect = connect(family, server);
        Socket peer = server.accept()) {
      int port = server.getLocalPort();
      String kernel = family.endpoint(family.kernel, port);
      SLUICE.serve().awaitTransition(kernel, "ESTABLISHED");

      connect.closeInput();
      Kernel.awaitStates(port, "CLOSE-WAIT");
      SLUICE.serve().awaitSocket(port, "FIN_WAIT_2");

      peer.getOutputStream().write("said after our FIN\n".getBytes(StandardCharsets.US_ASCII));
      connect.awaitLine("the text", "said after our FIN"::equals);
      peer.close();
      SLUICE.serve().awaitSocket(port, "TIME_WAIT");
      Kernel.awaitStates(port);
      assertThat(SLUICE.serve().pathOf(kernel))
          .containsExactly("SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT");
      assertThat(connect.awaitExit()).as("%s", connect).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void closeCommandSendsFin(Family family) throws IOException {
    try (Socket socket = Kernel.connect(family.sluice(7))) {
      int port = socket.getLocalPort();
      EchoClient.exchange(socket, "hello");
      long id = SLUICE.serve().awaitSocket(port, "ESTABLISHED").id();
      SLUICE.serve().run("close", Long.toString(id));
      assertThat(socket.getInputStream().read()).as("end of stream").isEqualTo(-1);
      assertThat(Kernel.states(port)).containsExactly("CLOSE-WAIT");
      SLUICE.serve().awaitSocket(port, "FIN_WAIT_2");
      socket.close();
      SLUICE.serve().awaitSocket(port, "TIME_WAIT");
    }
  }

  @ParameterizedTest
  @EnumSource
  void portInTimeWaitIsRefusedToBind(Family family) throws IOException {
    try (ServerSocket server = Kernel.listen(family)) {
      int port = server.getLocalPort();
      String source = family.endpoint(family.sluice, 4_000);
      try (Child first = connect(family, server, "--source", source);
          Socket peer = server.accept()) {
        first.closeInput();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
      }
      SLUICE.serve().awaitSocket(port, "TIME_WAIT");

      try (Child second = connect(family, server, "--source", source)) {
        second.closeInput();
        assertThat(second.awaitExit()).as("%s", second).isEqualTo(1);
        assertThat(second.lines()).hasSize(1);
        assertThat(second.text()).contains("in use");
      }
      try (Child other =
              connect(family, server, "--source", family.endpoint(family.sluice, 4_001));
          Socket peer = server.accept()) {
        other.closeInput();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void timeWaitLastsTwiceTheLifetimeThatIsSet(Family family) throws IOException {
    SLUICE.serve().run("set", "stack", "msl=1s");
    try (ServerSocket server = Kernel.listen(family)) {
      int port = server.getLocalPort();
      String kernel = family.endpoint(family.kernel, port);
      String source = family.endpoint(family.sluice, 4_100);
      try (Child first = connect(family, server, "--source", source);
          Socket peer = server.accept()) {
        first.closeInput();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
      }
      Serve.Transition begun = SLUICE.serve().awaitTransition(kernel, "TIME-WAIT");
      Serve.Transition ended = SLUICE.serve().awaitTransition(kernel, "CLOSED");
      assertThat(ended.since(begun)).isBetween(Duration.ofMillis(1_950), Duration.ofSeconds(10));
      assertThat(SLUICE.serve().socketsOf(port)).isEmpty();

      try (Child second = connect(family, server, "--source", source);
          Socket peer = server.accept()) {
        second.closeInput();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      SLUICE.serve().run("set", "stack", "msl=" + LONG_MSL);
    }
  }

  private static Child connect(Family family, ServerSocket server, String... more) {
    String[] command = new String[3 + more.length];
    command[0] = "connect";
    command[1] = family.kernel;
    command[2] = Integer.toString(server.getLocalPort());
    System.arraycopy(more, 0, command, 3, more.length);
    return SLUICE.serve().begin(command);
  }
}
