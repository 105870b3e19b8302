package dev.sluice.stack;

import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.listen.HalfOpenQuota;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All flows of the host, in every table that must agree on them: the demultiplexer, the
/// listeners, the ports, the deadlines.
final class FlowTable {
  final Demux<Flow.Paired> demux;
  final ListenerTable listeners;
  final PortTable ports;
  final DeadlineQueue deadlines = new DeadlineQueue();
  final AwakeFlows awake;

  /// Half-open peers of all listeners.
  final HalfOpenQuota halfOpen;
  private final int maxConnections;
  private final int maxTimeWaits;
  private long lastId;
  private int connections;
  private int timeWaits;
  private Flow.@Nullable Waiting oldest;
  private Flow.@Nullable Waiting newest;

  FlowTable(Demux<Flow.Paired> demux, ListenerTable listeners, PortTable ports, HostConfig config) {
    this.demux = demux;
    this.listeners = listeners;
    this.ports = ports;
    halfOpen = new HalfOpenQuota(config.maxHalfOpen);
    maxConnections = config.maxConnections;
    maxTimeWaits = config.maxTimeWaits;
    awake = new AwakeFlows(config.maxQuietAwake);
  }

  /// A number for a new flow.
  long nextId() {
    return ++lastId;
  }

  void add(Flow.Connected flow) {
    demux.insert(flow);
    connections++;
  }

  /// Forgets a connection.
  void remove(Flow.Connected flow, boolean toTimeWait) {
    assert !flow.gone : "forgotten once";
    demux.remove(flow);
    deadlines.remove(flow);
    awake.remove(flow);
    ports.disconnect(flow.hold, toTimeWait);
    flow.gone = true;
    connections--;
  }

  /// Puts the TIME-WAIT into the place of its connection.
  Flow.Waiting replace(Flow.Connected flow, TimeWait timeWait) {
    remove(flow, true);
    Flow.Waiting waiting = new Flow.Waiting(flow.id, timeWait, flow.hold);
    demux.insert(waiting);
    deadlines.set(waiting, timeWait.nextDeadlineNanos());
    waiting.older = newest;
    if (newest == null) {
      oldest = waiting;
    } else {
      newest.newer = waiting;
    }
    newest = waiting;
    timeWaits++;
    return waiting;
  }

  /// The TIME-WAIT that has to go because there are too many, or null.
  Flow.@Nullable Waiting surplus() {
    return timeWaits > maxTimeWaits ? oldest : null;
  }

  void remove(Flow.Waiting flow) {
    assert !flow.gone : "forgotten once";
    demux.remove(flow);
    deadlines.remove(flow);
    ports.timeWaitOver(flow.hold);
    flow.gone = true;
    timeWaits--;
    if (flow.older == null) {
      oldest = flow.newer;
    } else {
      flow.older.newer = flow.newer;
    }
    if (flow.newer == null) {
      newest = flow.older;
    } else {
      flow.newer.older = flow.older;
    }
    flow.older = null;
    flow.newer = null;
  }

  /// Whether the host has as many connections and half-open peers as it may.
  boolean isFull() {
    return connections + halfOpen.count() >= maxConnections;
  }

  /// Whether there is no place for a connection, not even for a half-open peer's.
  boolean isFullOfConnections() {
    return connections >= maxConnections;
  }

  int connections() {
    return connections;
  }

  int timeWaits() {
    return timeWaits;
  }

  /// The flow of that number. Looks at all: for people, not for packets.
  @Nullable
  Flow byId(long id) {
    Search search = new Search(id);
    listeners.forEach(search);
    demux.forEach(search);
    return search.found;
  }

  private static final class Search implements Consumer<Flow> {
    private final long id;
    private @Nullable Flow found;

    private Search(long id) {
      this.id = id;
    }

    @Override
    public void accept(Flow flow) {
      if (flow.id == id) {
        found = flow;
      }
    }
  }
}
