package dev.sluice.cli.service;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// Accepts peers on one port and gives each a virtual thread with the service.
public final class ServiceListener implements AutoCloseable {
  /// Peers served at once, at most; more wait in the accept queue.
  public static final int MAX_PEERS = 16_384;

  private final String name;
  private final int port;
  private final ServerSocketChannel server;
  private final Service service;
  private final Semaphore room = new Semaphore(MAX_PEERS);
  private final Map<SocketChannel, Boolean> peers = new ConcurrentHashMap<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Runnable onEnd = () -> {};

  /// @param name for thread names and messages
  /// @param port the port it listens on
  /// @param server bound, blocking; this listener closes it
  public ServiceListener(String name, int port, ServerSocketChannel server, Service service) {
    this.name = name;
    this.port = port;
    this.server = server;
    this.service = service;
  }

  /// The service's name, such as `echo`.
  public String name() {
    return name;
  }

  /// Where it listens.
  public int port() {
    return port;
  }

  /// What is to be done once when it listens no more, for whatever reason. Set before
  /// [#start].
  public void onEnd(Runnable action) {
    onEnd = action;
  }

  /// Begins to accept.
  public void start() {
    Thread.ofVirtual().name(name + "-accept").start(this::acceptAll);
  }

  private void acceptAll() {
    try {
      while (true) {
        room.acquire();
        SocketChannel peer = server.accept();
        peers.put(peer, true);
        Thread.ofVirtual().name(name).start(() -> serve(peer));
      }
    } catch (IOException e) {
      // closed: by us, or by whoever closed the listener in the stack
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private void serve(SocketChannel peer) {
    try (peer) {
      service.serve(peer);
    } catch (IOException e) {
      // the peer reset or vanished: the stack has shown it
    } finally {
      peers.remove(peer);
      room.release();
    }
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      onEnd.run();
    }
  }

  /// Stops accepting; peers that are being served go on.
  @Override
  public void close() throws IOException {
    server.close();
    end();
  }

  /// Says FIN to every peer that is being served, and lets it answer.
  public void finishPeers() {
    for (SocketChannel peer : peers.keySet()) {
      try {
        peer.shutdownOutput();
      } catch (IOException e) {
        // it is gone
      }
    }
  }

  /// Closes every peer that is still served.
  public void closePeers() {
    for (SocketChannel peer : peers.keySet()) {
      try {
        peer.close();
      } catch (IOException e) {
        // it is gone
      }
    }
  }
}
