package dev.sluice.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.nio.channels.IllegalBlockingModeException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What stands behind a [java.net.ServerSocket]: a listening channel, with the timeouts
/// and the exceptions of java.net.
final class ListenerOverChannel extends SocketImpl {
  private final SluiceServerSocketChannel channel;

  /// The socket is an adaptor of a channel that its user has too.
  private final boolean adaptor;

  /// Where to listen, between `bind` and `listen`, which java.net calls one after the
  /// other.
  private volatile @Nullable InetSocketAddress asked;

  /// SO_TIMEOUT in milliseconds, 0 for none.
  private volatile int timeoutMillis;

  ListenerOverChannel(SluiceServerSocketChannel channel, boolean adaptor) {
    this.channel = channel;
    this.adaptor = adaptor;
  }

  @Override
  protected void create(boolean stream) throws IOException {
    if (!stream) {
      throw new IOException("Datagram socket not supported");
    }
  }

  @Override
  protected void bind(InetAddress host, int port) {
    asked = new InetSocketAddress(host, port);
  }

  @Override
  protected void listen(int backlog) throws IOException {
    try {
      channel.bind(asked, backlog);
      InetSocketAddress local = channel.localAddress();
      localport = local == null ? 0 : local.getPort();
    } catch (IOException e) {
      throw SocketOverChannel.translated(e);
    }
  }

  @Override
  protected void accept(SocketImpl accepted) throws IOException {
    if (!(accepted instanceof SocketOverChannel socket)) {
      throw new SocketException("a socket of another kind cannot be accepted here");
    }
    socket.adopt(acceptChannel());
  }

  /// The next connection, within SO_TIMEOUT.
  SluiceSocketChannel acceptChannel() throws IOException {
    if (!channel.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
    try {
      long deadline = Deadline.afterMillis(channel.end().loop.waiting, timeoutMillis);
      boolean interruptible = adaptor || Thread.currentThread().isVirtual();
      SluiceSocketChannel next = channel.accept(true, deadline, interruptible);
      if (next == null) {
        throw new SocketException("Socket closed");
      }
      return next;
    } catch (IOException e) {
      throw SocketOverChannel.translated(e);
    }
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    throw cannotConnect();
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    throw cannotConnect();
  }

  @Override
  protected void connect(SocketAddress address, int timeoutMillis) throws IOException {
    throw cannotConnect();
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    throw cannotConnect();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    throw cannotConnect();
  }

  @Override
  protected int available() throws IOException {
    throw cannotConnect();
  }

  @Override
  protected void sendUrgentData(int octet) throws IOException {
    throw cannotConnect();
  }

  private static SocketException cannotConnect() {
    return new SocketException("this socket listens, it does not connect");
  }

  @Override
  protected void close() throws IOException {
    channel.close();
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return channel.supportedOptions();
  }

  @Override
  protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
    try {
      channel.setOption(name, value);
    } catch (IOException e) {
      throw SocketOverChannel.translated(e);
    }
  }

  @Override
  protected <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
    try {
      return channel.getOption(name);
    } catch (IOException e) {
      throw SocketOverChannel.translated(e);
    }
  }

  @Override
  public void setOption(int id, Object value) throws SocketException {
    if (id == SO_TIMEOUT) {
      timeoutMillis = (Integer) value;
    } else {
      NumberedOptions.set(channel, id, value);
    }
  }

  @Override
  public Object getOption(int id) throws SocketException {
    if (id == SO_TIMEOUT) {
      return timeoutMillis;
    }
    return NumberedOptions.get(channel, id);
  }
}
