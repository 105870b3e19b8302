package dev.sluice.socket;

import dev.sluice.link.Link;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostObserver;
import dev.sluice.tcp.tcb.TcpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.BiFunction;

/// A running TCP/IP stack: one link, one loop thread, sockets of the JDK's own types.
public final class Stack implements AutoCloseable {
  private Stack() {}

  public static Builder builder() {
    return new Builder();
  }

  /// How a stack is put together.
  public static final class Builder {
    /// What packets travel on; the stack closes it when it stops.
    public Builder link(Link link) {
      return this;
    }

    /// An address with prefix length, such as `198.18.0.2/24` or `fd5a::2/64`. May be
    /// repeated.
    public Builder address(String cidr) {
      return this;
    }

    public Builder settings(TcpSettings settings) {
      return this;
    }

    public Builder observer(HostObserver observer) {
      return this;
    }

    /// Name of the loop thread, for people who look at thread dumps.
    public Builder name(String name) {
      return this;
    }

    public Stack start() throws IOException {
      throw new UnsupportedOperationException();
    }
  }

  /// A server that listens on all addresses of this stack.
  public ServerSocketChannel listen(int port) throws IOException {
    throw new UnsupportedOperationException();
  }

  /// A connection, once it is established.
  public SocketChannel connect(InetSocketAddress remote) throws IOException {
    throw new UnsupportedOperationException();
  }

  /// An unbound, blocking server channel.
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    throw new UnsupportedOperationException();
  }

  /// An unconnected, blocking channel.
  public SocketChannel openSocketChannel() throws IOException {
    throw new UnsupportedOperationException();
  }

  /// An unbound server socket of the java.net kind.
  public ServerSocket newServerSocket() throws IOException {
    throw new UnsupportedOperationException();
  }

  /// An unconnected socket of the java.net kind.
  public Socket newSocket() throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Runs code on the loop thread with the host and the time in nanoseconds, and waits
  /// for its result: for netstat, for options that have no socket option, for tests.
  public <T> T call(BiFunction<Host, Long, T> onLoop) {
    throw new UnsupportedOperationException();
  }

  /// Closes listeners, closes connections in order and waits for them, resets what is
  /// left after `patience`, stops the loop and closes the link.
  public void close(Duration patience) throws IOException {}

  @Override
  public void close() throws IOException {
    close(Duration.ofSeconds(2));
  }
}
