package dev.sluice.stack;

import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.listen.HalfOpenTransition;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.CounterSet;

/// What follows when a flow has sent all it wants to: its user hears of events, closed
/// connections make room for their TIME-WAITs, the next deadline is noted.
final class Aftermath implements Outbox.TurnOver {
  private static final System.Logger LOG = System.getLogger("dev.sluice.stack");

  private final FlowTable flows;
  private final Outbox outbox;
  private final Observers observers;
  private final Gate gate;
  private final CounterSet<HostCounter> counters;
  private final MemoryKeeper memory;

  Aftermath(Rooms rooms) {
    flows = rooms.flows();
    outbox = rooms.outbox();
    observers = rooms.observers();
    gate = rooms.gate();
    counters = rooms.tally().host();
    memory = rooms.memory();
  }

  /// The user hears of what has come before the answer goes out: what the user writes or
  /// closes in place goes along with the ACK, and a thread wakes while the packet is
  /// sent.
  @Override
  public void onTurn(Flow flow, long nowNanos) {
    if (flow instanceof Flow.Connected connected) {
      Event event;
      while ((event = connected.connection.pollEarlyEvent()) != null) {
        onEvent(connected, event, nowNanos);
      }
    }
  }

  @Override
  public void onTurnOver(Flow flow, long nowNanos) {
    switch (flow) {
      case Flow.Connected connected -> {
        tellEvents(connected, nowNanos);
        memory.watch(connected);
      }
      case Flow.Waiting waiting -> {
        if (waiting.timeWait.expired()) {
          forget(waiting, waiting.timeWait.cause(), nowNanos);
        }
      }
      case Flow.Listening listening -> {
        tellHalfOpen(listening, nowNanos);
        listening.gone = listening.closing;
        if (listening.gone) {
          flows.deadlines.remove(listening);
        }
      }
    }
    if (!flow.gone) {
      flows.deadlines.set(flow, flow.endpoint().nextDeadlineNanos());
      if (flow instanceof Flow.Connected connected) {
        flows.awake.onTurnOver(connected);
      }
    }
  }

  // ---- connections

  private void tellEvents(Flow.Connected flow, long nowNanos) {
    boolean told = false;
    Event event;
    while ((event = flow.connection.pollEvent()) != null) {
      told = true;
      onEvent(flow, event, nowNanos);
    }
    if (told) {
      // The handler may have read, written or closed in place.
      outbox.add(flow);
    }
  }

  private void onEvent(Flow.Connected flow, Event event, long nowNanos) {
    switch (event) {
      case Event.Transition transition -> tell(flow, transition, nowNanos);
      case Event.Closed closed -> close(flow, nowNanos);
      case Event.Signal signal -> {}
      case Event.SoftError error -> {}
      case Event.PathSuspect suspect -> {}
      case Event.Urgent urgent -> {}
    }
    handle(flow, event);
  }

  private void tell(Flow.Connected flow, Event.Transition change, long nowNanos) {
    observers.onTransition(
        new Observers.Change(flow.id, flow.tuple, change.from(), change.to(), change.cause()),
        nowNanos);
  }

  private void handle(Flow.Connected flow, Event event) {
    try {
      flow.handler.onEvent(flow.connection, event);
    } catch (RuntimeException e) {
      counters.increment(HostCounter.HANDLER_FAILURES);
      LOG.log(
          System.Logger.Level.ERROR,
          "the handler of connection " + flow.id + " (" + flow.tuple + ") failed at " + event,
          e);
    }
  }

  private void close(Flow.Connected flow, long nowNanos) {
    if (flow.accepted) {
      gate.onClosed(flow.tuple);
    }
    TimeWait timeWait = flow.connection.timeWait();
    if (timeWait == null) {
      flows.remove(flow, false);
      return;
    }
    outbox.add(flows.replace(flow, timeWait));
    Flow.Waiting surplus = flows.surplus();
    if (surplus != null) {
      counters.increment(HostCounter.TIME_WAITS_EVICTED);
      forget(surplus, "too many TIME-WAITs", nowNanos);
    }
  }

  // ---- TIME-WAITs

  /// Ends a TIME-WAIT.
  void forget(Flow.Waiting flow, String cause, long nowNanos) {
    flows.remove(flow);
    observers.onTransition(
        new Observers.Change(flow.id, flow.tuple, State.TIME_WAIT, State.CLOSED, cause), nowNanos);
  }

  // ---- listeners

  /// Tells what became of half-open peers, and keeps their numbers.
  void tellHalfOpen(Flow.Listening flow, long nowNanos) {
    HalfOpenTransition change;
    while ((change = flow.listener.pollTransition()) != null) {
      long id;
      if (change.to() == State.SYN_RECEIVED) {
        id = flows.nextId();
        flow.halfOpenIds.put(change.tuple(), id);
      } else {
        id = flow.halfOpenIds.remove(change.tuple());
      }
      observers.onTransition(
          new Observers.Change(id, change.tuple(), change.from(), change.to(), change.cause()),
          nowNanos);
    }
  }
}
