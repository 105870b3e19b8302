package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.wire.FourTuple;
import org.jspecify.annotations.Nullable;

/// One endpoint as the host knows it: its number, its place among the deadlines and
/// among those that want attention.
abstract sealed class Flow extends DeadlineQueue.Entry {
  /// The number that `netstat` shows; never used twice.
  final long id;
  /// The next one that wants attention; meaningful while `dirty`.
  @Nullable
  Flow nextDirty;
  /// Whether it waits in the outbox.
  boolean dirty;
  /// Whether the host has forgotten it.
  boolean gone;

  private Flow(long id) {
    this.id = id;
  }

  abstract Endpoint endpoint();

  /// A flow with a peer: what the demultiplexer finds.
  abstract static sealed class Paired extends Flow implements Demux.Keyed {
    final FourTuple tuple;

    private Paired(long id, FourTuple tuple) {
      super(id);
      this.tuple = tuple;
    }

    @Override
    public FourTuple tuple() {
      return tuple;
    }
  }

  /// A connection and who hears of its events.
  static final class Connected extends Paired {
    final Connection connection;
    /// Nobody yet while the listener's user is being told.
    ConnectionHandler handler;
    /// How it holds its local port.
    final PortTable.Hold hold;
    /// Its place among [AwakeFlows], -1 while it sleeps.
    int awakeIndex = -1;
    /// Whether it did anything since the hand of [AwakeFlows] came by.
    boolean active;
    /// Whether the peer opened it.
    boolean accepted;
    /// Its user has closed it; what [MemoryKeeper] last saw.
    boolean orphan;

    Connected(long id, Connection connection, ConnectionHandler handler, PortTable.Hold hold) {
      super(id, connection.tuple());
      this.connection = connection;
      this.handler = handler;
      this.hold = hold;
    }

    @Override
    Connection endpoint() {
      return connection;
    }
  }

  /// What is left of a connection until 2MSL are over, in a list by age.
  static final class Waiting extends Paired {
    final TimeWait timeWait;
    final PortTable.Hold hold;

    @Nullable
    Waiting older;

    @Nullable
    Waiting newer;

    Waiting(long id, TimeWait timeWait, PortTable.Hold hold) {
      super(id, timeWait.tuple());
      this.timeWait = timeWait;
      this.hold = hold;
    }

    @Override
    TimeWait endpoint() {
      return timeWait;
    }
  }

  /// A listener, where it listens, and who hears of its connections.
  static final class Listening extends Flow {
    final Listener listener;
    final Binding binding;
    final ListenerHandler handler;
    /// The numbers of its half-open peers, kept only while somebody watches.
    final HalfOpenIds halfOpenIds = new HalfOpenIds();
    /// It hears nothing any more and goes when its last segments are out.
    boolean closing;
    /// The next listener of the same bucket.
    @Nullable
    Listening nextInBucket;

    Listening(long id, Listener listener, Binding binding, ListenerHandler handler) {
      super(id);
      this.listener = listener;
      this.binding = binding;
      this.handler = handler;
    }

    @Override
    Listener endpoint() {
      return listener;
    }
  }
}
