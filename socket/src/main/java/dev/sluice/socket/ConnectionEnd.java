package dev.sluice.socket;

import dev.sluice.stack.Binding;
import dev.sluice.stack.ConnectionHandler;
import dev.sluice.stack.Host;
import dev.sluice.stack.Reuse;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// The loop's end of a [SluiceSocketChannel]: hears of the connection's events and wakes
/// who waits, and carries out on the connection what application threads ask for.
///
/// Fields without a word on it are written by the loop and read by any thread.
final class ConnectionEnd extends ChannelEnd implements ConnectionHandler {
  /// The application has read or written.
  static final int PROGRESS = 1;
  /// Nothing will be read any more.
  static final int SHUT_INPUT = 1 << 1;
  /// Nothing will be written any more.
  static final int SHUT_OUTPUT = 1 << 2;
  /// Close in order.
  static final int CLOSE = 1 << 3;
  /// Reset.
  static final int ABORT = 1 << 4;
  /// A SYN that waits for something to carry waits no more.
  static final int BEGIN = 1 << 5;

  /// Where the reading, or the connecting thread waits.
  final WaitSlot readWait;
  /// Where the writing, or the lingering thread waits.
  final WaitSlot writeWait;

  private volatile @Nullable Connection connection;
  private volatile boolean connected;
  private volatile boolean awaitsFirstWrite;
  private volatile boolean finAcknowledged;
  private volatile boolean endOfStream;
  private volatile boolean over;
  private volatile @Nullable CloseReason reason; // before over
  private volatile @Nullable IcmpError softError;
  private volatile @Nullable Binding binding;

  /// Before there is a connection. Loop thread.
  private final ConnectionOptions ownOptions;

  /// CLOSE or ABORT was carried out. Loop thread.
  private boolean closed;

  /// For an active open.
  ConnectionEnd(Loop loop) {
    this(loop, TcpOption.defaults());
  }

  private ConnectionEnd(Loop loop, ConnectionOptions options) {
    super(loop);
    this.ownOptions = options;
    this.readWait = new WaitSlot(loop.waiting);
    this.writeWait = new WaitSlot(loop.waiting);
  }

  /// For a connection that a listener has accepted. Loop thread.
  static ConnectionEnd accepted(Loop loop, Connection connection) {
    ConnectionEnd end = new ConnectionEnd(loop, connection.options());
    end.connection = connection;
    end.connected = true;
    return end;
  }

  // ---- what application threads see

  @Nullable
  Connection connection() {
    return connection;
  }

  @Nullable
  Binding binding() {
    return binding;
  }

  /// Whether the connection has been established.
  boolean isConnected() {
    return connected;
  }

  /// A thread is about to wait for something to read: if the SYN has waited for something
  /// to carry, it goes now.
  void onReaderWaits() {
    if (awaitsFirstWrite) {
      awaitsFirstWrite = false;
      ring(BEGIN);
    }
  }

  /// Whether the connection is no more, or its loop.
  boolean isOver() {
    return over;
  }

  /// The peer's FIN came, after which a RST takes nothing from the reader.
  boolean sawEndOfStream() {
    return endOfStream;
  }

  /// Whether all that was sent, FIN too, has been acknowledged.
  boolean isFinAcknowledged() {
    return finAcknowledged;
  }

  /// Why the connection is no more; null while it lives, or if the whole loop is over.
  @Nullable
  CloseReason reason() {
    return reason;
  }

  /// The last ICMP error that did not end the connection.
  @Nullable
  IcmpError softError() {
    return softError;
  }

  // ---- what the loop does for them

  /// Takes a local port. Loop thread.
  void bind(Host host, IpAddress address, int port, Reuse reuse) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    binding = host.bind(address, port, reuse);
  }

  /// OPEN, active. Loop thread.
  void open(Host host, IpAddress remote, int port, long nowNanos) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    loop.enter(this);
    try {
      Connection opened = host.connect(binding, remote, port, ownOptions, this, nowNanos);
      awaitsFirstWrite = opened.awaitsFirstWrite();
      connected = awaitsFirstWrite; // as far as the user is concerned
      connection = opened;
    } finally {
      if (connection == null) {
        loop.forget(this);
      }
    }
  }

  @Override
  ConnectionOptions options() {
    Connection present = connection;
    return present == null ? ownOptions : present.options();
  }

  @Override
  void onOptionsChanged(Host host, long nowNanos) {
    Connection present = connection;
    if (present != null && !over) {
      present.onOptionsChanged(nowNanos);
      host.attend(present);
    }
  }

  @Override
  void onRing(int requests, long nowNanos) {
    boolean closing = (requests & (CLOSE | ABORT)) != 0;
    Connection present = connection;
    if (present != null && !over) {
      carryOut(present, requests, nowNanos);
      loop.host.attend(present);
    }
    if (closing && !closed) {
      closed = true;
      release();
    }
  }

  private void carryOut(Connection present, int requests, long nowNanos) {
    if ((requests & PROGRESS) != 0) {
      present.onApplicationProgress(nowNanos);
    }
    if ((requests & BEGIN) != 0) {
      present.begin();
    }
    if ((requests & SHUT_INPUT) != 0) {
      present.shutdownInput(nowNanos);
    }
    if ((requests & SHUT_OUTPUT) != 0) {
      present.shutdownOutput(nowNanos);
    }
    if ((requests & ABORT) != 0) {
      present.abort(nowNanos);
    } else if ((requests & CLOSE) != 0) {
      present.close(nowNanos);
    }
  }

  private void release() {
    Binding held = binding;
    if (held != null) {
      loop.host.release(held);
    }
  }

  // ---- what the loop tells

  @Override
  public void onEvent(Connection source, Event event) {
    switch (event) {
      case Event.Signal signal -> onSignal(signal);
      case Event.Closed over -> onClosed(over.reason());
      case Event.SoftError soft -> softError = soft.error();
      case Event.Transition transition -> {}
      case Event.PathSuspect suspect -> {}
      case Event.Urgent urgent -> {}
    }
  }

  private void onSignal(Event.Signal signal) {
    switch (signal) {
      case CONNECTED -> {
        connected = true;
        wakeAll();
      }
      case READABLE -> {
        readWait.wake();
        tellSelectors();
      }
      case WRITABLE -> {
        writeWait.wake();
        tellSelectors();
      }
      case END_OF_STREAM -> {
        endOfStream = true;
        readWait.wake();
        tellSelectors();
      }
      case FIN_ACKNOWLEDGED -> {
        finAcknowledged = true;
        writeWait.wake();
      }
    }
  }

  private void onClosed(CloseReason why) {
    reason = why;
    over = true;
    loop.forget(this);
    wakeAll();
  }

  @Override
  void onLoopOver() {
    over = true;
    wakeAll();
  }

  /// Everybody who waits looks again. Any thread.
  void wakeAll() {
    readWait.wake();
    writeWait.wake();
    tellSelectors();
  }
}
