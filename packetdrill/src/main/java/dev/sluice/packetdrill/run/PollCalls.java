package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.SystemCall;
import dev.sluice.packetdrill.language.Value;
import dev.sluice.packetdrill.run.Kernel.Descriptor;
import dev.sluice.tcp.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// poll and epoll.
final class PollCalls {
  private static final int IN = 1;
  private static final int OUT = 4;
  private static final int ERR = 8;
  private static final int HUP = 16;
  private static final int READ_HUP = 0x2000;
  private static final long EDGE = 1L << 31;
  private static final long ONE_SHOT = 1L << 30;
  private static final long EXCLUSIVE = 1L << 28;
  private static final long MILLI_NANOS = 1_000_000L;

  private final Kernel kernel;

  PollCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /// What a socket is ready for.
  private int ready(ScriptSocket socket) {
    int events = 0;
    Connection connection = socket.connection;
    if (socket.isListening()) {
      return socket.backlog.isEmpty() ? 0 : IN;
    }
    if (connection == null || (socket.over && socket.pendingError == null && !socket.endOfStream)) {
      return OUT | HUP;
    }
    boolean ended = socket.endOfStream || socket.readShut || socket.over;
    if (connection.readableBytes() > 0 || ended) {
      events |= IN;
    }
    if (ended) {
      events |= READ_HUP;
    }
    boolean bothShut = socket.over || (ended && socket.writeShut);
    if (socket.over || connection.awaitsFirstWrite() || (socket.connected && hasRoom(connection))) {
      events |= OUT;
    }
    if (bothShut) {
      events |= HUP;
    }
    boolean told = socket.errorQueue != null && !socket.errorQueue.isEmpty();
    return socket.pendingError == null && !told ? events : events | ERR;
  }

  private boolean hasRoom(Connection connection) {
    return connection.writableBytes() > 0
        && (connection.isRoomy() || !kernel.habits.writesWholeBursts());
  }

  /// An attempt that gives up at a time.
  private record Timed(java.util.function.Supplier<@Nullable Outcome> attempt, long deadlineNanos)
      implements Outcome.Attempt {
    @Override
    public @Nullable Outcome tryNow() {
      return attempt.get();
    }
  }

  private long deadline(long timeoutMillis) {
    return timeoutMillis < 0
        ? Outcome.Attempt.NO_DEADLINE
        : kernel.now() + timeoutMillis * MILLI_NANOS;
  }

  // ---- poll

  Outcome.Attempt poll(Arguments arguments) {
    if (!(arguments.value(0) instanceof Value.Items(List<Value> entries))) {
      throw new Failure("poll: the first argument is to be [{fd=..., events=..., revents=...}]");
    }
    long until = deadline(arguments.number(2));
    return new Timed(
        () -> {
          List<Long> seen = new ArrayList<>();
          int hits = 0;
          for (Value entry : entries) {
            long events = polled(arguments, entry);
            seen.add(events);
            hits += events == 0 ? 0 : 1;
          }
          if (hits == 0 && kernel.now() < until) {
            return null;
          }
          for (int i = 0; i < entries.size(); i++) {
            compare(arguments, field(entries.get(i), "revents"), seen.get(i), "poll revents");
          }
          return Outcome.of(hits);
        },
        until);
  }

  private long polled(Arguments arguments, Value entry) {
    ScriptSocket socket = kernel.socket(arguments.number(field(entry, "fd")));
    if (socket == null) {
      return 32;
    }
    return ready(socket) & (arguments.number(field(entry, "events")) | ERR | HUP);
  }

  private static Value field(Value struct, String name) {
    Value value = struct instanceof Value.Struct s ? s.field(name) : null;
    if (value == null) {
      throw new Failure("field " + name + " is missing");
    }
    return value;
  }

  private static void compare(Arguments arguments, Value wanted, long seen, String what) {
    if (!(wanted instanceof Value.Anything) && arguments.number(wanted) != seen) {
      throw new Failure(
          what + ": expected " + text(arguments.number(wanted)) + ", seen " + text(seen));
    }
  }

  private static String text(long events) {
    StringBuilder text = new StringBuilder();
    String[] names = {"IN", "PRI", "OUT", "ERR", "HUP"};
    for (int i = 0; i < names.length; i++) {
      if ((events & (1L << i)) != 0) {
        text.append(text.isEmpty() ? "" : "|").append(names[i]);
      }
    }
    if ((events & READ_HUP) != 0) {
      text.append(text.isEmpty() ? "" : "|").append("RDHUP");
    }
    return text.isEmpty() ? "0" : text.toString();
  }

  // ---- epoll

  Outcome.Attempt create(SystemCall call) {
    Long expected = call.result() instanceof Value.Int(long number) ? number : null;
    return () -> Outcome.of(kernel.enter(new Descriptor.OfEpoll(new EpollSet()), expected));
  }

  private EpollSet set(long number) {
    if (kernel.descriptor(number) instanceof Descriptor.OfEpoll(EpollSet set)) {
      return set;
    }
    throw new Failure("descriptor " + number + " is no epoll instance");
  }

  Outcome.Attempt control(Arguments arguments) {
    EpollSet set = set(arguments.number(0));
    String what = arguments.name(1);
    long number = arguments.number(2);
    return () -> {
      if (what.equals("EPOLL_CTL_DEL")) {
        set.entries.remove(number);
        return Outcome.OK;
      }
      ScriptSocket socket = kernel.socket(number);
      if (socket == null) {
        return Outcome.error("EBADF");
      }
      long events = arguments.number(field(arguments.value(3), "events"));
      set.entries.put(number, new EpollSet.Entry(socket, events, number));
      return Outcome.OK;
    };
  }

  Outcome.Attempt await(Arguments arguments) {
    EpollSet set = set(arguments.number(0));
    Value wanted = arguments.value(1);
    long until = deadline(arguments.number(3));
    return new Timed(
        () -> {
          for (EpollSet.Entry entry : set.entries.values()) {
            long events = report(entry);
            if (events != 0) {
              compare(arguments, field(wanted, "events"), events, "epoll_wait events");
              return Outcome.of(1);
            }
          }
          return kernel.now() < until ? null : Outcome.OK;
        },
        until);
  }

  /// What an entry has to tell, and remembers that it was told.
  private long report(EpollSet.Entry entry) {
    long mask = (entry.events & ~(EDGE | ONE_SHOT | EXCLUSIVE)) | ERR | HUP;
    long events = ready(entry.socket) & mask;
    boolean edge = (entry.events & EDGE) != 0;
    if (events == 0 || entry.disarmed || (edge && entry.told == entry.socket.activity)) {
      return 0;
    }
    entry.told = entry.socket.activity;
    entry.disarmed = (entry.events & ONE_SHOT) != 0;
    return events;
  }
}
