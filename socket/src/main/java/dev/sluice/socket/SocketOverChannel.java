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
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What stands behind a [java.net.Socket]: a channel, with the timeouts and the
/// exceptions of java.net.
///
/// An interrupt of a virtual thread closes the socket; one of a platform thread does
/// nothing, unless the socket is a channel's adaptor.
final class SocketOverChannel extends SocketImpl {
  private volatile SluiceSocketChannel channel;

  /// The socket is an adaptor of a channel that its user has too.
  private final boolean adaptor;

  /// SO_TIMEOUT in milliseconds, 0 for none.
  private volatile int timeoutMillis;
  private volatile boolean oobInline;

  SocketOverChannel(SluiceSocketChannel channel, boolean adaptor) {
    this.channel = channel;
    this.adaptor = adaptor;
  }

  /// Becomes the socket of a connection that was accepted.
  void adopt(SluiceSocketChannel accepted) throws IOException {
    channel.close();
    channel = accepted;
    noteAddresses();
  }

  private void noteAddresses() {
    InetSocketAddress remote = channel.remoteAddress();
    if (remote != null) {
      address = remote.getAddress();
      port = remote.getPort();
    }
    InetSocketAddress local = channel.localAddress();
    localport = local == null ? 0 : local.getPort();
  }

  private boolean interruptible() {
    return adaptor || Thread.currentThread().isVirtual();
  }

  private void ensureBlocking() {
    if (!channel.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
  }

  /// The JDK's java.net exception for one of a channel.
  static IOException translated(IOException e) {
    return switch (e) {
      case ClosedByInterruptException interrupt ->
        withCause(new SocketException("Closed by interrupt"), interrupt);
      case ClosedChannelException closed -> withCause(new SocketException("Socket closed"), closed);
      default -> e;
    };
  }

  private static IOException withCause(IOException e, IOException cause) {
    e.initCause(cause);
    return e;
  }

  @Override
  protected void create(boolean stream) throws IOException {
    if (!stream) {
      throw new IOException("Datagram socket not supported");
    }
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    connect(new InetSocketAddress(host, port), 0);
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    connect(new InetSocketAddress(address, port), 0);
  }

  @Override
  protected void connect(SocketAddress remote, int timeoutMillis) throws IOException {
    ensureBlocking();
    try {
      long deadline = Deadline.afterMillis(channel.end().loop.waiting, timeoutMillis);
      channel.connect(remote, true, deadline, interruptible());
      noteAddresses();
    } catch (UnresolvedAddressException e) {
      channel.close();
      throw new UnknownHostException(((InetSocketAddress) remote).getHostName());
    } catch (IOException e) {
      throw translated(e);
    }
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    try {
      channel.bind(new InetSocketAddress(host, port));
      noteAddresses();
    } catch (AlreadyBoundException e) {
      throw new SocketException("Already bound", e);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new SocketException("this socket connects, it does not listen");
  }

  @Override
  protected void accept(SocketImpl accepted) throws IOException {
    throw new SocketException("this socket connects, it does not listen");
  }

  // ---- streams

  @Override
  protected InputStream getInputStream() {
    return new Input();
  }

  @Override
  protected OutputStream getOutputStream() {
    return new Output();
  }

  private int readSome(byte[] octets, int offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.wrap(octets, offset, length);
    ensureBlocking();
    try {
      long deadline = Deadline.afterMillis(channel.end().loop.waiting, timeoutMillis);
      return channel.read(target, true, deadline, interruptible(), oobInline);
    } catch (NotYetConnectedException e) {
      throw new SocketException("Socket is not connected", e);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  private void writeAll(byte[] octets, int offset, int length) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(octets, offset, length);
    ensureBlocking();
    try {
      while (source.hasRemaining()) {
        channel.write(source, true, interruptible());
      }
    } catch (NotYetConnectedException e) {
      throw new SocketException("Socket is not connected", e);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return readSome(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] octets, int offset, int length) throws IOException {
      return readSome(octets, offset, length);
    }

    @Override
    public int available() throws IOException {
      return SocketOverChannel.this.available();
    }

    @Override
    public void close() throws IOException {
      SocketOverChannel.this.close();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      writeAll(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      writeAll(octets, offset, length);
    }

    @Override
    public void close() throws IOException {
      SocketOverChannel.this.close();
    }
  }

  @Override
  protected int available() throws IOException {
    try {
      return channel.available(oobInline);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  @Override
  protected void shutdownInput() throws IOException {
    try {
      channel.shutdownInput();
    } catch (IOException e) {
      throw translated(e);
    }
  }

  @Override
  protected void shutdownOutput() throws IOException {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw translated(e);
    }
  }

  @Override
  protected void close() throws IOException {
    channel.close();
  }

  @Override
  protected boolean supportsUrgentData() {
    return true;
  }

  @Override
  protected void sendUrgentData(int octet) throws IOException {
    ensureBlocking();
    try {
      channel.writeUrgent((byte) octet, interruptible());
    } catch (NotYetConnectedException e) {
      throw new SocketException("Socket is not connected", e);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  // ---- options

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return channel.supportedOptions();
  }

  @Override
  protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
    try {
      channel.setOption(name, value);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  @Override
  protected <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
    try {
      return channel.getOption(name);
    } catch (IOException e) {
      throw translated(e);
    }
  }

  @Override
  public void setOption(int id, Object value) throws SocketException {
    if (id == SO_TIMEOUT) {
      timeoutMillis = (Integer) value;
    } else if (id == SO_OOBINLINE) {
      oobInline = (Boolean) value;
    } else {
      NumberedOptions.set(channel, id, value);
    }
  }

  @Override
  public Object getOption(int id) throws SocketException {
    if (id == SO_TIMEOUT) {
      return timeoutMillis;
    }
    if (id == SO_OOBINLINE) {
      return oobInline;
    }
    if (id == SO_BINDADDR) {
      InetSocketAddress local = channel.localAddress();
      return local == null ? new InetSocketAddress(0).getAddress() : local.getAddress();
    }
    return NumberedOptions.get(channel, id);
  }
}
