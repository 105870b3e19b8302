package dev.sluice.interop;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/// The kernel's TCP in the namespace of the calling thread: its sockets by way of the
/// JDK, and its own view of them by way of `ss`.
final class Kernel {
  private static final int CONNECT_MILLIS = 20_000;
  private static final int READ_MILLIS = 30_000;

  private Kernel() {}

  /// A connected socket whose reads do not block for ever.
  static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(READ_MILLIS);
      socket.connect(address, CONNECT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// A listening socket on the kernel's side of the TUN device, at a free port.
  static ServerSocket listen(Family family) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, Family.inet(family.kernel));
    server.setSoTimeout(READ_MILLIS);
    return server;
  }

  /// The kernel's names of the states of its connections with this port on its side.
  static List<String> states(int localPort) {
    return Child.run("ss", "-tanH", "sport = :" + localPort).lines().stream()
        .map(line -> line.strip().replaceFirst(" .*", ""))
        .filter(state -> !state.equals("LISTEN"))
        .toList();
  }

  /// Waits until its connections with this port are in exactly these states.
  static void awaitStates(int localPort, String... states) {
    await("ss shows " + List.of(states) + " for port " + localPort)
        .atMost(Child.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> states(localPort), List.of(states)::equals);
  }
}
