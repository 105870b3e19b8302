package dev.sluice.sim.actor;

import dev.sluice.sim.check.Rule;
import dev.sluice.sim.check.Violation;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An application with one connection. What happens to it is kept, so that a test can
/// ask afterwards.
public abstract class Actor {
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
  private final List<Event> events = new ArrayList<>();
  private @Nullable Stage stage;
  private @Nullable Connection connection;
  private @Nullable CloseReason closeReason;
  private boolean connected;
  private boolean endOfStream;
  private long octetsRead;
  private long octetsWritten;

  // ---- what a stage tells

  /// The connection exists: opened by this application, or accepted for it.
  public final void begin(Stage where, Connection subject) {
    stage = where;
    connection = subject;
    onBegin();
  }

  /// Something happened to the connection.
  public final void onEvent(Stage where, Connection subject, Event event) {
    stage = where;
    connection = subject;
    if (!(event instanceof Event.Transition)) {
      events.add(event);
    }
    if (event instanceof Event.Closed closed) {
      closeReason = closed.reason();
    } else if (event == Event.Signal.CONNECTED) {
      connected = true;
    }
    onEvent(event);
  }

  // ---- what an actor does

  /// The connection exists; an active one is not established yet.
  protected abstract void onBegin();

  /// Something happened.
  protected abstract void onEvent(Event event);

  // ---- tools of actors

  /// The connection.
  ///
  /// @throws IllegalStateException before [#begin]
  public final Connection connection() {
    if (connection == null) {
      throw new IllegalStateException("no connection yet");
    }
    return connection;
  }

  /// Where it stands.
  protected final Stage stage() {
    if (stage == null) {
      throw new IllegalStateException("no connection yet");
    }
    return stage;
  }

  /// Runs an action some time from now, unless the connection is over by then.
  protected final void after(long delayNanos, Runnable action) {
    stage().at(stage().nowNanos() + delayNanos, () -> {
      if (closeReason == null) {
        action.run();
      }
    });
  }

  /// Writes octets of a pattern from where the last write ended.
  ///
  /// @return how many were taken
  protected final int write(Pattern pattern, int most) {
    buffer.clear().limit(Math.min(most, buffer.capacity()));
    pattern.fill(buffer, octetsWritten);
    return write(buffer.flip());
  }

  /// Writes octets.
  ///
  /// @return how many were taken
  protected final int write(ByteBuffer octets) {
    int taken = connection().write(octets);
    octetsWritten += taken;
    if (taken > 0) {
      progress();
    }
    return taken;
  }

  /// Reads up to `most` octets; they are valid until the next read or write.
  ///
  /// @return what was there, perhaps nothing
  protected final ByteBuffer read(int most) {
    buffer.clear().limit(Math.min(most, buffer.capacity()));
    int count = connection().read(buffer);
    buffer.flip();
    if (count < 0) {
      endOfStream = true;
    } else if (count > 0) {
      octetsRead += count;
      progress();
    }
    return buffer;
  }

  /// Reads up to `most` octets and holds them against a pattern.
  ///
  /// @return how many there were
  /// @throws Violation if one is not what was written
  protected final int readAndCheck(Pattern pattern, int most) {
    long position = octetsRead;
    ByteBuffer octets = read(most);
    int count = octets.remaining();
    long wrong = pattern.firstDifference(octets, position);
    if (wrong >= 0) {
      throw new Violation(
          Rule.STREAM,
          stage().name(),
          stage().nowNanos(),
          "octet " + wrong + " is not what was written, of " + connection().tuple());
    }
    return count;
  }

  /// Tells the loop that something was read or written.
  protected final void progress() {
    if (closeReason == null) {
      connection().onApplicationProgress(stage().nowNanos());
      stage().attend(connection());
    }
  }

  /// CLOSE for sending.
  public final void shutdownOutput() {
    connection().shutdownOutput(stage().nowNanos());
    stage().attend(connection());
  }

  /// CLOSE.
  public final void close() {
    connection().close(stage().nowNanos());
    stage().attend(connection());
  }

  /// ABORT.
  public final void abort() {
    connection().abort(stage().nowNanos());
    stage().attend(connection());
  }

  // ---- what became of it

  /// Whether it has a connection.
  public final boolean hasBegun() {
    return connection != null;
  }

  /// Whether it heard that the connection is established; an accepted one always is.
  public final boolean connected() {
    return connected;
  }

  /// Whether it read end-of-stream.
  public final boolean endOfStream() {
    return endOfStream;
  }

  /// Why the connection is over, or null if it is not.
  public final @Nullable CloseReason closeReason() {
    return closeReason;
  }

  /// Octets read so far.
  public final long octetsRead() {
    return octetsRead;
  }

  /// Octets that the connection took so far.
  public final long octetsWritten() {
    return octetsWritten;
  }

  /// What it heard of, transitions apart.
  public final List<Event> events() {
    return List.copyOf(events);
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " read " + octetsRead + (endOfStream ? " to the end" : "")
        + ", written " + octetsWritten + ", closed " + closeReason;
  }
}
