package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.view.SocketView;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Without any privilege: the kernel's clients talk to front doors on loopback, and what
/// happens to them is what happens to Sluice's own connections on the wire behind.
@SuppressWarnings("try") // sockets are closed in the middle: that is what is tested
class FrontDoorTest {
  private static final List<String> ANY_PORTS = List.of(
      "--front-port",
      "echo=0",
      "--front-port",
      "discard=0",
      "--front-port",
      "daytime=0",
      "--front-port",
      "chargen=0",
      "--front-port",
      "http=0");
  private static final List<String> BAD_WIRE = List.of(
      "--loss", "5%", "--reorder", "5%", "--duplicate", "1%", "--delay", "2ms", "--seed", "9293");
  private static final Pattern PORT = Pattern.compile(":(\\d+)");

  @TempDir
  static Path scratch;

  private static Serve clean;
  private static Serve bad;

  @BeforeAll
  static void start() throws IOException {
    clean = Serve.start(Files.createDirectory(scratch.resolve("clean")), cleanOptions());
    List<String> options = new ArrayList<>(ANY_PORTS);
    options.addAll(BAD_WIRE);
    bad = Serve.start(Files.createDirectory(scratch.resolve("bad")), options);
  }

  private static List<String> cleanOptions() {
    List<String> options = new ArrayList<>(ANY_PORTS);
    options.addAll(List.of("--capture", scratch.resolve("wire.pcapng").toString()));
    return options;
  }

  @AfterAll
  static void end() {
    try (Serve one = clean;
        Serve other = bad) {
      one.stop();
      other.stop();
      assertThat(other.child().text()).contains(" sent again", "wire: packets");
    }
    OnTun.assertNothingRuns();
    if (Machine.has("tshark")) {
      Capture capture = new Capture(scratch.resolve("wire.pcapng"));
      assertThat(capture.packets("tcp")).isNotEmpty();
      capture.hasNothingMalformedAndNoBadChecksum();
    }
  }

  /// A service's front door, as `serve` has told.
  private static InetSocketAddress door(Serve serve, String service) {
    String line = serve.child().awaitLine(service, text -> text.startsWith("  " + service + " "));
    Matcher port = PORT.matcher(line);
    assertThat(port.find()).as(line).isTrue();
    return new InetSocketAddress(
        InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(port.group(1)));
  }

  @Test
  void echoComesBackWhole() throws IOException {
    EchoClient.wholeStreamComesBack(door(clean, "echo"), 100_000_000);
  }

  @Test
  void echoComesBackWholeOverABadWire() throws IOException {
    EchoClient.wholeStreamComesBack(door(bad, "echo"), 2_000_000);
  }

  @Test
  void manyConnectionsAtOnce() throws IOException {
    EchoClient.manyAtOnce(door(clean, "echo"), 200, 100_000);
  }

  @Test
  void manyConnectionsAtOnceOverABadWire() throws IOException {
    EchoClient.manyAtOnce(door(bad, "echo"), 50, 50_000);
  }

  @Test
  void curlGetsTheBuiltInPage() {
    Machine.assumePrograms("curl");
    for (Serve serve : List.of(clean, bad)) {
      int port = door(serve, "http").getPort();
      Child curl = Child.run("curl", "-sS", "--fail", "-m", "20", "http://127.0.0.1:" + port + "/");
      assertThat(curl.awaitExit()).as("%s", curl).isZero();
      assertThat(curl.text()).contains("<title>");
    }
  }

  @Test
  void ncHalfClosesAndStillGetsItsEcho() throws IOException {
    Machine.assumePrograms("nc");
    String text = "a line of an echo\n".repeat(2_000);
    Path file = Files.writeString(scratch.resolve("lines"), text);
    for (Serve serve : List.of(clean, bad)) {
      int port = door(serve, "echo").getPort();
      Child nc = Child.run("sh", "-c", "nc -N -w 20 127.0.0.1 " + port + " <" + file);
      assertThat(nc.awaitExit()).as("exit code of nc").isZero();
      assertThat(nc.text() + "\n").isEqualTo(text);
    }
  }

  @Test
  void daytimeClosesFirst() throws IOException {
    try (Socket socket = Kernel.connect(door(clean, "daytime"))) {
      assertThat(socket.getInputStream().readAllBytes()).asString().endsWith("\r\n");
    }
  }

  @Test
  void portIsRefusedOnceItsListenerIsClosed() throws IOException {
    InetSocketAddress door = door(clean, "discard");
    Kernel.connect(door).close();
    long listener = clean.netstat().hosts().getFirst().sockets().stream()
        .filter(socket -> socket.isListener() && socket.localPort() == 9)
        .findFirst()
        .orElseThrow()
        .id();
    clean.run("close", "server/" + listener);
    assertThatThrownBy(() -> Kernel.connect(door))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("refused");
  }

  @Test
  void resetByTheKernelResetsTheConnectionBehind() throws IOException {
    try (Socket socket = Kernel.connect(door(clean, "echo"))) {
      EchoClient.exchange(socket, "hello");
      SocketView behind = onlyEchoConnection();
      String front = behind.remoteAddress() + ":" + behind.remotePort();
      socket.setSoLinger(true, 0);
      socket.close();
      Serve.Transition last = clean.awaitTransition(front, "CLOSED");
      assertThat(last.from()).isEqualTo("ESTABLISHED");
      assertThat(last.cause()).contains("RST");
    }
  }

  @Test
  void resetOfTheConnectionBehindResetsTheKernels() throws IOException {
    try (Socket socket = Kernel.connect(door(clean, "echo"))) {
      EchoClient.exchange(socket, "hello");
      clean.run("close", "server/" + onlyEchoConnection().id(), "--reset");
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void bothOrdersOfClose() throws IOException {
    try (Socket socket = Kernel.connect(door(clean, "echo"))) {
      EchoClient.exchange(socket, "hello");
      SocketView behind = onlyEchoConnection();
      String front = behind.remoteAddress() + ":" + behind.remotePort();
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      clean.awaitTransition(front, "CLOSED");
      assertThat(clean.pathOf(front))
          .containsExactly("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED");
    }
    try (Socket socket = Kernel.connect(door(clean, "echo"))) {
      EchoClient.exchange(socket, "hello");
      SocketView behind = onlyEchoConnection();
      String front = behind.remoteAddress() + ":" + behind.remotePort();
      clean.run("close", "server/" + behind.id());
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      socket.close();
      clean.awaitTransition(front, "TIME-WAIT");
      assertThat(clean.pathOf(front))
          .containsExactly("SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT");
    }
  }

  /// The one connection that the server host has to its echo port.
  private static SocketView onlyEchoConnection() {
    List<SocketView> found = clean.netstat().hosts().getFirst().sockets().stream()
        .filter(s -> s.localPort() == 7 && s.state().equals("ESTABLISHED"))
        .toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
