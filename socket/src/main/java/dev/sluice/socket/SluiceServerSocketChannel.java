package dev.sluice.socket;

import dev.sluice.stack.Reuse;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A listening channel whose TCP is this house's.
///
/// ```
///   acceptLock   one accepting thread
///   stateLock    binding, and the adaptor
/// ```
///
/// Closing it resets the connections that nobody has accepted yet.
final class SluiceServerSocketChannel extends ServerSocketChannel implements Selectable {
  /// What a backlog of 0 or less stands for, as in the JDK.
  private static final int DEFAULT_BACKLOG = 50;
  /// The most that Linux allows without being told otherwise.
  private static final int MAX_BACKLOG = 4_096;

  private final SluiceSelectorProvider provider;
  private final ListenerEnd end;
  private final Loop loop;
  private final ChannelSettings settings;
  private final ReentrantLock acceptLock = new ReentrantLock();
  private final Object stateLock = new Object();

  /// Guarded by stateLock.
  private @Nullable ServerSocket socket;

  SluiceServerSocketChannel(SluiceSelectorProvider provider, Loop loop) {
    super(provider);
    this.provider = provider;
    this.loop = loop;
    this.end = new ListenerEnd(loop);
    this.settings = new ChannelSettings(loop, ChannelSettings.OF_LISTENER);
    end.attach(this);
    Dropped.watch(this, end, ListenerEnd.CLOSE);
  }

  @Override
  public ListenerEnd end() {
    return end;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
    InetSocketAddress asked =
        local == null ? new InetSocketAddress(0) : SocketAddresses.checked(local);
    int waiting = backlog < 1 ? DEFAULT_BACKLOG : Math.min(backlog, MAX_BACKLOG);
    synchronized (stateLock) {
      ensureOpen();
      if (end.binding() != null) {
        throw new AlreadyBoundException();
      }
      loop.call((host, nowNanos) -> {
        Reuse reuse = settings.reuse();
        ListenerLimits limits = new ListenerLimits(waiting, host.config().maxHalfOpenPerListener);
        end.listen(host, SocketAddresses.toBind(asked), asked.getPort(), reuse, limits);
        return true;
      });
    }
    return this;
  }

  @Override
  public @Nullable SocketAddress getLocalAddress() throws IOException {
    ensureOpen();
    return localAddress();
  }

  /// The same, of a closed channel too.
  @Nullable
  InetSocketAddress localAddress() {
    return SocketAddresses.shown(end.binding());
  }

  @Override
  public @Nullable SocketChannel accept() throws IOException {
    return accept(isBlocking(), Deadline.NEVER, true);
  }

  /// As [#accept], with a limit.
  ///
  /// @param deadlineNanos when a blocking accept gives up
  /// @param interruptible whether an interrupt closes the channel
  /// @throws SocketTimeoutException if that time comes
  @Nullable
  SluiceSocketChannel accept(boolean blocking, long deadlineNanos, boolean interruptible)
      throws IOException {
    acceptLock.lock();
    try {
      ensureOpen();
      if (end.binding() == null) {
        throw new NotYetBoundException();
      }
      ConnectionEnd accepted = take(blocking, deadlineNanos, interruptible);
      return accepted == null ? null : channelOf(accepted);
    } finally {
      acceptLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  private @Nullable ConnectionEnd take(boolean blocking, long deadlineNanos, boolean interruptible)
      throws IOException {
    ConnectionEnd accepted = null;
    boolean marked = blocking && interruptible;
    if (marked) {
      begin();
    }
    try {
      accepted = end.take();
      if (accepted == null && blocking) {
        accepted = await(deadlineNanos);
      }
    } finally {
      if (marked) {
        end(accepted != null);
      }
    }
    if (accepted == null && blocking) {
      throw new AsynchronousCloseException();
    }
    return accepted;
  }

  private @Nullable ConnectionEnd await(long deadlineNanos) throws IOException {
    ConnectionEnd accepted = null;
    while (isOpen()) {
      end.acceptWait.enter();
      accepted = end.take();
      if (accepted != null || !isOpen()) {
        break;
      }
      if (end.isOver()) {
        end.acceptWait.leave();
        throw new SocketException("Network is down");
      }
      long remainingNanos = Deadline.remaining(loop.waiting, deadlineNanos);
      if (remainingNanos <= 0) {
        end.acceptWait.leave();
        throw new SocketTimeoutException("Accept timed out");
      }
      end.acceptWait.park(this, remainingNanos);
    }
    end.acceptWait.leave();
    return accepted;
  }

  private SluiceSocketChannel channelOf(ConnectionEnd accepted) {
    Connection connection = Objects.requireNonNull(accepted.connection());
    return new SluiceSocketChannel(
        provider,
        accepted,
        connection.tuple(),
        new ChannelSettings(loop, ChannelSettings.OF_CONNECTION));
  }

  @Override
  public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
    settings.check(this, name);
    settings.set(end, name, value);
    return this;
  }

  @Override
  public <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
    settings.check(this, name);
    return settings.get(end, name);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return ChannelSettings.OF_LISTENER;
  }

  @Override
  public ServerSocket socket() {
    synchronized (stateLock) {
      if (socket == null) {
        socket = ChannelServerSocket.of(this);
      }
      return socket;
    }
  }

  @Override
  public int readyOps() {
    return end.hasReady() || end.isOver() ? SelectionKey.OP_ACCEPT : 0;
  }

  /// The mode is looked at when an operation begins; there is nothing else to set.
  @Override
  protected void implConfigureBlocking(boolean block) {}

  @Override
  protected void implCloseSelectableChannel() {
    end.onCloseAsked();
    end.ring(ListenerEnd.CLOSE);
    end.acceptWait.wake();
  }
}
