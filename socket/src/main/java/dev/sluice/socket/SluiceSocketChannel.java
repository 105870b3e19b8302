package dev.sluice.socket;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.wire.FourTuple;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
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
  private final Rings rings;
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

  /// An unconnected channel.
  SluiceSocketChannel(SluiceSelectorProvider provider, Loop loop) {
    this(
        provider,
        new ConnectionEnd(loop),
        new ChannelSettings(loop, ChannelSettings.OF_CONNECTION));
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
    this.rings = new Rings(end, gate);
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
        end.bind(host, SocketAddresses.toBind(asked), asked.getPort(), settings.reuse());
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
    return SocketAddresses.shown(end.connection(), end.binding());
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
  /// @throws java.net.SocketTimeoutException if that time comes; the channel is closed
  ///     then
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
      } else if (end.isConnected()) {
        done = settleConnect(); // fast open
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
      rings.park(deadlineNanos, "Connect timed out", end.readWait);
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

  // ---- reading

  @Override
  public int read(ByteBuffer target) throws IOException {
    return read(target, isBlocking(), Deadline.NEVER, true, true);
  }

  /// As [#read], with a limit.
  ///
  /// @param deadlineNanos when a blocking read gives up
  /// @param interruptible whether an interrupt closes the channel
  /// @param urgentInline urgent octets among the others, else they are left out
  /// @throws java.net.SocketTimeoutException if that time comes
  int read(
      ByteBuffer target,
      boolean blocking,
      long deadlineNanos,
      boolean interruptible,
      boolean urgentInline)
      throws IOException {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    readLock.lock();
    try {
      return readLocked(target, blocking, deadlineNanos, interruptible, urgentInline);
    } finally {
      readLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  private int readLocked(
      ByteBuffer target,
      boolean blocking,
      long deadlineNanos,
      boolean interruptible,
      boolean urgentInline)
      throws IOException {
    Connection connection = ensureConnected();
    boolean marked = blocking && interruptible;
    int octets = Rings.UNAVAILABLE;
    boolean entered = gate.enter(Gate.READING);
    if (marked) {
      begin();
    }
    try {
      if (entered) {
        octets = rings.take(connection, target, urgentInline);
        if (octets == Rings.UNAVAILABLE && blocking) {
          octets = rings.awaitData(connection, target, deadlineNanos, urgentInline);
        }
      }
    } finally {
      ask(gate.leave(Gate.READING));
      if (marked) {
        end(octets != Rings.UNAVAILABLE);
      }
    }
    if (octets == Rings.UNAVAILABLE && blocking) {
      throw new AsynchronousCloseException();
    }
    return octets == Rings.UNAVAILABLE ? 0 : octets;
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    readLock.lock();
    try {
      ensureConnected();
      Vectors.Read one =
          (target, mayWait) -> read(target, isBlocking() && mayWait, Deadline.NEVER, true, true);
      return Vectors.read(targets, offset, length, one);
    } finally {
      readLock.unlock();
    }
  }

  /// Octets that a read would give now, 0 at end-of-stream.
  ///
  /// @param urgentInline urgent octets among the others, else they do not count
  int available(boolean urgentInline) throws IOException {
    Connection connection = ensureConnected();
    int octets = urgentInline ? connection.readableBytes() : connection.readableWithoutUrgent();
    return gate.isInputShut() ? 0 : Math.max(octets, 0);
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
    return write(Objects.requireNonNull(source), isBlocking(), true);
  }

  /// As [#write].
  ///
  /// @param interruptible whether an interrupt closes the channel
  int write(ByteBuffer source, boolean blocking, boolean interruptible) throws IOException {
    writeLock.lock();
    try {
      return writeLocked(source, blocking, interruptible);
    } finally {
      writeLock.unlock();
      Reference.reachabilityFence(this);
    }
  }

  /// Writes one octet and calls it urgent.
  void writeUrgent(byte octet, boolean interruptible) throws IOException {
    writeLock.lock();
    try {
      Connection connection = ensureConnected();
      if (!gate.isOutputShut()) {
        connection.announceUrgent(1);
      }
      writeLocked(ByteBuffer.wrap(new byte[] {octet}), true, interruptible);
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
        rings.put(connection, source);
        if (blocking && source.hasRemaining()) {
          rings.awaitRoom(connection, source);
        }
      }
    } finally {
      ask(gate.leave(Gate.WRITING));
      if (marked) {
        end(!source.hasRemaining());
      }
    }
    if (blocking && source.hasRemaining()) {
      throw new AsynchronousCloseException(); // or shut for output meanwhile
    }
    return source.position() - before;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    writeLock.lock();
    try {
      ensureConnected();
      return Vectors.write(sources, offset, length, this::write);
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

  /// All that the connection tells of itself.
  ///
  /// @throws NotYetConnectedException if there is none yet
  ConnectionInfo info() throws IOException {
    Connection connection = ensureConnected();
    return loop.call((host, nowNanos) -> connection.info(nowNanos));
  }

  // ---- options, blocking mode, readiness, closing

  @Override
  public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
    settings.check(this, name);
    if (name.equals(SluiceSocketOptions.TCP_URGENT_LEFT)) {
      throw new UnsupportedOperationException("'" + name + "' can only be read");
    }
    settings.set(end, name, value);
    return this;
  }

  @Override
  public <T> @Nullable T getOption(SocketOption<T> name) throws IOException {
    settings.check(this, name);
    if (name.equals(SluiceSocketOptions.TCP_URGENT_LEFT)) {
      Connection connection = end.connection();
      long left = connection == null ? 0 : connection.urgentBytesLeft();
      return name.type().cast((int) Math.min(Integer.MAX_VALUE, left));
    }
    return settings.get(end, name);
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
      gate.abortOnClose(); // ABORT before CLOSE: the loop takes the harder of the two
    }
    end.onCloseAsked();
    int due = gate.close();
    end.wakeAll();
    ask(due);
    if (linger && due != 0 && isBlocking() && !loop.isOnLoop() && !loop.isClosing()) {
      rings.linger(settings.lingerSeconds());
    }
  }
}
