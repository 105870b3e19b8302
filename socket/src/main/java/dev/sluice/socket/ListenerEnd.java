package dev.sluice.socket;

import dev.sluice.stack.Binding;
import dev.sluice.stack.ConnectionHandler;
import dev.sluice.stack.Host;
import dev.sluice.stack.ListenerHandler;
import dev.sluice.stack.Reuse;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The loop's end of a [SluiceServerSocketChannel]: takes the connections that its
/// listener has ready, and keeps them until they are accepted.
final class ListenerEnd extends ChannelEnd implements ListenerHandler {
  /// Connections were accepted.
  static final int TAKEN = 1;
  /// Listen no more; whoever waits to be accepted is reset.
  static final int CLOSE = 1 << 1;

  /// Where the accepting thread waits.
  final WaitSlot acceptWait;

  /// Handshakes are complete: the loop adds, accepting threads take.
  private final Queue<ConnectionEnd> ready = new ConcurrentLinkedQueue<>();

  /// How many were taken that the listener has not been told of.
  private final AtomicInteger taken = new AtomicInteger();

  /// Before there is a listener. Loop thread.
  private final ConnectionOptions ownOptions = TcpOption.defaults();

  /// Loop thread.
  private @Nullable Listener listener;

  /// CLOSE was carried out. Loop thread.
  private boolean closed;

  /// Written by the loop, read by any thread.
  private volatile @Nullable Binding binding;

  /// Written by the loop or whoever ended it.
  private volatile boolean over;

  ListenerEnd(Loop loop) {
    super(loop);
    this.acceptWait = new WaitSlot(loop.waiting);
  }

  @Nullable
  Binding binding() {
    return binding;
  }

  /// Whether the loop is over, so that nobody comes any more.
  boolean isOver() {
    return over;
  }

  /// OPEN, passive. Loop thread.
  void listen(Host host, IpAddress address, int port, Reuse reuse, ListenerLimits limits)
      throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    loop.enter(this);
    Binding bound = null;
    try {
      bound = host.bind(address, port, reuse);
      listener = host.listen(bound, ownOptions, limits, this);
      binding = bound;
    } finally {
      if (listener == null) {
        loop.forget(this);
        if (bound != null) {
          host.release(bound);
        }
      }
    }
  }

  /// The next connection, or null. One accepting thread at a time.
  @Nullable
  ConnectionEnd take() {
    ConnectionEnd next = ready.poll();
    if (next != null) {
      taken.incrementAndGet();
      ring(TAKEN);
    }
    return next;
  }

  /// Whether a connection waits to be accepted.
  boolean hasReady() {
    return !ready.isEmpty();
  }

  @Override
  public ConnectionHandler onConnection(Listener source, Connection connection) {
    ConnectionEnd end = ConnectionEnd.accepted(loop, connection);
    try {
      loop.enter(end);
    } catch (ClosedChannelException e) {
      end.ring(ConnectionEnd.ABORT); // the stack is closing
      return end;
    }
    ready.add(end);
    acceptWait.wake();
    tellSelectors();
    return end;
  }

  @Override
  void onRing(int requests, long nowNanos) {
    Listener present = listener;
    if (present != null && (requests & TAKEN) != 0) {
      for (int i = taken.getAndSet(0); i > 0; i--) {
        present.onAccepted();
      }
      loop.host.attend(present);
    }
    if ((requests & CLOSE) != 0 && !closed) {
      closed = true;
      end(nowNanos);
    }
  }

  private void end(long nowNanos) {
    Listener present = listener;
    if (present == null) {
      return;
    }
    loop.host.unlisten(present, nowNanos);
    Binding held = binding;
    if (held != null) {
      loop.host.release(held);
    }
    loop.forget(this);
    ConnectionEnd waiting = ready.poll();
    while (waiting != null) {
      waiting.onCloseAsked();
      waiting.onRing(ConnectionEnd.ABORT, nowNanos);
      waiting = ready.poll();
    }
  }

  @Override
  ConnectionOptions options() {
    Listener present = listener;
    return present == null ? ownOptions : present.options();
  }

  @Override
  void onOptionsChanged(Host host, long nowNanos) {
    // connections that are accepted from now on begin with them
  }

  @Override
  void onLoopOver() {
    over = true;
    acceptWait.wake();
    tellSelectors();
  }
}
