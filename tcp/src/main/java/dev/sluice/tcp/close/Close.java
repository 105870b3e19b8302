package dev.sluice.tcp.close;

import dev.sluice.tcp.receive.ReceiveWindow;
import dev.sluice.tcp.receive.Timestamps;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.Lifecycle;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.FourTuple;
import org.jspecify.annotations.Nullable;

/// How a connection ends: our FIN is queued, the FINs are acknowledged, TIME-WAIT
/// stands in for it, or it is cut off.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.6 RFC 9293 §3.6
public final class Close {
  private final Rooms rooms;
  private final Lifecycle lifecycle;
  private final SendSequence snd;
  private FourTuple tuple;
  private SendBuffer buffer;
  private @Nullable TimeWait timeWait;
  private boolean wasReset;

  /// What [Close] is built with.
  ///
  /// @param tuple both sockets
  /// @param settings MSL and its like
  /// @param options TTL and DSCP go on in TIME-WAIT
  /// @param lifecycle the state
  /// @param snd SND.*
  /// @param rcv RCV.*
  /// @param buffer what is still to be sent
  /// @param window the window to repeat in TIME-WAIT
  /// @param timestamps the clock to go on with in TIME-WAIT
  /// @param deadlines all end with the connection
  /// @param reset the RST
  /// @param counters the stack's counters
  public record Rooms(
      FourTuple tuple,
      TcpSettings settings,
      ConnectionOptions options,
      Lifecycle lifecycle,
      SendSequence snd,
      ReceiveSequence rcv,
      SendBuffer buffer,
      ReceiveWindow window,
      Timestamps timestamps,
      Deadlines deadlines,
      Reset reset,
      CounterSet<TcpCounter> counters) {}

  public Close(Rooms rooms) {
    this.rooms = rooms;
    lifecycle = rooms.lifecycle();
    snd = rooms.snd();
    tuple = rooms.tuple();
    buffer = rooms.buffer();
  }

  /// It serves another connection from now on.
  public void moveTo(FourTuple other, SendBuffer otherBuffer) {
    tuple = other;
    buffer = otherBuffer;
  }

  /// CLOSE: a FIN is queued behind the data, and the state says so at once.
  public void queueFin() {
    buffer.seal();
    snd.queueFin();
    lifecycle.moveTo(lifecycle.state().onClose(), "CLOSE, snd FIN");
  }

  /// The peer acknowledged our FIN.
  public void onFinAcked(long nowNanos) {
    State next = lifecycle.state().onFinAcked();
    if (next == lifecycle.state()) {
      return;
    }
    lifecycle.moveTo(next, "rcv ACK of FIN");
    switch (next) {
      case FIN_WAIT_2 -> watchOrphan(nowNanos);
      case TIME_WAIT -> enterTimeWait(nowNanos);
      case CLOSED -> finish(new CloseReason.Finished());
      case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK ->
        throw new AssertionError("no ACK of a FIN leads to " + next);
    }
  }

  /// The peer's FIN is in order.
  public void onFin(long nowNanos) {
    State state = lifecycle.state();
    boolean oursAcked = state == State.FIN_WAIT_1 && snd.isFinAcked();
    State next = oursAcked ? state.onFinAndAck() : state.onFin();
    lifecycle.moveTo(next, oursAcked ? "rcv FIN,ACK of FIN, snd ACK" : "rcv FIN, snd ACK");
    if (next == State.TIME_WAIT) {
      enterTimeWait(nowNanos);
    }
  }

  /// Nobody is left to read: FIN-WAIT-2 does not last for ever, and for a user who wants
  /// it so, not at all.
  public void watchOrphan(long nowNanos) {
    if (!lifecycle.isClosedByUser() || lifecycle.state() != State.FIN_WAIT_2) {
      return;
    }
    long asked = rooms.options().finWait2Nanos;
    if (asked < 0) {
      abort(new CloseReason.TimedOut(CloseReason.Waiting.FIN), "no wait in FIN-WAIT-2, snd RST");
    } else {
      long wait = asked == 0 ? rooms.settings().finWait2Nanos : asked;
      rooms.deadlines().set(Timer.FIN_WAIT_2, nowNanos + wait);
    }
  }

  private void enterTimeWait(long nowNanos) {
    TimeWait.Remains remains = new TimeWait.Remains(
        tuple,
        rooms.settings(),
        snd.nxt(),
        rooms.rcv().nxt(),
        rooms.rcv().wnd(),
        rooms.window().field(),
        rooms.options().ttl,
        rooms.options().dscp << 2,
        rooms.timestamps().isEnabled(),
        rooms.timestamps().offset(),
        rooms.timestamps().recent());
    rooms.counters().increment(TcpCounter.TIME_WAITS);
    rooms.deadlines().clearAll();
    buffer.discard();
    timeWait = new TimeWait(remains, nowNanos);
    lifecycle.tell(new Event.Closed(new CloseReason.Finished()));
  }

  /// What stands in for the connection until 2MSL are over, or null.
  public @Nullable TimeWait timeWait() {
    return timeWait;
  }

  /// The connection ends here, out of order.
  ///
  /// @param cause a few words for people
  public void end(CloseReason reason, String cause) {
    if (lifecycle.state() == State.CLOSED) {
      return;
    }
    count(reason);
    wasReset = reason instanceof CloseReason.ResetByPeer;
    lifecycle.moveTo(State.CLOSED, cause);
    finish(reason);
  }

  /// As [#end], and the peer hears of it by a RST.
  public void abort(CloseReason reason, String cause) {
    State state = lifecycle.state();
    if (state.isSynchronized() || state == State.SYN_RECEIVED) {
      rooms.reset().abort(snd.nxt());
    }
    end(reason, cause);
  }

  /// Whether the peer's RST ended the connection.
  public boolean wasReset() {
    return wasReset;
  }

  private void count(CloseReason reason) {
    State state = lifecycle.state();
    if (state == State.SYN_SENT || state == State.SYN_RECEIVED) {
      rooms.counters().increment(TcpCounter.ATTEMPT_FAILS);
    } else if (reason instanceof CloseReason.ResetByPeer || reason instanceof CloseReason.Aborted) {
      rooms.counters().increment(TcpCounter.ESTABLISHED_RESETS);
    }
    if (reason instanceof CloseReason.TimedOut) {
      rooms.counters().increment(TcpCounter.TIMEOUTS);
    }
  }

  private void finish(CloseReason reason) {
    rooms.deadlines().clearAll();
    buffer.discard();
    lifecycle.tell(new Event.Closed(reason));
  }
}
