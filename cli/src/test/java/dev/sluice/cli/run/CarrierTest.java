package dev.sluice.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.control.ControlDirectory;
import dev.sluice.cli.control.ControlServer;
import dev.sluice.cli.control.ControlServer.RefusedException;
import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.view.SocketView.TimerView;
import dev.sluice.tcp.tcb.State;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Connections that others ask for over a control socket, and what becomes of them when
/// the asker dies: a process that ends closes its sockets, and that is done here.
@Timeout(60)
class CarrierTest {
  /// Of the server host; no service has it.
  private static final int PORT = 4_711;

  @TempDir
  Path temp;

  private final Transitions transitions = new Transitions();

  @SuppressWarnings("NullAway.Init") // start() is before every test
  private Serving serving;

  @SuppressWarnings("NullAway.Init")
  private ControlServer control;

  @BeforeEach
  void start() throws IOException {
    ServeConfig config = new ServeConfig();
    config.observers = transitions::of;
    config.frontPorts.clear();
    serving = Serving.start(config);
    ControlDirectory directory = new ControlDirectory(temp.resolve("sluice"));
    control = ControlServer.start(directory.claim("serve"), new Controls(serving).requests());
  }

  @AfterEach
  void close() throws IOException {
    control.close();
    serving.close();
  }

  private static Map<String, Object> connectTo(String host, int port) {
    return Map.of("do", "connect", "host", host, "port", port);
  }

  private LineChannel ask() throws IOException {
    return ControlDirectory.connect(control.stack());
  }

  /// A listener whose guests nobody reads from.
  private ServerSocketChannel listen() throws IOException {
    ServerSocketChannel server = serving.hosts().getFirst().stack().openServerSocketChannel();
    return server.bind(new InetSocketAddress(PORT));
  }

  private static void hangUp(LineChannel asker) throws IOException {
    asker.close();
  }

  @Test
  void anAskerThatDiesWhileConnectingEndsTheAttempt() throws Exception {
    try (LineChannel asker = ask()) {
      asker.writeLine("{\"do\":\"connect\",\"host\":\"198.18.0.99\",\"port\":7}");
      transitions.await("front/", State.SYN_SENT);
      hangUp(asker);
      assertThat(transitions.await("front/", State.CLOSED).from()).isEqualTo(State.SYN_SENT);
    }
  }

  @Test
  void whatComesBeforeTheHandshakeIsDoneIsSentAfterIt() throws Exception {
    try (LineChannel talkative = ask()) {
      talkative.writeLine("{\"do\":\"connect\",\"host\":\"server\",\"port\":7}");
      talkative.writeFrame(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      ByteBuffer frame = ByteBuffer.allocate(LineChannel.MAX_FRAME);
      assertThat(talkative.readLine()).contains("connected to 198.18.0.2:7");
      assertThat(talkative.readFrame(frame)).isEqualTo(3);
    }
  }

  @Test
  void anAskerThatDiesClosesItsConnection() throws Exception {
    try (LineChannel asker = ask()) {
      ControlServer.ask(asker, connectTo("server", 7));
      hangUp(asker);

      assertThat(transitions.await("front/", State.FIN_WAIT_1).from()).isEqualTo(State.ESTABLISHED);
    }
  }

  @Test
  void theEndOfWhatTheAskerSendsIsNotItsDeath() throws Exception {
    try (ServerSocketChannel server = listen();
        LineChannel asker = ask()) {
      ControlServer.ask(asker, connectTo("server", PORT));
      asker.writeSignal(LineChannel.END);
      try (SocketChannel guest = server.accept()) {
        assertThat(guest.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        guest.write(ByteBuffer.wrap(new byte[] {7}));
        ByteBuffer frame = ByteBuffer.allocate(LineChannel.MAX_FRAME);
        assertThat(asker.readFrame(frame)).isEqualTo(1);
        assertThat(frame.get()).isEqualTo((byte) 7);
      }
    }
  }

  @Test
  void anAskerThatDiesWhileThePeerTakesNothingResetsItsConnection() throws Exception {
    try (ServerSocketChannel server = listen();
        LineChannel asker = ask()) {
      ControlServer.ask(asker, connectTo("server", PORT));
      long id = transitions.await("front/", State.ESTABLISHED).id();
      try (SocketChannel guest = server.accept()) {
        Thread.startVirtualThread(() -> pourInto(asker));
        awaitShutWindow(id);
        hangUp(asker);

        Transitions.Seen end = transitions.await("front/", State.CLOSED);
        assertThat(end.from()).isEqualTo(State.ESTABLISHED);
        assertThatThrownBy(() -> readAll(guest)).hasMessageContaining("reset");
      }
    }
  }

  private static void pourInto(LineChannel asker) {
    try {
      while (true) {
        asker.writeFrame(ByteBuffer.allocate(LineChannel.MAX_FRAME));
      }
    } catch (IOException e) {
      // it was hung up
    }
  }

  private void awaitShutWindow(long id) {
    String timer = "";
    while (!timer.equals("probe")) {
      Thread.onSpinWait();
      timer = serving.client().view().sockets().stream()
          .filter(socket -> socket.id() == id)
          .map(socket -> socket.timer())
          .filter(Objects::nonNull)
          .map(TimerView::name)
          .findFirst()
          .orElse("");
    }
  }

  private static void readAll(SocketChannel guest) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(LineChannel.MAX_FRAME);
    while (guest.read(buffer.clear()) >= 0) {
      assertThat(buffer.position()).isPositive();
    }
  }

  @Test
  void anAddressBeyondTheWireIsUnreachableAtOnce() throws Exception {
    for (String beyond : new String[] {"203.0.113.1", "2001:db8::1", "198.18.1.2"}) {
      try (LineChannel asker = ask()) {
        assertThatThrownBy(() -> ControlServer.ask(asker, connectTo(beyond, 7)))
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining(beyond)
            .hasMessageEndingWith(": Network is unreachable");
      }
    }
  }
}
