package dev.sluice.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A channel's adaptor: a [Socket] whose state is the channel's.
final class ChannelSocket extends Socket {
  private final SluiceSocketChannel channel;
  private final SocketOverChannel behind;

  private ChannelSocket(SluiceSocketChannel channel, SocketOverChannel behind)
      throws SocketException {
    super(behind);
    this.channel = channel;
    this.behind = behind;
  }

  static Socket of(SluiceSocketChannel channel) {
    try {
      return new ChannelSocket(channel, new SocketOverChannel(channel, true));
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public SocketChannel getChannel() {
    return channel;
  }

  @Override
  public void connect(SocketAddress remote) throws IOException {
    connect(remote, 0);
  }

  @Override
  public void connect(SocketAddress remote, int timeoutMillis) throws IOException {
    if (timeoutMillis < 0) {
      throw new IllegalArgumentException("connect: timeout can't be negative");
    }
    ensureOpen();
    try {
      behind.connect(remote, timeoutMillis);
    } catch (AlreadyConnectedException e) {
      throw new SocketException("Already connected", e);
    }
  }

  @Override
  public void bind(@Nullable SocketAddress local) throws IOException {
    ensureOpen();
    channel.bind(local);
  }

  private void ensureOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
  }

  private void ensureConnected() throws SocketException {
    ensureOpen();
    if (!isConnected()) {
      throw new SocketException("Socket is not connected");
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    ensureConnected();
    if (isInputShutdown()) {
      throw new SocketException("Socket input is shutdown");
    }
    return behind.getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    ensureConnected();
    if (isOutputShutdown()) {
      throw new SocketException("Socket output is shutdown");
    }
    return behind.getOutputStream();
  }

  @Override
  public void shutdownInput() throws IOException {
    ensureConnected();
    channel.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    ensureConnected();
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    super.close();
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isBound() {
    return channel.localAddress() != null;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isInputShutdown() {
    return channel.isInputShut();
  }

  @Override
  public boolean isOutputShutdown() {
    return channel.isOutputShut();
  }

  private @Nullable InetSocketAddress remote() {
    return isConnected() ? channel.remoteAddress() : null;
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    InetSocketAddress remote = remote();
    return remote == null ? null : remote.getAddress();
  }

  @Override
  public int getPort() {
    InetSocketAddress remote = remote();
    return remote == null ? 0 : remote.getPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    return remote();
  }

  @Override
  public InetAddress getLocalAddress() {
    InetSocketAddress local = isClosed() ? null : channel.localAddress();
    return (local == null ? new InetSocketAddress(0) : local).getAddress();
  }

  @Override
  public int getLocalPort() {
    InetSocketAddress local = channel.localAddress();
    return local == null ? -1 : local.getPort();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    InetSocketAddress local = channel.localAddress();
    return local == null || !isClosed() ? local : new InetSocketAddress(local.getPort());
  }

  @Override
  public String toString() {
    return isConnected()
        ? "Socket[addr=" + getInetAddress() + ",port=" + getPort() + ",localport=" + getLocalPort()
            + "]"
        : "Socket[unconnected]";
  }
}
