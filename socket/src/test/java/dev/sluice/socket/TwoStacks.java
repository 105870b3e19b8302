package dev.sluice.socket;

import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.link.Pipe;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// Two stacks in one process, joined by a pipe that can be cut.
final class TwoStacks implements AutoCloseable {
  static final InetAddress CLIENT = InetAddress.ofLiteral("198.18.0.1");
  static final InetAddress SERVER = InetAddress.ofLiteral("198.18.0.2");
  static final InetAddress SERVER_V6 = InetAddress.ofLiteral("fd5a::2");
  /// An address on the wire's network that nobody has.
  static final InetAddress NOBODY = InetAddress.ofLiteral("198.18.0.9");

  private final CuttableLink wire;
  final Stack client;
  final Stack server;

  TwoStacks() throws IOException {
    this(new TcpSettings());
  }

  TwoStacks(TcpSettings settings) throws IOException {
    Pipe.Ends ends = Pipe.create(LinkCapabilities.plain(1_500));
    wire = new CuttableLink(ends.left());
    client = Stack.builder()
        .link(wire)
        .address("198.18.0.1/24")
        .address("fd5a::1/64")
        .settings(settings)
        .name("client-loop")
        .start();
    server = Stack.builder()
        .link(ends.right())
        .address("198.18.0.2/24")
        .address("fd5a::2/64")
        .settings(settings)
        .name("server-loop")
        .start();
  }

  /// From now on nothing goes from the client to the server.
  void cut() {
    wire.cut = true;
  }

  /// What was cut is whole again.
  void mend() {
    wire.cut = false;
  }

  static InetSocketAddress addressOf(ServerSocketChannel listener) throws IOException {
    return new InetSocketAddress(
        SERVER, ((InetSocketAddress) listener.getLocalAddress()).getPort());
  }

  /// A connection, seen from both ends.
  record Pair(SocketChannel client, SocketChannel server) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  Pair connected() throws IOException {
    try (ServerSocketChannel listener = server.listen(0)) {
      SocketChannel here = client.connect(addressOf(listener));
      return new Pair(here, listener.accept());
    }
  }

  @Override
  public void close() throws IOException {
    client.close(Duration.ofMillis(500));
    server.close(Duration.ofMillis(500));
  }

  /// Loses what is sent once it is cut.
  private static final class CuttableLink implements Link {
    private final Link link;
    private volatile boolean cut;

    CuttableLink(Link link) {
      this.link = link;
    }

    @Override
    public LinkCapabilities capabilities() {
      return link.capabilities();
    }

    @Override
    public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
      return link.receive(target, nowNanos);
    }

    @Override
    public boolean send(PacketBuffer packet, long nowNanos) throws IOException {
      return cut || link.send(packet, nowNanos);
    }

    @Override
    public long nextArrivalNanos() {
      return link.nextArrivalNanos();
    }

    @Override
    public void await(long timeoutNanos) throws IOException {
      link.await(timeoutNanos);
    }

    @Override
    public void wakeup() {
      link.wakeup();
    }

    @Override
    public void close() throws IOException {
      link.close();
    }
  }
}
