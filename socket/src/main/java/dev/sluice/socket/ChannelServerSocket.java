package dev.sluice.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/// A listening channel's adaptor: a [ServerSocket] whose state is the channel's.
final class ChannelServerSocket extends ServerSocket {
  private final SluiceServerSocketChannel channel;
  private final ListenerOverChannel behind;

  private ChannelServerSocket(SluiceServerSocketChannel channel, ListenerOverChannel behind) {
    super(behind);
    this.channel = channel;
    this.behind = behind;
  }

  static ServerSocket of(SluiceServerSocketChannel channel) {
    return new ChannelServerSocket(channel, new ListenerOverChannel(channel, true));
  }

  @Override
  public ServerSocketChannel getChannel() {
    return channel;
  }

  @Override
  public void bind(@Nullable SocketAddress local) throws IOException {
    bind(local, 0);
  }

  @Override
  public void bind(@Nullable SocketAddress local, int backlog) throws IOException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
    channel.bind(local, backlog);
  }

  @Override
  public Socket accept() throws IOException {
    if (!isBound()) {
      throw new NotYetBoundException();
    }
    return behind.acceptChannel().socket();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    super.close();
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
  public @Nullable InetAddress getInetAddress() {
    InetSocketAddress local = channel.localAddress();
    return local == null ? null : local.getAddress();
  }

  @Override
  public int getLocalPort() {
    InetSocketAddress local = channel.localAddress();
    return local == null ? -1 : local.getPort();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return channel.localAddress();
  }

  @Override
  public String toString() {
    return isBound()
        ? "ServerSocket[addr=" + getInetAddress() + ",localport=" + getLocalPort() + "]"
        : "ServerSocket[unbound]";
  }
}
