package dev.sluice.sim.check;

import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The arrows of the state diagram, written down a second time.
///
/// Beside those of figure 5 there are the arrows of its notes and of §3.10: to CLOSED by
/// RST, ABORT or time-out from everywhere, SYN-RECEIVED back to LISTEN, FIN-WAIT-1
/// straight to TIME-WAIT.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.3.2 RFC 9293 §3.3.2
final class StateRules {
  private static final Map<State, Set<State>> ARROWS = arrows();

  private final Invariants.Verdict verdict;
  private final Map<Place, Life> lives = new LinkedHashMap<>();

  private record Place(String host, FourTuple tuple) {}

  private static final class Life {
    private State state = State.CLOSED;
    private boolean timeWaitSeen;
  }

  StateRules(Invariants.Verdict verdict) {
    this.verdict = verdict;
  }

  private static Map<State, Set<State>> arrows() {
    Map<State, Set<State>> arrows = new EnumMap<>(State.class);
    arrows.put(State.CLOSED, EnumSet.of(State.LISTEN, State.SYN_SENT));
    arrows.put(State.LISTEN, EnumSet.of(State.SYN_SENT, State.SYN_RECEIVED));
    arrows.put(State.SYN_SENT, EnumSet.of(State.SYN_RECEIVED, State.ESTABLISHED));
    arrows.put(
        State.SYN_RECEIVED,
        EnumSet.of(State.ESTABLISHED, State.FIN_WAIT_1, State.CLOSE_WAIT, State.LISTEN));
    arrows.put(State.ESTABLISHED, EnumSet.of(State.FIN_WAIT_1, State.CLOSE_WAIT));
    arrows.put(State.FIN_WAIT_1, EnumSet.of(State.FIN_WAIT_2, State.CLOSING, State.TIME_WAIT));
    arrows.put(State.FIN_WAIT_2, EnumSet.of(State.TIME_WAIT));
    arrows.put(State.CLOSE_WAIT, EnumSet.of(State.LAST_ACK));
    arrows.put(State.CLOSING, EnumSet.of(State.TIME_WAIT));
    arrows.put(State.LAST_ACK, EnumSet.noneOf(State.class));
    arrows.put(State.TIME_WAIT, EnumSet.noneOf(State.class));
    for (Map.Entry<State, Set<State>> from : arrows.entrySet()) {
      if (from.getKey() != State.CLOSED) {
        from.getValue().add(State.CLOSED);
      }
    }
    return arrows;
  }

  /// Whether the diagram has this arrow.
  static boolean isArrow(State from, State to) {
    Set<State> targets = ARROWS.get(from);
    return targets != null && targets.contains(to);
  }

  void onTransition(String host, FourTuple tuple, Arrow arrow, long now) {
    Life life = lives.computeIfAbsent(new Place(host, tuple), place -> new Life());
    String text = tuple + ": " + arrow.from() + " -> " + arrow.to() + " (" + arrow.cause() + ")";
    if (!isArrow(arrow.from(), arrow.to())) {
      verdict.broken(Rule.ARROWS, host, now, "no such arrow: " + text);
    }
    boolean starts = life.state == State.CLOSED || life.state == State.LISTEN;
    boolean startsAnew = starts && (arrow.from() == State.CLOSED || arrow.from() == State.LISTEN);
    if (arrow.from() != life.state && !startsAnew) {
      verdict.broken(Rule.ARROWS, host, now, "was in " + life.state + ", " + text);
    }
    if (startsAnew) {
      life.timeWaitSeen = false;
    }
    life.state = arrow.to();
    life.timeWaitSeen |= arrow.to() == State.TIME_WAIT;
  }

  /// A step from state to state.
  record Arrow(State from, State to, String cause) {}

  /// Whether this side of the connection has been in TIME-WAIT.
  boolean timeWaitSeen(String host, FourTuple tuple) {
    Life life = lives.get(new Place(host, tuple));
    return life != null && life.timeWaitSeen;
  }

  /// The state that the host last told of, or null if it never did.
  @Nullable
  State state(String host, FourTuple tuple) {
    Life life = lives.get(new Place(host, tuple));
    return life == null ? null : life.state;
  }

  /// Everything that is neither closed nor listening, as text.
  List<String> stillOpen() {
    List<String> open = new ArrayList<>();
    lives.forEach((place, life) -> {
      if (life.state != State.CLOSED && life.state != State.LISTEN) {
        open.add(place.host() + " " + place.tuple() + " " + life.state);
      }
    });
    return open;
  }
}
