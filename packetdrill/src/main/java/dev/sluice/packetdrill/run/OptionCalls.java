package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.Value;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.FastOpenKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// getsockopt, setsockopt and ioctl.
final class OptionCalls {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MILLI_NANOS = 1_000_000L;

  private final Kernel kernel;

  OptionCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /// The options in force: of the connection once there is one.
  private static ConnectionOptions options(ScriptSocket socket) {
    Connection connection = socket.connection;
    return connection == null ? socket.options : connection.options();
  }

  // ---- getsockopt

  Outcome.Attempt get(ScriptSocket socket, Arguments arguments) {
    arguments.expectCount(5);
    String name = arguments.name(2);
    if (name.equals("SO_LINGER")) {
      return () -> linger(socket, arguments);
    }
    if (name.equals("TCP_CONGESTION")) {
      return () -> congestion(socket, arguments);
    }
    return () -> {
      long live = read(socket, name);
      if (!(arguments.value(3) instanceof Value.Items(List<Value> items))) {
        throw new Failure("getsockopt: the fourth argument is to be [value]");
      }
      Value wanted = items.isEmpty() ? new Value.Anything() : items.getFirst();
      if (!(wanted instanceof Value.Anything)) {
        long expected = arguments.number(wanted);
        if (expected != live) {
          throw new Failure("getsockopt " + name + ": expected [" + wanted + "], seen ["
              + shown(name, live) + "]");
        }
      }
      return Outcome.OK;
    };
  }

  private String shown(String name, long value) {
    if (!name.equals("SO_ERROR") || value == 0) {
      return Long.toString(value);
    }
    for (String errno : List.of(
        "ECONNRESET",
        "ECONNREFUSED",
        "ETIMEDOUT",
        "EPIPE",
        "EHOSTUNREACH",
        "ENETUNREACH",
        "ENOPROTOOPT",
        "EPROTO",
        "EACCES")) {
      if (Long.valueOf(value).equals(kernel.symbols.get(errno))) {
        return errno;
      }
    }
    return Long.toString(value);
  }

  private static Outcome linger(ScriptSocket socket, Arguments arguments) {
    if (arguments.value(3) instanceof Value.Struct struct) {
      Value on = struct.field("onoff");
      Value seconds = struct.field("linger");
      if ((on != null && arguments.number(on) != (socket.lingers ? 1 : 0))
          || (seconds != null && arguments.number(seconds) != socket.lingerSeconds)) {
        throw new Failure("getsockopt SO_LINGER: seen {onoff=" + socket.lingers + ", linger="
            + socket.lingerSeconds + "}");
      }
      return Outcome.OK;
    }
    throw new NotRun("getsockopt SO_LINGER without a struct");
  }

  private Outcome congestion(ScriptSocket socket, Arguments arguments) {
    CongestionAlgorithm own = options(socket).congestion;
    String live = (own == null ? kernel.host().config().tcp.congestion : own).socketName();
    if (arguments.value(3) instanceof Value.Text(String expected) && !expected.equals(live)) {
      throw new Failure(
          "getsockopt TCP_CONGESTION: expected \"" + expected + "\", seen \"" + live + "\"");
    }
    return Outcome.OK;
  }

  private long linger2(ConnectionOptions options) {
    long asked = options.finWait2Nanos;
    return asked < 0
        ? -1
        : (asked == 0 ? kernel.host().config().tcp.finWait2Nanos : asked) / SECOND_NANOS;
  }

  private long read(ScriptSocket socket, String name) {
    ConnectionOptions options = options(socket);
    int factor = kernel.habits.doublesBuffers() ? 2 : 1;
    return switch (name) {
      case "SO_ERROR" -> {
        String error = socket.takeError();
        yield error == null ? 0 : kernel.symbols.number(error);
      }
      case "SO_RCVBUF" -> receiveBuffer(socket, options);
      case "SO_SNDBUF" ->
        socket.sendBufferSet > 0 ? socket.sendBufferSet * factor : options.sendBufferBytes;
      case "SO_REUSEADDR" -> socket.reuseAddress ? 1 : 0;
      case "SO_REUSEPORT" -> socket.reusePort ? 1 : 0;
      case "SO_KEEPALIVE" -> options.keepAlive ? 1 : 0;
      case "SO_TYPE" -> kernel.symbols.number("SOCK_STREAM");
      case "TCP_NODELAY" -> options.noDelay ? 1 : 0;
      case "TCP_FASTOPEN" -> options.fastOpenQueue;
      case "TCP_FASTOPEN_CONNECT" -> socket.fastOpenConnect ? 1 : 0;
      case "TCP_CORK" -> options.cork ? 1 : 0;
      case "SO_ZEROCOPY" -> socket.zerocopy ? 1 : 0;
      case "TCP_INQ" -> socket.tellsQueue ? 1 : 0;
      case "TCP_SYNCNT" -> options.synRetries;
      case "TCP_WINDOW_CLAMP" -> options.windowClampBytes;
      case "TCP_LINGER2" -> linger2(options);
      case "TCP_DEFER_ACCEPT" -> waitsIn(options.deferAcceptNanos);
      case "TCP_NOTSENT_LOWAT" -> options.notSentLowatBytes & 0xffff_ffffL;
      case "TCP_MAXSEG" -> maxSegment(socket, options);
      case "TCP_KEEPIDLE" -> options.keepIdleNanos / SECOND_NANOS;
      case "TCP_KEEPINTVL" -> options.keepIntervalNanos / SECOND_NANOS;
      case "TCP_KEEPINIT" -> options.openTimeoutNanos / SECOND_NANOS;
      case "TCP_NOOPT" -> options.noSynOptions ? 1 : 0;
      case "TCP_KEEPCNT" -> options.keepCount;
      case "TCP_USER_TIMEOUT" -> options.userTimeoutNanos / MILLI_NANOS;
      case "IP_TTL", "IPV6_UNICAST_HOPS" -> options.ttl;
      case "IP_TOS", "IPV6_TCLASS" -> (long) options.dscp << 2;
      default -> throw new NotRun("getsockopt " + name);
    };
  }

  private long receiveBuffer(ScriptSocket socket, ConnectionOptions options) {
    if (socket.receiveBufferSet > 0) {
      return socket.receiveBufferSet * (kernel.habits.doublesBuffers() ? 2 : 1);
    }
    boolean asked = !socket.sawPeer && socket.receiveBufferAsked > 0;
    return asked ? socket.receiveBufferAsked : options.receiveBufferBytes;
  }

  /// Linux keeps the time as SYN-ACKs and tells it back as their sum, in seconds: 1, 3, 7
  /// and so on.
  private static long waitsIn(long nanos) {
    long seconds = 0;
    for (long wait = 1; seconds * SECOND_NANOS < nanos; wait *= 2) {
      seconds += wait;
    }
    return seconds;
  }

  private long maxSegment(ScriptSocket socket, ConnectionOptions options) {
    Connection connection = socket.connection;
    if (connection != null && !socket.over) {
      return connection.info(kernel.now()).effectiveMss();
    }
    return options.maxSegmentBytes > 0 ? options.maxSegmentBytes : 536;
  }

  // ---- setsockopt

  Outcome.Attempt set(ScriptSocket socket, Arguments arguments) {
    String name = arguments.name(2);
    if (name.equals("SO_LINGER")) {
      return () -> {
        setLinger(socket, arguments);
        return Outcome.OK;
      };
    }
    if (name.equals("TCP_FASTOPEN_KEY")) {
      return () -> setFastOpenKey(socket, arguments);
    }
    if (name.equals("TCP_CONGESTION")) {
      return () -> setCongestion(socket, arguments);
    }
    long value =
        arguments.value(3) instanceof Value.Items ? arguments.only(3) : unsupportedValue(name);
    return () -> {
      String error = write(socket, name, value);
      return error == null ? applied(socket) : Outcome.error(error);
    };
  }

  private Outcome setFastOpenKey(ScriptSocket socket, Arguments arguments) {
    int length = (int) arguments.number(4);
    if (!(arguments.value(3) instanceof Value.Text(String text))
        || length > text.length()
        || (length != FastOpenKey.LENGTH && length != 2 * FastOpenKey.LENGTH)) {
      return Outcome.error("EINVAL");
    }
    byte[] octets = text.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
    ConnectionOptions options = options(socket);
    options.fastOpenKey = FastOpenKey.of(Arrays.copyOf(octets, FastOpenKey.LENGTH));
    options.fastOpenBackupKey = length == FastOpenKey.LENGTH
        ? null
        : FastOpenKey.of(Arrays.copyOfRange(octets, FastOpenKey.LENGTH, length));
    return Outcome.OK;
  }

  private Outcome setCongestion(ScriptSocket socket, Arguments arguments) {
    CongestionAlgorithm asked = arguments.value(3) instanceof Value.Text(String name)
        ? CongestionAlgorithm.named(name)
        : null;
    if (asked == null) {
      return Outcome.error("ENOENT");
    }
    options(socket).congestion = asked;
    return applied(socket);
  }

  /// A connection acts by its options from now on.
  private Outcome applied(ScriptSocket socket) {
    Connection connection = socket.connection;
    if (connection != null && !socket.over) {
      connection.onOptionsChanged(kernel.now());
      kernel.attend(connection);
    }
    return Outcome.OK;
  }

  private static long unsupportedValue(String name) {
    throw new NotRun("setsockopt " + name);
  }

  private static void setLinger(ScriptSocket socket, Arguments arguments) {
    if (!(arguments.value(3) instanceof Value.Struct struct)) {
      throw new NotRun("setsockopt SO_LINGER without a struct");
    }
    Value on = struct.field("onoff");
    Value seconds = struct.field("linger");
    socket.lingers = on != null && arguments.number(on) != 0;
    socket.lingerSeconds = seconds == null ? 0 : (int) arguments.number(seconds);
  }

  /// Times of what is sent, by number: the only kind there is here.
  private void timestamping(ScriptSocket socket, long flags) {
    long known = kernel.symbols.number("SOF_TIMESTAMPING_TX_SCHED")
        | kernel.symbols.number("SOF_TIMESTAMPING_TX_SOFTWARE")
        | kernel.symbols.number("SOF_TIMESTAMPING_TX_ACK")
        | kernel.symbols.number("SOF_TIMESTAMPING_SOFTWARE")
        | kernel.symbols.number("SOF_TIMESTAMPING_OPT_ID");
    if (flags != known) {
      throw new NotRun("setsockopt SO_TIMESTAMPING with other flags");
    }
    Connection connection = socket.connection;
    ConnectionInfo info = connection == null ? null : connection.info(kernel.now());
    kernel
        .errorQueue(socket)
        .startTimestamps(info == null ? 0 : info.bytesAcked() + info.sendQueue());
  }

  private @Nullable String write(ScriptSocket socket, String name, long value) {
    ConnectionOptions options = options(socket);
    int number = (int) value;
    switch (name) {
      case "SO_REUSEADDR" -> socket.reuseAddress = value != 0;
      case "SO_REUSEPORT" -> socket.reusePort = value != 0;
      case "SO_KEEPALIVE" -> options.keepAlive = value != 0;
      case "SO_RCVBUF" -> {
        socket.receiveBufferSet = value;
        options.receiveAutoTuning = false;
        options.receiveBufferBytes = number;
      }
      case "SO_SNDBUF" -> {
        socket.sendBufferSet = value;
        options.sendAutoTuning = false;
        options.sendBufferBytes = number * (kernel.habits.doublesBuffers() ? 2 : 1);
      }
      case "TCP_NODELAY" -> options.noDelay = value != 0;
      case "TCP_CORK" -> options.cork = value != 0;
      case "SO_ZEROCOPY" -> socket.zerocopy = value != 0;
      case "SO_TIMESTAMPING" -> timestamping(socket, value);
      case "TCP_INQ" -> socket.tellsQueue = value != 0;
      case "TCP_SYNCNT" -> options.synRetries = number;
      case "TCP_WINDOW_CLAMP" -> options.windowClampBytes = number;
      case "TCP_LINGER2" -> options.finWait2Nanos = number < 0 ? -1 : value * SECOND_NANOS;
      case "TCP_DEFER_ACCEPT" -> options.deferAcceptNanos = value * SECOND_NANOS;
      case "TCP_NOTSENT_LOWAT" -> options.notSentLowatBytes = number;
      case "TCP_MAXSEG" -> options.maxSegmentBytes = number;
      case "TCP_KEEPIDLE" -> options.keepIdleNanos = value * SECOND_NANOS;
      case "TCP_KEEPINTVL" -> options.keepIntervalNanos = value * SECOND_NANOS;
      case "TCP_KEEPINIT" -> options.openTimeoutNanos = value * SECOND_NANOS;
      case "TCP_NOOPT" -> options.noSynOptions = value != 0;
      case "TCP_KEEPCNT" -> options.keepCount = number;
      case "TCP_USER_TIMEOUT" -> options.userTimeoutNanos = value * MILLI_NANOS;
      case "TCP_QUICKACK" -> options.quickAck = value != 0;
      case "TCP_FASTOPEN" -> {
        options.fastOpenQueue = number;
        boolean bothSides = kernel.symbols.get("TCP_FASTOPEN_CONNECT") == null; // FreeBSD
        options.fastOpen |= bothSides && value != 0;
      }
      case "TCP_FASTOPEN_CONNECT" -> {
        if (!kernel.host().config().tcp.fastOpenClient) {
          return "EOPNOTSUPP";
        }
        socket.fastOpenConnect = value != 0;
        options.fastOpen = value != 0;
      }
      case "TCP_FASTOPEN_NO_COOKIE" -> options.fastOpenWithoutCookie = value != 0;
      case "IP_TTL", "IPV6_UNICAST_HOPS" -> options.ttl = number;
      case "IP_TOS", "IPV6_TCLASS" -> {
        if ((value & 3) != 0) {
          throw new NotRun("setsockopt " + name + " with ECN bits");
        }
        options.dscp = number >> 2;
      }
      case "IP_MTU_DISCOVER" -> {
        // path MTU discovery is always on; a script that depends on it fails by itself
      }
      case "SO_MARK" -> {
        // a mark chooses among routes and filters; this host has one route and none
      }
      default -> throw new NotRun("setsockopt " + name);
    }
    return null;
  }

  // ---- ioctl

  Outcome.Attempt ioctl(ScriptSocket socket, Arguments arguments) {
    String request = arguments.name(1);
    return () -> {
      Connection connection = socket.connection;
      if (connection == null) {
        return Outcome.error(socket.isListening() ? "EINVAL" : "ENOTCONN");
      }
      long live = switch (request) {
        case "SIOCINQ", "FIONREAD" -> connection.readableBytes();
        case "SIOCOUTQ", "FIONWRITE", "TIOCOUTQ" ->
          connection.info(kernel.now()).sendQueue();
        default -> throw new NotRun("ioctl " + request);
      };
      if (arguments.count() > 2) {
        long expected = arguments.only(2);
        if (expected != live) {
          throw new Failure(
              "ioctl " + request + ": expected [" + expected + "], seen [" + live + "]");
        }
      }
      return Outcome.OK;
    };
  }
}
