package dev.sluice.bench.peers;

import dev.sluice.socket.LoopConnection;
import dev.sluice.socket.LoopHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Sink, source and echo: on channels, the same code for the JDK's sockets and for ours,
/// a virtual thread each; and as handlers on the loop.
final class Services {
  private static final int CHUNK = 65_536;
  static final int SINK = 9;
  static final int SOURCE = 19;
  static final int ECHO = 7;

  private Services() {}

  /// Serves a port, on a thread of its own, until the channel is closed.
  static void serve(ServerSocketChannel server, int port) {
    Thread.ofPlatform().daemon().name("accept " + port).start(() -> accept(server, port));
  }

  private static void accept(ServerSocketChannel server, int port) {
    try {
      while (server.isOpen()) {
        SocketChannel peer = server.accept();
        Thread.startVirtualThread(() -> converse(peer, port));
      }
    } catch (IOException e) {
      System.err.println("port " + port + " ends: " + e);
    }
  }

  private static void converse(SocketChannel peer, int port) {
    try (peer) {
      peer.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
      ByteBuffer buffer = ByteBuffer.allocateDirect(port == ECHO ? 4096 : CHUNK);
      if (port == SOURCE) {
        while (true) {
          peer.write(buffer.clear());
        }
      }
      while (peer.read(buffer.clear()) >= 0) {
        if (port == ECHO) {
          peer.write(buffer.flip());
        }
      }
    } catch (IOException e) {
      // the client resets when its time is over
    }
  }

  /// What a port does, on the loop.
  static LoopHandler handler(int port) {
    return switch (port) {
      case SINK -> connection -> connection.read(SWALLOW);
      case SOURCE -> new Pouring();
      default -> new Echoing();
    };
  }

  /// All handlers run on one thread and use one buffer.
  private static ByteBuffer buffer() {
    return ON_LOOP;
  }

  /// Takes all it is shown, in place.
  private static final java.util.function.Consumer<ByteBuffer> SWALLOW =
      piece -> piece.position(piece.limit());

  private static final ByteBuffer ON_LOOP = ByteBuffer.allocateDirect(CHUNK);

  private static void drain(LoopConnection connection, ByteBuffer buffer) {
    while (connection.read(buffer.clear()) > 0) {
      // thrown away
    }
  }

  /// Sends back what comes.
  private static final class Echoing implements LoopHandler {
    @Override
    public void onReadable(LoopConnection connection) {
      ByteBuffer buffer = buffer();
      while (connection.writableBytes() >= CHUNK && connection.read(buffer.clear()) > 0) {
        connection.write(buffer.flip());
      }
    }

    @Override
    public void onWritable(LoopConnection connection) {
      onReadable(connection);
    }
  }

  /// Sends without end.
  private static final class Pouring implements LoopHandler {
    @Override
    public void onOpen(LoopConnection connection) {
      onWritable(connection);
    }

    @Override
    public void onReadable(LoopConnection connection) {
      drain(connection, buffer());
    }

    @Override
    public void onWritable(LoopConnection connection) {
      int written = 1;
      while (written > 0) {
        written = connection.write(buffer().clear());
      }
    }
  }
}
