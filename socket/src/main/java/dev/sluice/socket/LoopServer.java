package dev.sluice.socket;

import dev.sluice.stack.Binding;
import dev.sluice.stack.ConnectionHandler;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.wire.IpAddress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Supplier;

/// A server whose connections live on the loop thread: no channel, no thread, no lock
/// between the segment and the handler.
///
/// It ends with its stack, or with [#close]; connections live on.
public final class LoopServer implements Closeable {
  private static final ListenerLimits LIMITS = new ListenerLimits(128, 1_024);

  private final Loop loop;
  private final Binding binding;
  private final Listener listener;

  private LoopServer(Loop loop, Binding binding, Listener listener) {
    this.loop = loop;
    this.binding = binding;
    this.listener = listener;
  }

  static LoopServer open(Loop loop, int port, Supplier<LoopHandler> handlers) throws IOException {
    return loop.call((host, nowNanos) -> {
      if (loop.isClosing()) {
        throw new ClosedChannelException();
      }
      Binding binding = host.bind(IpAddress.ANY_V6, port, false);
      boolean listens = false;
      try {
        ConnectionOptions options = TcpOption.defaults();
        Listener listener = host.listen(
            binding,
            options,
            LIMITS,
            (source, connection) -> accept(loop, source, connection, handlers.get()));
        listens = true;
        return new LoopServer(loop, binding, listener);
      } finally {
        if (!listens) {
          host.release(binding);
        }
      }
    });
  }

  private static ConnectionHandler accept(
      Loop loop, Listener listener, Connection connection, LoopHandler handler) {
    loop.soon((host, nowNanos) -> {
      listener.onAccepted();
      host.attend(listener);
    });
    LoopConnection front = new LoopConnection(connection);
    handler.onOpen(front);
    carryOut(loop, connection, front);
    return (source, event) -> {
      tell(handler, front, event);
      carryOut(loop, source, front);
    };
  }

  private static void carryOut(Loop loop, Connection connection, LoopConnection front) {
    if (front.carryOut(loop.nowNanos())) {
      loop.host.attend(connection);
    }
  }

  private static void tell(LoopHandler handler, LoopConnection front, Event event) {
    switch (event) {
      case Event.Signal signal -> {
        switch (signal) {
          case READABLE -> handler.onReadable(front);
          case WRITABLE -> handler.onWritable(front);
          case END_OF_STREAM -> handler.onEndOfStream(front);
          case CONNECTED, FIN_ACKNOWLEDGED -> {}
        }
      }
      case Event.Closed closed -> handler.onClosed(front, closed.reason());
      case Event.Transition transition -> {}
      case Event.SoftError error -> {}
      case Event.PathSuspect suspect -> {}
      case Event.Urgent urgent -> {}
    }
  }

  /// The port it listens on.
  public int port() {
    return binding.port();
  }

  /// Ends listening. Again, or after the stack was closed: no effect.
  @Override
  public void close() throws IOException {
    try {
      loop.call((host, nowNanos) -> {
        host.unlisten(listener, nowNanos);
        host.release(binding);
        return true;
      });
    } catch (ClosedChannelException e) {
      // it ended with the loop
    }
  }
}
