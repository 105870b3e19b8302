package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.SystemCall;
import dev.sluice.packetdrill.language.Value;
import dev.sluice.packetdrill.run.Kernel.Descriptor;
import dev.sluice.stack.Binding;
import dev.sluice.stack.Reuse;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The calls that make, name, open and end sockets.
final class SocketCalls {

  private final Kernel kernel;

  SocketCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  Outcome.Attempt socket(SystemCall call, Arguments arguments) {
    arguments.expectCount(3);
    if (!arguments.name(1).equals("SOCK_STREAM") || !arguments.name(2).equals("IPPROTO_TCP")) {
      boolean mismatch = arguments.name(1).equals("SOCK_STREAM");
      if (mismatch) {
        return () -> Outcome.error("EPROTONOSUPPORT");
      }
      throw new NotRun("socket type " + arguments.name(1));
    }
    Long expected = call.result() instanceof Value.Int(long number) ? number : null;
    return () -> {
      ScriptSocket socket = kernel.newSocket();
      kernel.underTest.accept(socket);
      return Outcome.of(kernel.enter(new Descriptor.OfSocket(socket), expected));
    };
  }

  Outcome.Attempt bind(ScriptSocket socket) {
    return () -> {
      try {
        socket.binding = kernel
            .host()
            .bind(kernel.addresses.local(), kernel.addresses.bindPort(), reuse(socket));
        return Outcome.OK;
      } catch (BindException e) {
        return Outcome.error("EADDRINUSE");
      }
    };
  }

  private static Reuse reuse(ScriptSocket socket) {
    return new Reuse(socket.reuseAddress, socket.reusePort);
  }

  Outcome.Attempt listen(ScriptSocket socket, Arguments arguments) {
    int backlog = (int) arguments.number(1);
    return () -> {
      try {
        Binding binding = socket.binding;
        if (binding == null) {
          binding = kernel.host().bind(kernel.addresses.local(), 0, reuse(socket));
          socket.binding = binding;
        }
        if (socket.connection != null) {
          return Outcome.error("EINVAL");
        }
        kernel.onOpening(socket);
        socket.listener = kernel
            .host()
            .listen(
                binding,
                socket.options,
                new ListenerLimits(backlog, kernel.host().config().maxHalfOpenPerListener),
                kernel.acceptor(socket));
        kernel.underTest.accept(socket);
        return Outcome.OK;
      } catch (BindException e) {
        return Outcome.error("EADDRINUSE");
      }
    };
  }

  Outcome.Attempt accept(ScriptSocket socket, SystemCall call) {
    Long expected = call.result() instanceof Value.Int(long number) ? number : null;
    return () -> {
      Listener listener = socket.listener;
      if (listener == null) {
        return Outcome.error("EINVAL");
      }
      ScriptSocket child = socket.backlog.poll();
      if (child == null) {
        return socket.nonBlocking ? Outcome.error("EAGAIN") : null;
      }
      listener.onAccepted();
      kernel.attend(listener);
      return Outcome.of(kernel.enter(new Descriptor.OfSocket(child), expected));
    };
  }

  Outcome.Attempt connect(ScriptSocket socket, Arguments arguments) {
    if (!arguments.isAnything(1)) {
      throw new NotRun("connect to an explicit address");
    }
    boolean[] started = {false};
    return () -> {
      if (started[0]) {
        return connectResult(socket);
      }
      Connection waiting = socket.connection;
      if (socket.connected || (waiting != null && waiting.awaitsFirstWrite())) {
        return Outcome.error("EISCONN");
      }
      if (socket.connection != null && !socket.over) {
        return Outcome.error("EALREADY");
      }
      String failed = socket.takeError();
      if (failed != null) {
        return Outcome.error(failed);
      }
      String error = open(socket);
      if (error != null) {
        return Outcome.error(error);
      }
      started[0] = true;
      Connection opened = socket.connection();
      if (opened.awaitsFirstWrite() && socket.fastOpenConnect) {
        return Outcome.OK; // the SYN goes with what is written first
      }
      opened.begin();
      return socket.nonBlocking ? Outcome.error("EINPROGRESS") : connectResult(socket);
    };
  }

  private static @Nullable Outcome connectResult(ScriptSocket socket) {
    if (socket.connected) {
      return Outcome.OK;
    }
    if (socket.over) {
      String error = socket.takeError();
      return Outcome.error(error == null ? "ECONNABORTED" : error);
    }
    return null;
  }

  /// OPEN, active.
  ///
  /// @return the error, or null
  @Nullable
  String open(ScriptSocket socket) {
    IpAddress remote = kernel.addresses.remote();
    try {
      socket.active = true;
      kernel.onOpening(socket);
      socket.over = false;
      Connection connection = kernel
          .host()
          .connect(
              socket.binding,
              remote,
              kernel.addresses.connectPort(),
              socket.options,
              kernel.handler(socket),
              kernel.now());
      socket.connection = connection;
      kernel.remember(connection, socket);
      kernel.underTest.accept(socket);
      return null;
    } catch (IOException e) {
      return errorOf(e);
    }
  }

  private static String errorOf(IOException e) {
    String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (words.contains("network is unreachable")) {
      return "ENETUNREACH";
    }
    return words.contains("in use") ? "EADDRINUSE" : "EADDRNOTAVAIL";
  }

  Outcome.Attempt shutdown(ScriptSocket socket, Arguments arguments) {
    String how = arguments.name(1);
    return () -> {
      Connection connection = socket.connection;
      if (connection == null || socket.over || !socket.connected) {
        return Outcome.error("ENOTCONN");
      }
      if (!how.equals("SHUT_WR")) {
        socket.readShut = true;
        if (!kernel.habits.readsAfterShutdown()) {
          connection.shutdownInput(kernel.now());
        }
      }
      if (!how.equals("SHUT_RD")) {
        socket.writeShut = true;
        connection.shutdownOutput(kernel.now());
      }
      kernel.attend(connection);
      return Outcome.OK;
    };
  }

  Outcome.Attempt close(long number, ScriptSocket socket) {
    return () -> {
      kernel.forget(number);
      end(socket);
      return Outcome.OK;
    };
  }

  /// Ends a socket as `close` does.
  void end(ScriptSocket socket) {
    if (socket.closed) {
      return;
    }
    socket.closed = true;
    Listener listener = socket.listener;
    if (listener != null) {
      kernel.host().unlisten(listener, kernel.now());
      for (ScriptSocket child : socket.backlog) {
        child.connection().abort(kernel.now());
        kernel.attend(child.connection());
      }
      socket.backlog.clear();
    }
    Connection connection = socket.connection;
    if (connection != null && !socket.over) {
      if (socket.lingers && socket.lingerSeconds == 0) {
        connection.abort(kernel.now());
      } else {
        connection.close(kernel.now());
      }
      kernel.attend(connection);
    }
    Binding binding = socket.binding;
    if (binding != null) {
      kernel.host().release(binding);
      socket.binding = null;
    }
  }

  Outcome.Attempt fcntl(ScriptSocket socket, Arguments arguments) {
    String command = arguments.name(1);
    long nonBlockingBit = kernel.symbols.number("O_NONBLOCK");
    return switch (command) {
      case "F_GETFL" ->
        () ->
            Outcome.of(kernel.symbols.number("O_RDWR") | (socket.nonBlocking ? nonBlockingBit : 0));
      case "F_SETFL" ->
        () -> {
          socket.nonBlocking = (arguments.number(2) & nonBlockingBit) != 0;
          return Outcome.OK;
        };
      default -> throw new NotRun("fcntl " + command);
    };
  }
}
