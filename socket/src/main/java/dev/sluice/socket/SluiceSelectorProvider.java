package dev.sluice.socket;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/// Opens channels and selectors of one stack.
///
/// A selector serves the channels of this provider only.
public final class SluiceSelectorProvider extends SelectorProvider {
  private final Loop loop;
  private final SelectorRoll selectors;

  SluiceSelectorProvider(Loop loop, SelectorRoll selectors) {
    this.loop = loop;
    this.selectors = selectors;
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    return new SluiceSocketChannel(this, loop);
  }

  /// A channel of that family; both families share one kind of channel here.
  @Override
  public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
    return new SluiceSocketChannel(this, checked(family));
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    return new SluiceServerSocketChannel(this, loop);
  }

  /// A channel of that family; both families share one kind of channel here.
  @Override
  public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
    return new SluiceServerSocketChannel(this, checked(family));
  }

  private Loop checked(ProtocolFamily family) {
    Objects.requireNonNull(family);
    if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
      throw new UnsupportedOperationException("Protocol family not supported");
    }
    return loop;
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    SluiceSelector selector = new SluiceSelector(this, loop.waiting);
    selectors.enter(selector);
    return selector;
  }

  /// A pipe of the JDK's own: it has nothing to do with a network, and selectors of this
  /// provider do not serve it.
  @Override
  public Pipe openPipe() throws IOException {
    return SelectorProvider.provider().openPipe();
  }

  /// @throws UnsupportedOperationException always: this stack's sockets are TCP
  @Override
  public DatagramChannel openDatagramChannel() {
    throw new UnsupportedOperationException("no datagram channels here");
  }

  /// @throws UnsupportedOperationException always: this stack's sockets are TCP
  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) {
    throw new UnsupportedOperationException("no datagram channels here");
  }
}
