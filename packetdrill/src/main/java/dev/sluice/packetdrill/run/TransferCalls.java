package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.SystemCall;
import dev.sluice.packetdrill.language.Value;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.ConnectionDetail;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.WriteHint;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The calls that move octets. What is written is all zero, as the language has it.
final class TransferCalls {
  /// Flags that mean nothing here or that are understood.
  private static final Set<String> KNOWN_FLAGS = Set.of(
      "MSG_PEEK",
      "MSG_DONTWAIT",
      "MSG_NOSIGNAL",
      "MSG_MORE",
      "MSG_EOR",
      "MSG_FASTOPEN",
      "MSG_ZEROCOPY",
      "MSG_ERRQUEUE");

  /// What one buffer of a card takes.
  private static final long LARGEST_BURST = 65_215;

  private final Kernel kernel;
  private final SocketCalls sockets;
  private final ControlMessages control;
  private final boolean freebsd;

  TransferCalls(Kernel kernel, SocketCalls sockets, boolean freebsd) {
    this.kernel = kernel;
    this.sockets = sockets;
    this.control = new ControlMessages(kernel);
    this.freebsd = freebsd;
  }

  // ---- reading

  Outcome.Attempt read(ScriptSocket socket, Arguments arguments) {
    return receive(socket, arguments.isNull(1), arguments.number(2), false, false);
  }

  Outcome.Attempt recv(ScriptSocket socket, Arguments arguments) {
    checkFlags(arguments, 3);
    return receive(
        socket,
        arguments.isNull(1),
        arguments.number(2),
        arguments.has(3, "MSG_PEEK"),
        arguments.has(3, "MSG_DONTWAIT"));
  }

  private Outcome.Attempt receive(
      ScriptSocket socket, boolean nowhere, long count, boolean peek, boolean noWait) {
    return () -> {
      if (nowhere && count > 0) {
        return Outcome.error("EFAULT");
      }
      Connection connection = socket.connection;
      if (connection == null) {
        return Outcome.error("ENOTCONN");
      }
      long took = peek ? Math.min(count, connection.readableBytes()) : take(connection, count);
      if (took > 0 || count == 0) {
        return Outcome.of(Math.max(took, 0));
      }
      return nothingToRead(socket, took < 0, noWait || socket.nonBlocking);
    };
  }

  private long take(Connection connection, long count) {
    ByteBuffer target = ByteBuffer.allocate((int) Math.min(count, 1 << 24));
    int took = connection.read(target);
    if (took > 0) {
      connection.onApplicationProgress(kernel.now());
      kernel.attend(connection);
    }
    return took;
  }

  private static @Nullable Outcome nothingToRead(
      ScriptSocket socket, boolean ended, boolean noWait) {
    String error = socket.takeError();
    if (error != null) {
      return Outcome.error(error);
    }
    if (ended || socket.endOfStream || socket.over || socket.readShut) {
      return Outcome.OK;
    }
    if (!socket.connected && !socket.active) {
      return Outcome.error("ENOTCONN");
    }
    return noWait ? Outcome.error("EAGAIN") : null;
  }

  // ---- writing

  Outcome.Attempt write(ScriptSocket socket, Arguments arguments) {
    long count = arguments.number(2);
    boolean noWait = socket.nonBlocking;
    return watched(
        socket,
        false,
        transmit(socket, arguments.isNull(1), count, noWait, WriteHint.NONE, Opening.NONE));
  }

  /// @param addressed whether the call names the far end, as `sendto` does
  Outcome.Attempt send(ScriptSocket socket, Arguments arguments, boolean addressed) {
    checkFlags(arguments, 3);
    boolean noWait = socket.nonBlocking || arguments.has(3, "MSG_DONTWAIT");
    Opening opening = arguments.has(3, "MSG_FASTOPEN") ? Opening.ASKED : Opening.NONE;
    if (addressed && opening == Opening.ASKED && isUnspecified(arguments)) {
      return () -> Outcome.error("EOPNOTSUPP");
    }
    boolean implied = addressed && freebsd && opening == Opening.NONE;
    Outcome.Attempt attempt = transmit(
        socket,
        arguments.isNull(1),
        arguments.number(2),
        noWait,
        hint(arguments, 3),
        implied ? Opening.IMPLIED : opening);
    return watched(socket, arguments.has(3, "MSG_ZEROCOPY"), attempt);
  }

  private static boolean isUnspecified(Arguments arguments) {
    return arguments.value(4) instanceof Value.Name family && family.name().equals("AF_UNSPEC");
  }

  /// Whether a call that writes opens the connection, too (RFC 7413).
  private enum Opening {
    /// No.
    NONE,
    /// By MSG_FASTOPEN.
    ASKED,
    /// FreeBSD's way: `sendto` of a socket with TCP_FASTOPEN set.
    IMPLIED
  }

  /// Opens the connection if this call is to do that, or ends the wait of one that waits
  /// for this call.
  ///
  /// @return whether the connection begins now
  private boolean begins(ScriptSocket socket, Opening opening) {
    Connection present = socket.connection;
    if (present != null) {
      return !socket.over && present.awaitsFirstWrite();
    }
    boolean wanted =
        opening == Opening.ASKED || (opening == Opening.IMPLIED && socket.options.fastOpen);
    if (wanted) {
      socket.options.fastOpen = true;
    }
    return wanted;
  }

  /// Why MSG_FASTOPEN is refused, or null.
  private @Nullable String refusalToOpen(ScriptSocket socket, Opening opening) {
    if (opening != Opening.ASKED || socket.connected || socket.over) {
      return null;
    }
    if (!kernel.host().config().tcp.fastOpenClient) {
      return "EOPNOTSUPP";
    }
    Connection present = socket.connection;
    return present != null && !present.awaitsFirstWrite() ? "EALREADY" : null;
  }

  /// The first octets go with the SYN, as many as it can carry; the others follow if the
  /// call waits, and with FreeBSD in any case.
  ///
  /// @return octets taken
  private long openWith(ScriptSocket socket, long count, boolean noWait, WriteHint hint) {
    Connection connection = socket.connection();
    boolean all = freebsd || !noWait;
    long room = all ? count : Math.min(count, connection.fastOpenRoom());
    long given = give(connection, room, hint);
    connection.begin();
    kernel.attend(connection);
    return given;
  }

  Outcome.Attempt writev(ScriptSocket socket, Arguments arguments) {
    long count = total(arguments, arguments.value(1));
    return watched(
        socket,
        false,
        transmit(socket, false, count, socket.nonBlocking, WriteHint.NONE, Opening.NONE));
  }

  Outcome.Attempt sendmsg(ScriptSocket socket, Arguments arguments) {
    checkFlags(arguments, 2);
    boolean noWait = socket.nonBlocking || arguments.has(2, "MSG_DONTWAIT");
    long count = total(arguments, vector(arguments));
    Opening opening = arguments.has(2, "MSG_FASTOPEN") ? Opening.ASKED : Opening.NONE;
    return watched(
        socket,
        arguments.has(2, "MSG_ZEROCOPY"),
        transmit(socket, false, count, noWait, hint(arguments, 2), opening));
  }

  /// A call that writes, and whose octets the error queue may have to tell of.
  private Outcome.Attempt watched(ScriptSocket socket, boolean zerocopy, Outcome.Attempt attempt) {
    return () -> {
      Outcome outcome = attempt.tryNow();
      Connection connection = socket.connection;
      if (outcome != null && outcome.value() > 0 && connection != null) {
        watch(socket, zerocopy && socket.zerocopy, written(connection));
      }
      return outcome;
    };
  }

  private void watch(ScriptSocket socket, boolean zerocopy, long end) {
    ErrorQueue queue = zerocopy ? kernel.errorQueue(socket) : socket.errorQueue;
    if (queue != null && zerocopy) {
      queue.onZerocopy(end);
    }
    if (queue != null && queue.wantsTimestamps()) {
      queue.onTimestamped(end);
    }
    kernel.observe();
  }

  /// Octets written on a connection so far.
  private long written(Connection connection) {
    ConnectionInfo info = connection.info(kernel.now());
    return info.bytesAcked() + info.sendQueue();
  }

  // ---- files

  Outcome.Attempt open(SystemCall call, Arguments arguments) {
    Long octets =
        arguments.value(0) instanceof Value.Text(String name) ? kernel.files().get(name) : null;
    if (octets == null) {
      throw new NotRun("open of a file that no command made");
    }
    Long expected = call.result() instanceof Value.Int(long number) ? number : null;
    return () -> Outcome.of(kernel.enter(new Kernel.Descriptor.OfFile(octets), expected));
  }

  Outcome.Attempt sendfile(ScriptSocket socket, Arguments arguments) {
    if (!(kernel.descriptor(arguments.number(1)) instanceof Kernel.Descriptor.OfFile(long size))) {
      return () -> Outcome.error("EBADF");
    }
    long from = arguments.isNull(2) ? 0 : arguments.only(2);
    long count = Math.clamp(size - from, 0, arguments.number(3));
    return transmit(socket, false, count, socket.nonBlocking, WriteHint.NONE, Opening.NONE);
  }

  // ---- messages

  private static WriteHint hint(Arguments arguments, int index) {
    if (arguments.has(index, "MSG_MORE")) {
      return WriteHint.MORE;
    }
    return arguments.has(index, "MSG_EOR") ? WriteHint.END_OF_RECORD : WriteHint.NONE;
  }

  Outcome.Attempt recvmsg(ScriptSocket socket, Arguments arguments) {
    checkFlags(arguments, 2);
    List<Value> expected = ControlMessages.expected(arguments, 1);
    if (arguments.has(2, "MSG_ERRQUEUE")) {
      return () -> takeMessage(socket, arguments, expected);
    }
    if (!expected.isEmpty() && !socket.tellsQueue) {
      throw new NotRun("recvmsg with control messages");
    }
    long count = total(arguments, vector(arguments));
    Outcome.Attempt attempt = receive(
        socket, false, count, arguments.has(2, "MSG_PEEK"), arguments.has(2, "MSG_DONTWAIT"));
    return () -> {
      Outcome outcome = attempt.tryNow();
      if (outcome != null && outcome.value() > 0) {
        control.compareInq(arguments, expected, queued(socket));
      }
      return outcome;
    };
  }

  /// What TCP_CM_INQ tells: octets that wait, or 1 where the end of the stream does.
  private static long queued(ScriptSocket socket) {
    int octets = socket.connection().readableBytes();
    return octets <= 0 && socket.endOfStream ? 1 : Math.max(0, octets);
  }

  private Outcome takeMessage(ScriptSocket socket, Arguments arguments, List<Value> expected) {
    kernel.observe();
    ErrorQueue queue = socket.errorQueue;
    ErrorQueue.Message message = queue == null ? null : queue.poll();
    if (message == null) {
      return Outcome.error("EAGAIN");
    }
    control.compareError(arguments, expected, message, kernel.startNanos());
    return Outcome.OK;
  }

  private static Value vector(Arguments arguments) {
    if (arguments.value(1) instanceof Value.Struct struct) {
      Value vector = struct.field("msg_iov");
      if (vector != null) {
        return vector;
      }
    }
    throw new Failure("expected {msg_iov(n)=[{..., length}]}");
  }

  private static long total(Arguments arguments, Value vector) {
    long total = 0;
    if (!(vector instanceof Value.Items(List<Value> parts))) {
      throw new Failure("expected [{..., length}, ...]");
    }
    for (Value part : parts) {
      if (!(part instanceof Value.Struct(List<Value> fields)) || fields.size() != 2) {
        throw new Failure("expected {..., length}");
      }
      total += arguments.number(fields.get(1));
    }
    return total;
  }

  private Outcome.Attempt transmit(
      ScriptSocket socket,
      boolean nowhere,
      long count,
      boolean noWait,
      WriteHint hint,
      Opening opening) {
    long[] written = {0};
    boolean[] opened = {false};
    boolean[] blocked = {false};
    return () -> {
      if (nowhere && count > 0) {
        return Outcome.error("EFAULT");
      }
      if (!opened[0]) {
        String refusal = refusalToOpen(socket, opening);
        boolean begins = refusal == null && begins(socket, opening);
        if (begins && socket.connection == null) {
          refusal = sockets.open(socket);
        }
        if (refusal != null) {
          return Outcome.error(refusal);
        }
        if (begins) {
          opened[0] = true;
          written[0] = openWith(socket, count, noWait, hint);
          return afterOpening(written[0], count, noWait);
        }
      }
      if (opened[0] && !socket.sawPeer) {
        return waitToWrite(socket);
      }
      String error = written[0] > 0 ? null : refusal(socket, noWait);
      if (error != null) {
        return Outcome.error(error);
      }
      Connection connection = socket.connection();
      if (!socket.over && connection.state() != State.SYN_SENT) {
        boolean waits = blocked[0] && !connection.isRoomy();
        long before = written[0];
        written[0] += waits ? 0 : giveWhatFits(connection, count - written[0], hint);
        blocked[0] = written[0] == before;
        if (kernel.habits.writesWholeBursts() && !blocked[0] && written[0] < count) {
          kernel.retry(); // what was sent meanwhile makes room
          return null;
        }
      }
      if (written[0] == count || (written[0] > 0 && (noWait || socket.over))) {
        return Outcome.of(written[0]);
      }
      return noWait ? Outcome.error("EAGAIN") : waitToWrite(socket);
    };
  }

  private @Nullable Outcome afterOpening(long written, long count, boolean noWait) {
    if (freebsd && written == count) {
      return Outcome.of(count);
    }
    if (!noWait) {
      return null; // until the handshake is over
    }
    return written > 0 ? Outcome.of(written) : Outcome.error("EINPROGRESS");
  }

  private static @Nullable Outcome waitToWrite(ScriptSocket socket) {
    if (!socket.over) {
      return null;
    }
    String error = socket.takeError();
    return Outcome.error(error == null ? "EPIPE" : error);
  }

  /// Why nothing can be written at all, or null.
  private @Nullable String refusal(ScriptSocket socket, boolean noWait) {
    String error = socket.takeError();
    if (error != null) {
      return error;
    }
    if (socket.connection == null) {
      return freebsd ? "ENOTCONN" : "EPIPE";
    }
    if (socket.over || socket.writeShut) {
      return "EPIPE";
    }
    if (!socket.connected && noWait) {
      return freebsd ? "ENOTCONN" : "EAGAIN";
    }
    return null;
  }

  /// As much as fits; or, where writes take whole bursts, a burst at a time.
  private long giveWhatFits(Connection connection, long count, WriteHint hint) {
    if (!kernel.habits.writesWholeBursts()) {
      return give(connection, count, hint);
    }
    ConnectionInfo info = connection.info(kernel.now());
    int mss = info.effectiveMss();
    long burst = Math.max(mss, Math.min(LARGEST_BURST, info.sendWindow() / 2) / mss * mss);
    ConnectionDetail.Sending sending = info.detail().sending();
    long begun = sending.notSentBytes() % burst;
    long goesAtOnce = sending.notSentBytes() > 0
        ? 0
        : Math.clamp(info.cwnd() - sending.inFlightBytes(), 0, info.sendWindow()) / mss * mss;
    return give(connection, Math.min(count, burst - begun + goesAtOnce), hint);
  }

  private long give(Connection connection, long count, WriteHint hint) {
    long given = 0;
    ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(count, 1 << 20));
    while (given < count) {
      zeros.clear().limit((int) Math.min(count - given, zeros.capacity()));
      int took = connection.write(zeros, hint);
      if (took <= 0) {
        break;
      }
      given += took;
    }
    if (given > 0) {
      connection.onApplicationProgress(kernel.now());
      kernel.attend(connection);
    }
    return given;
  }

  private void checkFlags(Arguments arguments, int index) {
    if (arguments.count() <= index) {
      return;
    }
    long rest = arguments.number(index);
    for (String flag : KNOWN_FLAGS) {
      Long bit = kernel.symbols.get(flag);
      rest &= bit == null ? -1 : ~bit;
    }
    if (rest != 0) {
      throw new NotRun("flag " + unknownFlag(arguments.value(index)));
    }
  }

  private static String unknownFlag(Value value) {
    return switch (value) {
      case Value.Or(Value left, Value right) -> {
        String first = unknownFlag(left);
        yield first.isEmpty() ? unknownFlag(right) : first;
      }
      case Value.Name flag -> KNOWN_FLAGS.contains(flag.name()) ? "" : flag.name();
      default -> value.toString();
    };
  }
}
