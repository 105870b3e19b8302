package dev.sluice.socket;

import dev.sluice.stack.Binding;
import dev.sluice.tcp.Connection;
import dev.sluice.wire.FourTuple;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A socket channel whose TCP is this house's.
///
/// ```
///   readLock    one reader: the receive ring has one end for the application
///   writeLock   one writer
///   stateLock   phase, and what goes with it; held for moments, inside the other two
/// ```
///
/// Connecting takes readLock and writeLock. Closing takes neither: it wakes who waits,
/// and the last thread that leaves the rings has the loop close the connection (see
/// [Gate]).
///
/// Where the JDK leaves room: a blocking write returns only when all is written; with
/// SO_LINGER of n seconds, a blocking channel's `close` waits until the peer has
/// acknowledged everything, and after n seconds resets the connection, as
/// [java.net.SocketOptions#SO_LINGER] says. Closing a channel that is registered with
/// selectors closes the connection at once, not when the selectors next run.
final class SluiceSocketChannel extends SocketChannel implements Selectable {
  /// There is nothing to read now, and the connection lives.
  private static final int UNAVAILABLE = -2;

  private static final int BOTH = Gate.READING | Gate.WRITING;

  /// How far the channel has come.
  private enum Phase {
    UNCONNECTED,
    PENDING,
    CONNECTED
  }

  private final ConnectionEnd end;
  private final Loop loop;
  private final Gate gate = new Gate();
  private final ChannelSettings settings;
  private final ReentrantLock readLock = new ReentrantLock();
  private final ReentrantLock writeLock = new ReentrantLock();
  private final Object stateLock = new Object();

  /// Guarded by stateLock for writing.
  private volatile Phase phase = Phase.UNCONNECTED;

  /// The address that was asked for. Guarded by stateLock.
  private @Nullable InetSocketAddress remote;

  /// The adaptor. Guarded by stateLock.
  private @Nullable Socket socket;

  /// An exception has told of the connection's end. Any thread; a hint.
  private volatile boolean endTold;

  /// An unconnected channel.
  SluiceSocketChannel(SluiceSelectorProvider provider, Loop loop) {
    this(provider, new ConnectionEnd(loop), new ChannelSettings(loop));
  }

  /// A channel that was accepted.
  SluiceSocketChannel(
      SluiceSelectorProvider provider,
      ConnectionEnd end,
      FourTuple tuple,
      ChannelSettings settings) {
    this(provider, end, settings);
    this.phase = Phase.CONNECTED;
    this.remote = new InetSocketAddress(tuple.remote().toInetAddress(), tuple.remotePort());
  }

  private SluiceSocketChannel(
      SluiceSelectorProvider provider, ConnectionEnd end, ChannelSettings settings) {
    super(provider);
    this.end = end;
    this.loop = end.loop;
    this.settings = settings;
    end.attach(this);
    Dropped.watch(this, end, ConnectionEnd.ABORT);
  }

  @Override
  public ConnectionEnd end() {
    return end;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private Connection ensureConnected() throws IOException {
    ensureOpen();
    Connection connection = end.connection();
    if (phase != Phase.CONNECTED || connection == null) {
      throw new NotYetConnectedException();
    }
    return connection;
  }

  private void ask(int requests) {
    if (requests != 0) {
      end.ring(requests);
    }
  }

  // ---- addresses

  @Override
  public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
    InetSocketAddress asked =
        local == null ? new InetSocketAddress(0) : SocketAddresses.checked(local);
    readLock.lock();
    writeLock.lock();
    try {
      ensureOpen();
      if (phase == Phase.PENDING) {
        throw new ConnectionPendingException();
      }
      if (phase == Phase.CONNECTED || end.binding() != null) {
        throw new AlreadyBoundException();
      }
      loop.call((host, nowNanos) -> {
        end.bind(host, SocketAddresses.toBind(asked), asked.getPort(), settings.reuseAddress());
        return true;
      });
    } finally {
      writeLock.unlock();
      readLock.unlock();
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
    Connection connection = end.connection();
    if (connection != null) {
      FourTuple tuple = connection.tuple();
      return new InetSocketAddress(tuple.local().toInetAddress(), tuple.localPort());
    }
    Binding binding = end.binding();
    return SocketAddresses.shown(binding);
  }

  @Override
  public @Nullable SocketAddress getRemoteAddress() throws IOException {
    ensureOpen();
    return remoteAddress();
  }

  /// The same, of a closed channel too.
  @Nullable
  InetSocketAddress remoteAddress() {
    synchronized (stateLock) {
      return phase == Phase.UNCONNECTED ? null : remote;
    }
  }

  // ---- connecting

  @Override
  public boolean isConnected() {
    return phase == Phase.CONNECTED;
  }

  @Override
  public boolean isConnectionPending() {
    return phase == Phase.PENDING;
  }

  @Override
  public boolean connect(SocketAddress address) throws IOException {
    return connect(address, isBlocking(), Deadline.NEVER, true);
  }

  /// As [#connect], with a limit.
  ///
  /// @param deadlineNanos when a blocking connect gives up
  /// @param interruptible whether an interrupt closes the channel
  /// @throws SocketTimeoutException if that time comes; the channel is closed then
  boolean connect(
      SocketAddress address, boolean blocking, long deadlineNanos, boolean interruptible)
      throws IOException {
    InetSocketAddress asked = SocketAddresses.checked(address);
    readLock.lock();
    writeLock.lock();
    try {
      beginPhase(asked);
      return open(asked, blocking, deadlineNanos, interruptible);
    } catch (IOException e) {
      close(); // a channel that cannot connect is closed
      throw e;
    } finally {
      writeLock.unlock();
      readLock.unlock();
    }
  }

  private void beginPhase(InetSocketAddress asked) throws IOException {
    synchronized (stateLock) {
      ensureOpen();
      if (phase == Phase.CONNECTED) {
        throw new AlreadyConnectedException();
      }
      if (phase == Phase.PENDING) {
        throw new ConnectionPendingException();
      }
      phase = Phase.PENDING;
      remote = asked;
    }
  }

  private boolean open(
      InetSocketAddress asked, boolean blocking, long deadlineNanos, boolean interruptible)
      throws IOException {
    boolean done = false;
    boolean marked = blocking && interruptible;
    gate.enter(BOTH);
    if (marked) {
      begin();
    }
    try {
      loop.call((host, nowNanos) -> {
        end.open(host, SocketAddresses.toConnect(asked), asked.getPort(), nowNanos);
        return true;
      });
      if (blocking) {
        done = awaitConnected(deadlineNanos);
      }
    } finally {
      ask(gate.leave(BOTH));
      if (marked) {
        end(done);
      }
    }
    return done;
  }

  /// Waits for the handshake. readLock and writeLock are held.
  ///
  /// @return false: the channel was closed
  private boolean awaitConnected(long deadlineNanos) throws IOException {
    while (!end.isConnected() && !end.isOver() && isOpen()) {
      end.readWait.enter();
      if (end.isConnected() || end.isOver() || !isOpen()) {
        break;
      }
      park(deadlineNanos, "Connect timed out", end.readWait);
    }
    end.readWait.leave();
    return isOpen() && settleConnect();
  }

  /// Takes note of how the handshake ended, if it has.
  private boolean settleConnect() throws IOException {
    if (end.isConnected()) {
      synchronized (stateLock) {
        phase = Phase.CONNECTED;
      }
      end.tellSelectors(); // ready for other things than before
      return true;
    }
    if (end.isOver()) {
      throw SocketErrors.onConnect(end);
    }
    return false;
  }

  @Override
  public boolean finishConnect() throws IOException {
    readLock.lock();
    writeLock.lock();
    try {
      ensureOpen();
      if (phase == Phase.CONNECTED) {
        return true;
      }
      if (phase != Phase.PENDING) {
        throw new NoConnectionPendingException();
      }
      return isBlocking() ? finishBlocking() : settleConnect();
    } catch (IOException e) {
      close();
      throw e;
    } finally {
      writeLock.unlock();
      readLock.unlock();
    }
  }

  private boolean finishBlocking() throws IOException {
    boolean done = false;
    gate.enter(BOTH);
    begin();
    try {
      done = awaitConnected(Deadline.NEVER);
    } finally {
      ask(gate.leave(BOTH));
      end(done);
    }
    return done;
  }

  private void park(long deadlineNanos, String timeoutText, WaitSlot slot)
      throws SocketTimeoutException {
    long remainingNanos = Deadline.remaining(loop.waiting, deadlineNanos);
    if (remainingNanos <= 0) {
      slot.leave();
      throw new SocketTimeoutException(timeoutText);
    }
    slot.park(this, remainingNanos);
  }

  // ---- reading

  @Override
  public int read(ByteBuffer target) throws IOException {
    return read(target, isBlocking(), Deadline.NEVER, true);
  }

  /// As [#read], with a limit.
  ///
  /// @param deadlineNanos when a blocking read gives up
  /// @param interruptible whether an interrupt closes the channel
  /// @throws SocketTimeoutException if that time comes
  int read(ByteBuffer target, boolean blocking, long deadlineNanos, boolean interruptible)
      throws IOException {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    readLock.lock();
    try {
      return readLocked(target, blocking, deadlineNanos, interruptible);
    } finally {
      readLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  private int readLocked(
      ByteBuffer target, boolean blocking, long deadlineNanos, boolean interruptible)
      throws IOException {
    Connection connection = ensureConnected();
    boolean marked = blocking && interruptible;
    int octets = UNAVAILABLE;
    boolean entered = gate.enter(Gate.READING);
    if (marked) {
      begin();
    }
    try {
      if (entered) {
        octets = take(connection, target);
        if (octets == UNAVAILABLE && blocking) {
          octets = awaitData(connection, target, deadlineNanos);
        }
      }
    } finally {
      ask(gate.leave(Gate.READING));
      if (marked) {
        end(octets != UNAVAILABLE);
      }
    }
    if (octets == UNAVAILABLE && blocking) {
      throw new AsynchronousCloseException();
    }
    return octets == UNAVAILABLE ? 0 : octets;
  }

  private int awaitData(Connection connection, ByteBuffer target, long deadlineNanos)
      throws IOException {
    int octets = UNAVAILABLE;
    while (isOpen()) {
      end.readWait.enter();
      octets = take(connection, target);
      if (octets != UNAVAILABLE || !isOpen()) {
        break;
      }
      park(deadlineNanos, "Read timed out", end.readWait);
    }
    end.readWait.leave();
    return octets;
  }

  /// Takes what is there.
  ///
  /// @return octets; -1: end-of-stream; [#UNAVAILABLE]
  private int take(Connection connection, ByteBuffer target) throws IOException {
    if (gate.isInputShut()) {
      return -1;
    }
    if (!target.hasRemaining()) {
      return 0;
    }
    boolean over = end.isOver(); // before the ring is read: nothing comes in after that
    int octets = connection.read(target);
    if (octets > 0) {
      // Always told. To come: only when the window has grown enough to be worth a segment.
      end.ring(ConnectionEnd.PROGRESS);
      return octets;
    }
    if (octets < 0) {
      return endOfData();
    }
    return over ? endOfData() : UNAVAILABLE;
  }

  private int endOfData() throws IOException {
    IOException why = end.isOver() ? SocketErrors.onRead(end) : null;
    if (why != null) {
      endTold = true;
      throw why;
    }
    return -1;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    readLock.lock();
    try {
      ensureConnected();
      long total = 0;
      for (int i = offset; i < offset + length; i++) {
        if (!targets[i].hasRemaining()) {
          continue;
        }
        int octets = read(targets[i], isBlocking() && total == 0, Deadline.NEVER, true);
        if (octets < 0 && total == 0) {
          return octets;
        }
        total += Math.max(octets, 0);
        if (targets[i].hasRemaining()) {
          break;
        }
      }
      return total;
    } finally {
      readLock.unlock();
    }
  }

  /// Octets that a read would give now, 0 at end-of-stream.
  int available() throws IOException {
    Connection connection = ensureConnected();
    return gate.isInputShut() ? 0 : Math.max(connection.readableBytes(), 0);
  }

  @Override
  public SocketChannel shutdownInput() throws IOException {
    ensureConnected();
    ask(gate.shutInput());
    end.wakeAll();
    return this;
  }

  boolean isInputShut() {
    return gate.isInputShut();
  }

  // ---- writing

  @Override
  public int write(ByteBuffer source) throws IOException {
    return write(source, isBlocking(), true);
  }

  /// As [#write].
  ///
  /// @param interruptible whether an interrupt closes the channel
  int write(ByteBuffer source, boolean blocking, boolean interruptible) throws IOException {
    Objects.requireNonNull(source);
    writeLock.lock();
    try {
      return writeLocked(source, blocking, interruptible);
    } finally {
      writeLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  private int writeLocked(ByteBuffer source, boolean blocking, boolean interruptible)
      throws IOException {
    Connection connection = ensureConnected();
    if (gate.isOutputShut()) {
      throw new ClosedChannelException();
    }
    int before = source.position();
    boolean marked = blocking && interruptible;
    boolean entered = gate.enter(Gate.WRITING);
    if (marked) {
      begin();
    }
    try {
      if (entered) {
        put(connection, source);
        if (blocking && source.hasRemaining()) {
          awaitRoom(connection, source);
        }
      }
    } finally {
      ask(gate.leave(Gate.WRITING));
      if (marked) {
        end(source.position() > before);
      }
    }
    int written = source.position() - before;
    if (blocking && written == 0 && source.hasRemaining()) {
      throw new AsynchronousCloseException(); // or shut for output meanwhile
    }
    return written;
  }

  private void awaitRoom(Connection connection, ByteBuffer source) throws IOException {
    while (source.hasRemaining() && isOpen() && !gate.isOutputShut()) {
      end.writeWait.enter();
      int octets = put(connection, source);
      if (octets == 0 && source.hasRemaining() && isOpen() && !gate.isOutputShut()) {
        end.writeWait.park(this, Waiting.FOREVER);
      }
    }
    end.writeWait.leave();
  }

  /// Puts in what there is room for.
  private int put(Connection connection, ByteBuffer source) throws IOException {
    if (end.isOver()) {
      boolean told = endTold;
      endTold = true;
      throw SocketErrors.onWrite(end, told);
    }
    if (!source.hasRemaining()) {
      return 0;
    }
    int octets = connection.write(source);
    if (octets > 0) {
      end.ring(ConnectionEnd.PROGRESS);
    }
    return octets;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    writeLock.lock();
    try {
      ensureConnected();
      long total = 0;
      for (int i = offset; i < offset + length; i++) {
        total += write(sources[i]);
        if (sources[i].hasRemaining()) {
          break;
        }
      }
      return total;
    } finally {
      writeLock.unlock();
    }
  }

  @Override
  public SocketChannel shutdownOutput() throws IOException {
    ensureConnected();
    ask(gate.shutOutput());
    end.wakeAll();
    return this;
  }

  boolean isOutputShut() {
    return gate.isOutputShut();
  }

  // ---- options, blocking mode, readiness, closing

  @Override
  public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
    ensureSupported(name);
    ensureOpen();
    settings.set(end, name, value);
    return this;
  }

  @Override
  public <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
    ensureSupported(name);
    ensureOpen();
    return settings.get(end, name);
  }

  private void ensureSupported(SocketOption<?> name) {
    if (!supportedOptions().contains(Objects.requireNonNull(name))) {
      throw new UnsupportedOperationException("'" + name + "' not supported");
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return ChannelSettings.OF_CONNECTION;
  }

  @Override
  public Socket socket() {
    synchronized (stateLock) {
      if (socket == null) {
        socket = ChannelSocket.of(this);
      }
      return socket;
    }
  }

  @Override
  public int readyOps() {
    Connection connection = end.connection();
    boolean over = end.isOver();
    return switch (phase) {
      case UNCONNECTED -> 0;
      case PENDING -> end.isConnected() || over ? SelectionKey.OP_CONNECT : 0;
      case CONNECTED -> {
        if (connection == null || over || !isOpen()) {
          yield SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        }
        boolean read =
            gate.isInputShut() || end.sawEndOfStream() || connection.readableBytes() != 0;
        boolean write = gate.isOutputShut() || connection.writableBytes() > 0;
        yield (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
      }
    };
  }

  /// The mode is looked at when an operation begins; there is nothing else to set.
  @Override
  protected void implConfigureBlocking(boolean block) {}

  @Override
  protected void implCloseSelectableChannel() {
    boolean linger = phase == Phase.CONNECTED && settings.lingerSeconds() >= 0;
    if (linger && settings.lingerSeconds() == 0) {
      // ABORT before CLOSE: the loop takes the harder of the two
      gate.abortOnClose();
    }
    end.onCloseAsked();
    int due = gate.close();
    end.wakeAll();
    ask(due);
    if (linger && due != 0 && isBlocking() && !loop.isOnLoop() && !loop.isClosing()) {
      linger();
    }
  }

  /// Waits for the peer to acknowledge everything; an interrupt ends the wait, and the
  /// connection goes on closing by itself.
  private void linger() {
    long deadlineNanos = Deadline.after(loop.waiting, settings.lingerSeconds() * 1_000_000_000L);
    while (true) {
      end.writeWait.enter();
      if (end.isFinAcknowledged() || end.isOver() || Thread.currentThread().isInterrupted()) {
        break;
      }
      long remainingNanos = Deadline.remaining(loop.waiting, deadlineNanos);
      if (remainingNanos <= 0) {
        end.ring(ConnectionEnd.ABORT);
        break;
      }
      end.writeWait.park(this, remainingNanos);
    }
    end.writeWait.leave();
  }
}
