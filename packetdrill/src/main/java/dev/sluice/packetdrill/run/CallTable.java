package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.SystemCall;
import dev.sluice.packetdrill.language.Value;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the code of a system call, and judges what it returned.
final class CallTable {
  private final Kernel kernel;
  private final SocketCalls sockets;
  private final TransferCalls transfers;
  private final OptionCalls options;
  private final PollCalls polls;

  CallTable(Kernel kernel, boolean freebsd) {
    this.kernel = kernel;
    this.sockets = new SocketCalls(kernel);
    this.transfers = new TransferCalls(kernel, sockets, freebsd);
    this.options = new OptionCalls(kernel);
    this.polls = new PollCalls(kernel);
  }

  /// Something may have happened that sockets have to be told.
  void observe() {
    kernel.observe();
  }

  /// Whether the call that waits got on and is to be tried again at once.
  boolean takeRetry() {
    return kernel.takeRetry();
  }

  /// Makes a call ready to be tried.
  ///
  /// @throws NotRun if there is no such call here
  Outcome.Attempt prepare(SystemCall call) {
    Arguments arguments = new Arguments(call, kernel.symbols);
    return switch (call.name()) {
      case "socket" -> sockets.socket(call, arguments);
      case "bind" -> onSocket(arguments, sockets::bind);
      case "listen" -> onSocket(arguments, s -> sockets.listen(s, arguments));
      case "accept" -> onSocket(arguments, s -> sockets.accept(s, call));
      case "connect" -> onSocket(arguments, s -> sockets.connect(s, arguments));
      case "shutdown" -> onSocket(arguments, s -> sockets.shutdown(s, arguments));
      case "fcntl" -> onSocket(arguments, s -> sockets.fcntl(s, arguments));
      case "close" -> close(arguments);
      case "read" -> onSocket(arguments, s -> transfers.read(s, arguments));
      case "recv", "recvfrom" -> onSocket(arguments, s -> transfers.recv(s, arguments));
      case "recvmsg" -> onSocket(arguments, s -> transfers.recvmsg(s, arguments));
      case "write" -> onSocket(arguments, s -> transfers.write(s, arguments));
      case "send" -> onSocket(arguments, s -> transfers.send(s, arguments, false));
      case "sendto" -> onSocket(arguments, s -> transfers.send(s, arguments, true));
      case "writev" -> onSocket(arguments, s -> transfers.writev(s, arguments));
      case "sendmsg" -> onSocket(arguments, s -> transfers.sendmsg(s, arguments));
      case "open" -> transfers.open(call, arguments);
      case "sendfile" -> onSocket(arguments, s -> transfers.sendfile(s, arguments));
      case "getsockopt" -> onSocket(arguments, s -> options.get(s, arguments));
      case "setsockopt" -> onSocket(arguments, s -> options.set(s, arguments));
      case "ioctl" -> onSocket(arguments, s -> options.ioctl(s, arguments));
      case "poll" -> polls.poll(arguments);
      case "epoll_create", "epoll_create1" -> polls.create(call);
      case "epoll_ctl" -> polls.control(arguments);
      case "epoll_wait" -> polls.await(arguments);
      default -> throw new NotRun("system call " + call.name());
    };
  }

  private Outcome.Attempt onSocket(
      Arguments arguments, Function<ScriptSocket, Outcome.Attempt> use) {
    ScriptSocket socket = kernel.socket(arguments.number(0));
    return socket == null ? () -> Outcome.error("EBADF") : use.apply(socket);
  }

  private Outcome.Attempt close(Arguments arguments) {
    long number = arguments.number(0);
    ScriptSocket socket = kernel.socket(number);
    if (socket != null) {
      return sockets.close(number, socket);
    }
    boolean known = kernel.descriptor(number) != null;
    return () -> {
      kernel.forget(number);
      return known ? Outcome.OK : Outcome.error("EBADF");
    };
  }

  /// What is wrong with an outcome, or null.
  @Nullable
  String judge(SystemCall call, Outcome outcome) {
    if (call.result() instanceof Value.Anything) {
      return null;
    }
    Arguments arguments = new Arguments(call, kernel.symbols);
    long expected = arguments.number(call.result());
    String errno = call.errno();
    boolean descriptor = switch (call.name()) {
      case "socket", "accept", "epoll_create", "epoll_create1" -> true;
      default -> false;
    };
    boolean valueFits =
        descriptor ? (expected < 0) == (outcome.value() < 0) : expected == outcome.value();
    boolean errorFits = errno == null || sameError(errno, outcome.errno());
    if (valueFits && errorFits) {
      return null;
    }
    String wanted = expected + (errno == null ? "" : " " + errno);
    return call.name() + ": expected " + wanted + ", returned " + outcome;
  }

  private boolean sameError(String expected, @Nullable String seen) {
    return seen != null && kernel.symbols.number(expected) == kernel.symbols.number(seen);
  }
}
