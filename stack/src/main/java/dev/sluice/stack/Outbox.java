package dev.sluice.stack;

import dev.sluice.wire.Segment;
import org.jspecify.annotations.Nullable;

/// Who wants attention: flows that may have something to send or to tell, each at most
/// once, in a chain through the flows themselves.
///
/// They take turns. A flow with much to send goes back to the end of the chain after a
/// few segments, so that it holds nobody up.
final class Outbox {
  /// Segments that a flow may send in one turn.
  static final int TURN_SEGMENTS = 8;

  private @Nullable Flow head;
  private @Nullable Flow tail;
  private @Nullable Flow current;
  private int turnsLeft;

  /// Puts a flow at the end, unless it waits already or has its turn.
  void add(Flow flow) {
    if (flow.dirty || flow == current || flow.gone) {
      return;
    }
    append(flow);
  }

  private void append(Flow flow) {
    flow.dirty = true;
    flow.nextDirty = null;
    if (tail == null) {
      head = flow;
    } else {
      tail.nextDirty = flow;
    }
    tail = flow;
  }

  /// The next segment that anybody wants to send.
  ///
  /// @param turnOver told of each flow whose turn it is, and that has nothing more to
  ///     send
  /// @return false: nobody wants attention any more
  boolean pollTransmit(Segment out, TurnOver turnOver, long nowNanos) {
    while (true) {
      Flow flow = current;
      if (flow == null) {
        flow = next();
        if (flow == null) {
          return false;
        }
        turnOver.onTurn(flow, nowNanos);
      }
      if (!flow.gone && turnsLeft > 0 && flow.endpoint().pollTransmit(out, nowNanos)) {
        turnsLeft--;
        return true;
      }
      current = null;
      if (flow.gone) {
        continue;
      }
      if (turnsLeft == 0) {
        append(flow);
      } else {
        turnOver.onTurnOver(flow, nowNanos);
      }
    }
  }

  private @Nullable Flow next() {
    Flow flow = head;
    if (flow != null) {
      head = flow.nextDirty;
      if (head == null) {
        tail = null;
      }
      flow.nextDirty = null;
      flow.dirty = false;
      current = flow;
      turnsLeft = TURN_SEGMENTS;
    }
    return flow;
  }

  /// Whether the segment that was just polled speaks for a listener: to somebody without
  /// a connection here.
  boolean isListenersTurn() {
    return current instanceof Flow.Listening;
  }

  boolean isEmpty() {
    return head == null && current == null;
  }

  /// What is done with a flow before and after it sends.
  interface TurnOver {
    /// It may have something to send.
    void onTurn(Flow flow, long nowNanos);

    /// It has nothing more to send.
    void onTurnOver(Flow flow, long nowNanos);
  }
}
