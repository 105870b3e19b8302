package dev.sluice.socket;

import dev.sluice.link.Link;
import dev.sluice.stack.DriverConfig;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.HostObserver;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.MemoryLimits;
import dev.sluice.tcp.tcb.TcpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A running TCP/IP stack: one link, one loop thread, sockets of the JDK's own types.
///
/// ```java
/// try (var stack = Stack.builder().link(link).address("198.18.0.2/24").start()) {
///   ServerSocketChannel server = stack.listen(7);
///   while (true) {
///     SocketChannel peer = server.accept();
///     Thread.startVirtualThread(() -> echo(peer));
///   }
/// }
/// ```
///
/// All methods may be called from any thread.
public final class Stack implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Link link;
  private final Loop loop;
  private final SelectorRoll selectors = new SelectorRoll();
  private final SluiceSelectorProvider provider;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Stack(Builder builder, Link link) {
    this.link = link;
    HostConfig config = builder.config;
    config.link = link.capabilities();
    if (builder.memory != null) {
      config.tcp.memory = builder.memory;
    }
    this.loop = new Loop(new Host(config), link, builder.driving, Waiting.THREADS);
    this.provider = new SluiceSelectorProvider(loop, selectors);
  }

  /// Begins to put a stack together.
  public static Builder builder() {
    return new Builder();
  }

  /// How a stack is put together. For one stack only.
  public static final class Builder {
    private static final int MOST_HALF_OPEN = 1 << 24;

    private final HostConfig config = new HostConfig();
    private @Nullable Link link;
    private final DriverConfig driving = new DriverConfig();
    private @Nullable MemoryLimits memory;

    private Builder() {}

    /// What packets travel on; the stack closes it when it stops.
    public Builder link(Link link) {
      this.link = link;
      return this;
    }

    /// An address with prefix length, such as `198.18.0.2/24` or `fd5a::2/64`. May be
    /// repeated.
    ///
    /// @throws IllegalArgumentException if the text is something else
    public Builder address(String cidr) {
      config.addresses.add(InterfaceAddress.parse(cidr));
      return this;
    }

    /// The engine's settings; without this call, its defaults.
    ///
    /// @throws IllegalArgumentException if they make no sense
    public Builder settings(TcpSettings settings) {
      config.tcp = settings.validated();
      return this;
    }

    /// How much the buffers of all connections may take together, octets; a quarter of
    /// the largest heap unless told otherwise. At three quarters of it buffers stop
    /// growing and windows offer less, then text out of order and new connections are
    /// dropped, and at all of it connections are reset, those first that their users have
    /// closed.
    ///
    /// @throws IllegalArgumentException if it is less than 1 MiB
    public Builder memory(long mostBytes) {
      memory = MemoryLimits.upTo(mostBytes);
      return this;
    }

    /// Which packets pass; without this call, all. [Stack#firewall(Firewall)] replaces it
    /// while the stack runs.
    public Builder firewall(Firewall firewall) {
      config.firewall = firewall;
      return this;
    }

    /// How many half-open peers a listener keeps at most, 1,024 unless told otherwise;
    /// who comes beyond that is left to its SYN cookie, or dropped
    /// ([dev.sluice.tcp.tcb.TcpSettings#synCookies]). All listeners together keep 65,536,
    /// or as many as one may.
    ///
    /// @throws IllegalArgumentException if it is less than 1 or more than 16,777,216
    public Builder maxHalfOpen(int peers) {
      if (peers < 1 || peers > MOST_HALF_OPEN) {
        throw new IllegalArgumentException("half-open peers are 1 to 16,777,216: " + peers);
      }
      config.maxHalfOpenPerListener = peers;
      config.maxHalfOpen = Math.max(config.maxHalfOpen, peers);
      return this;
    }

    /// Who watches the host, on its loop thread.
    public Builder observer(HostObserver observer) {
      config.observer = observer;
      return this;
    }

    /// Name of the loop thread, for people who look at thread dumps.
    public Builder name(String name) {
      driving.name = name;
      return this;
    }

    /// How long the loop looks for packets before it sleeps, at most; 50 µs unless told
    /// otherwise, zero for not at all. Where peers answer within this time a packet finds
    /// the loop awake, which saves waking it, 20 to 50 µs. The loop does so only while it
    /// pays: an idle stack sleeps. What it costs is a core that is busy while there is
    /// traffic.
    ///
    /// @throws IllegalArgumentException if it is negative
    public Builder spinning(Duration most) {
      if (most.isNegative()) {
        throw new IllegalArgumentException("a time to spin is not negative: " + most);
      }
      driving.spinNanos = most.toNanos();
      return this;
    }

    /// Starts the loop.
    ///
    /// @throws IllegalStateException if there is no link
    public Stack start() throws IOException {
      if (link == null) {
        throw new IllegalStateException("a stack needs a link");
      }
      Stack stack = new Stack(this, link);
      stack.loop.start();
      return stack;
    }
  }

  /// A server that listens on all addresses of this stack.
  ///
  /// @param port 1 to 65,535, or 0 for one that the stack picks
  /// @throws java.net.BindException if the port is taken
  public ServerSocketChannel listen(int port) throws IOException {
    ServerSocketChannel server = openServerSocketChannel();
    try {
      return server.bind(new InetSocketAddress(port));
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /// A server whose connections are served on the loop thread, without a thread of their
  /// own: for those who count microseconds.
  ///
  /// @param port 1 to 65,535, or 0 for one that the stack picks
  /// @param handlers called on the loop for each connection
  /// @throws java.net.BindException if the port is taken
  public LoopServer listen(int port, Supplier<LoopHandler> handlers) throws IOException {
    return LoopServer.open(loop, port, handlers);
  }

  /// A connection, once it is established.
  ///
  /// @throws IOException if it cannot be, in the JDK's words
  public SocketChannel connect(InetSocketAddress remote) throws IOException {
    SocketChannel channel = openSocketChannel();
    channel.connect(remote);
    return channel;
  }

  /// An unbound, blocking server channel.
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    ensureOpen();
    return provider.openServerSocketChannel();
  }

  /// An unconnected, blocking channel.
  public SocketChannel openSocketChannel() throws IOException {
    ensureOpen();
    return provider.openSocketChannel();
  }

  /// A selector for channels of this stack.
  public Selector openSelector() throws IOException {
    ensureOpen();
    return provider.openSelector();
  }

  /// An unbound server socket of the java.net kind.
  public ServerSocket newServerSocket() throws IOException {
    ensureOpen();
    return new StackServerSocket(provider);
  }

  /// An unconnected socket of the java.net kind.
  public Socket newSocket() throws IOException {
    ensureOpen();
    return new StackSocket(provider);
  }

  /// Who opens this stack's channels and selectors, for libraries that ask for a
  /// provider.
  public SelectorProvider provider() {
    return provider;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
  }

  /// All that a connection tells of itself at this moment: what TCP_INFO tells on other
  /// systems.
  ///
  /// @param channel a connected channel of a stack
  /// @throws IllegalArgumentException if it is no channel of a stack
  /// @throws java.nio.channels.NotYetConnectedException if it is not connected yet
  /// @throws ClosedChannelException if it is closed
  public static ConnectionInfo info(SocketChannel channel) throws IOException {
    if (channel instanceof SluiceSocketChannel ours) {
      return ours.info();
    }
    throw new IllegalArgumentException("a channel of another provider: " + channel);
  }

  /// Runs code on the loop thread with the host and the time in nanoseconds, and waits
  /// for its result: for netstat, for options that have no socket option, for tests.
  ///
  /// @throws IllegalStateException if the stack is closed
  public <T> T call(BiFunction<Host, Long, T> onLoop) {
    try {
      return loop.call(onLoop::apply);
    } catch (IOException e) {
      throw new IllegalStateException("the stack is closed", e);
    }
  }

  /// Puts other rules in place. Open connections live on: they are not asked about again,
  /// unless a rule speaks of established ones.
  ///
  /// @throws IllegalStateException if the stack is closed
  public void firewall(Firewall firewall) {
    call((host, now) -> {
      host.firewall(firewall);
      return true;
    });
  }

  /// Closes listeners, closes connections in order and waits for them, resets what is
  /// left after `patience`, stops the loop and closes the link. Whoever is blocked in one
  /// of this stack's channels or selectors is woken, with the JDK's exception for a
  /// channel that is closed by another thread. Again: no effect.
  ///
  /// @param patience how long the orderly part may take; an interrupt cuts it short
  /// @throws IOException if the link does not close
  public void close(Duration patience) throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      loop.close(patience);
      selectors.close();
    } finally {
      link.close();
    }
  }

  /// As [#close(Duration)] with two seconds of patience.
  @Override
  public void close() throws IOException {
    close(PATIENCE);
  }
}
