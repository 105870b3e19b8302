package dev.sluice.bench.million;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.stack.Binding;
import dev.sluice.stack.ConnectionHandler;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;

/// One host with very many connections to its echo service, whose handler runs on the
/// loop.
public final class Crowd {
  private static final String ADDRESS = "198.18.0.2";
  private static final int PORT = 7;
  private static final int BATCH_TURNS = 3;

  private final Host host;
  private final RawPeer peer;
  private final SplittableRandom random = new SplittableRandom(1);
  private int opened;

  /// @param most connections there will be
  /// @param quietAwake [HostConfig#maxQuietAwake]
  public Crowd(int most, int quietAwake) throws IOException {
    HostConfig config = new HostConfig();
    config.addresses.add(InterfaceAddress.parse(ADDRESS + "/8"));
    config.link = new LinkCapabilities(1_500, 1_500, PacketBuffer.MAX_PACKET, true);
    config.random = new Random(1);
    config.maxConnections = Math.max(1, most);
    config.maxQuietAwake = quietAwake;
    host = new Host(config);
    Binding binding = host.bind(IpAddress.ANY_V4, PORT, false);
    peer = new RawPeer(host, IpAddress.parse(ADDRESS), PORT, most);
    ConnectionHandler echo = new Echo(peer);
    host.listen(
        binding, new ConnectionOptions(), new ListenerLimits(16, 16), (listener, accepted) -> {
          listener.onAccepted();
          return echo;
        });
  }

  /// Sends back what comes, one handler for all.
  private record Echo(RawPeer peer, ByteBuffer octets) implements ConnectionHandler {
    Echo(RawPeer peer) {
      this(peer, ByteBuffer.allocateDirect(2_048));
    }

    @Override
    public void onEvent(Connection connection, Event event) {
      if (event != Event.Signal.READABLE) {
        return;
      }
      if (connection.read(octets.clear()) > 0) {
        connection.write(octets.flip());
      }
      connection.onApplicationProgress(peer.nowNanos());
    }
  }

  /// Opens more connections, up to so many in all.
  public void openUpTo(int connections) {
    while (opened < connections) {
      peer.open(opened++);
    }
    if (host.connectionCount() != connections) {
      throw new IllegalStateException(
          host.connectionCount() + " of " + connections + " connections are open");
    }
  }

  /// Every connection echoes an octet, in turn.
  public void echoAll() {
    long before = peer.answered();
    for (int i = 0; i < opened; i++) {
      exchange(i);
    }
    check(opened, before);
  }

  /// So many exchanges, each on a connection drawn by lot.
  ///
  /// @param among how many are drawn from, the first of all
  /// @return nanoseconds for a packet, those of the peer counted: a question, an answer,
  ///     its acknowledgment
  public double echoAnywhere(int exchanges, int among) {
    long before = peer.answered();
    long packets = peer.packets();
    long began = System.nanoTime();
    for (int i = 0; i < exchanges; i++) {
      exchange(random.nextInt(among));
    }
    long took = System.nanoTime() - began;
    check(exchanges, before);
    return (double) took / (peer.packets() - packets);
  }

  private void exchange(int connection) {
    peer.ask(connection, connection ^ connection >>> 8);
    peer.acknowledge(connection);
  }

  private void check(int asked, long answeredBefore) {
    if (peer.answered() - answeredBefore != asked) {
      throw new IllegalStateException(
          (peer.answered() - answeredBefore) + " of " + asked + " octets came back");
    }
  }

  /// Connections open now.
  public int size() {
    return opened;
  }

  /// The heap in use after collecting garbage, octets, without what the far end takes.
  public long heapBytes() {
    for (int i = 0; i < BATCH_TURNS; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
