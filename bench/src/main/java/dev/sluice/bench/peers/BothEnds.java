package dev.sluice.bench.peers;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.link.Pipe;
import dev.sluice.socket.Stack;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Client and server in one virtual machine, as tests and services beside each other
/// have them: two Sluice hosts on a wire in memory, or the JDK's sockets over loopback.
/// Prints one line of JSON.
///
/// ```
///   BothEnds sluice|jdk [MILLISECONDS]
/// ```
public final class BothEnds {
  private static final int CHUNK = 65_536;
  private static final int MOST_SAMPLES = 1 << 20;
  private static final LinkCapabilities WIRE =
      new LinkCapabilities(65_535, 65_535, PacketBuffer.MAX_PACKET, true);

  private final Ends ends;
  private final long measureNanos;

  private BothEnds(Ends ends, long measureNanos) {
    this.ends = ends;
    this.measureNanos = measureNanos;
  }

  /// How the two ends meet.
  private interface Ends {
    ServerSocketChannel listen(int port) throws IOException;

    /// A service on the loop, or the same as [#listen] where there is none.
    void listenOnLoop(int port) throws IOException;

    SocketChannel connect(int port) throws IOException;
  }

  /// Measures.
  ///
  /// @param words which one, and for how long each
  public static void main(String... words) throws Exception {
    long nanos = 1_000_000L * (words.length > 1 ? Integer.parseInt(words[1]) : 1_000);
    BothEnds both = new BothEnds(words[0].equals("jdk") ? new Loopback() : new Hosts(), nanos);
    double bulk = both.onVirtualThread(both::bulk);
    double channel = both.onVirtualThread(() -> both.pingPong(Services.ECHO));
    double handler = both.onVirtualThread(() -> both.pingPong(Services.ECHO + Server.ON_LOOP));
    System.out.printf(
        Locale.ROOT, "{\"bulk\":%.2f,\"channel\":%.2f,\"loop\":%.2f}%n", bulk, channel, handler);
    System.exit(0);
  }

  private interface Task {
    double run() throws IOException;
  }

  private double onVirtualThread(Task task) throws InterruptedException, ExecutionException {
    FutureTask<Double> result = new FutureTask<>(task::run);
    Thread.startVirtualThread(result);
    return result.get();
  }

  /// Gbit/s on one connection.
  private double bulk() throws IOException {
    Services.serve(ends.listen(Services.SINK), Services.SINK);
    try (SocketChannel channel = ends.connect(Services.SINK)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
      pour(channel, buffer); // to warm up
      pour(channel, buffer);
      return pour(channel, buffer);
    }
  }

  private double pour(SocketChannel channel, ByteBuffer buffer) throws IOException {
    long begin = System.nanoTime();
    long octets = 0;
    long took = 0;
    while (took < measureNanos) {
      octets += channel.write(buffer.clear());
      took = System.nanoTime() - begin;
    }
    return octets * 8.0 / took;
  }

  /// Half of the round trips of one octet took no longer, microseconds.
  private double pingPong(int port) throws IOException {
    if (port == Services.ECHO) {
      Services.serve(ends.listen(port), port);
    } else {
      ends.listenOnLoop(port);
    }
    try (SocketChannel channel = ends.connect(port)) {
      channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
      play(channel); // to warm up
      play(channel);
      return play(channel);
    }
  }

  private double play(SocketChannel channel) throws IOException {
    ByteBuffer octet = ByteBuffer.allocateDirect(1);
    long[] samples = new long[MOST_SAMPLES];
    int count = 0;
    long begin = System.nanoTime();
    long now = begin;
    while (now - begin < measureNanos && count < MOST_SAMPLES) {
      channel.write(octet.clear());
      channel.read(octet.clear());
      long then = now;
      now = System.nanoTime();
      samples[count++] = now - then;
    }
    Arrays.sort(samples, 0, count);
    return samples[count / 2] / 1e3;
  }

  /// Two hosts, a loop each, on a wire that carries 64 KiB in one piece.
  private static final class Hosts implements Ends {
    private final Stack server;
    private final Stack client;

    Hosts() throws IOException {
      Pipe.Ends wire = Pipe.create(WIRE);
      server = Stack.builder().link(wire.left()).address("198.18.0.2/24").start();
      client = Stack.builder().link(wire.right()).address("198.18.0.1/24").start();
    }

    @Override
    public ServerSocketChannel listen(int port) throws IOException {
      return server.listen(port);
    }

    @Override
    public void listenOnLoop(int port) throws IOException {
      server.listen(port, () -> Services.handler(port - Server.ON_LOOP));
    }

    @Override
    public SocketChannel connect(int port) throws IOException {
      return client.connect(new InetSocketAddress(Server.ADDRESS, port));
    }
  }

  /// What a Java program has today.
  private static final class Loopback implements Ends {
    @Override
    public ServerSocketChannel listen(int port) throws IOException {
      ServerSocketChannel server = ServerSocketChannel.open();
      return server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Override
    public void listenOnLoop(int port) throws IOException {
      Services.serve(listen(port), port - Server.ON_LOOP);
    }

    @Override
    public SocketChannel connect(int port) throws IOException {
      return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
  }
}
