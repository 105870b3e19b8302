package dev.sluice.tcp.tcb;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// In which state a connection is, and what its user has yet to hear of that.
public final class Lifecycle {
  private static final State[] STATES = State.values();

  private State state;
  private int signals;
  private @Nullable ArrayDeque<Event> rare;
  private boolean closedByUser;
  private boolean finAfterHandshake;
  private boolean inputShut;

  public Lifecycle(State initial) {
    state = initial;
  }

  public State state() {
    return state;
  }

  /// Goes to another state. Nothing else happens here.
  ///
  /// @param cause a few words for people, as at the RFC's arrows
  public void moveTo(State next, String cause) {
    if (next != state) {
      tell(new Event.Transition(state, next, cause));
      state = next;
    }
  }

  /// The user called CLOSE for both directions: nobody will read any more.
  public void closedByUser() {
    closedByUser = true;
  }

  public boolean isClosedByUser() {
    return closedByUser;
  }

  /// The user will not read any more, though the connection goes on.
  public void shutInput() {
    inputShut = true;
  }

  public boolean isInputShut() {
    return inputShut;
  }

  /// CLOSE came before the handshake was over and data waits: the FIN follows then
  /// (§3.10.4).
  public void finAfterHandshake() {
    finAfterHandshake = true;
  }

  public boolean isFinAfterHandshake() {
    return finAfterHandshake;
  }

  /// Tells the user something that happens often.
  public void tell(Event.Signal signal) {
    signals |= 1 << signal.ordinal();
  }

  /// Tells the user something that happens rarely.
  public void tell(Event event) {
    if (event instanceof Event.Signal signal) {
      tell(signal);
      return;
    }
    if (rare == null) {
      rare = new ArrayDeque<>(2);
    }
    rare.add(event);
  }

  /// The next thing to hear: first transitions and their like in order, then signals; a
  /// [Event.Closed] comes last of all.
  public @Nullable Event poll() {
    Event next = rare == null ? null : rare.peek();
    if (next != null && !(next instanceof Event.Closed && signals != 0)) {
      return takeRare();
    }
    if (signals != 0) {
      int bit = Integer.numberOfTrailingZeros(signals);
      signals &= signals - 1;
      return Event.Signal.of(bit);
    }
    return null;
  }

  /// As [#poll], but [Event.Closed] has to wait: there may be something left to send.
  public @Nullable Event pollEarly() {
    boolean isClosedNext = signals == 0 && rare != null && rare.peek() instanceof Event.Closed;
    return isClosedNext ? null : poll();
  }

  private @Nullable Event takeRare() {
    ArrayDeque<Event> queue = rare;
    assert queue != null;
    Event next = queue.poll();
    if (queue.isEmpty()) {
      rare = null;
    }
    return next;
  }

  /// Whether the user has heard everything.
  public boolean isToldAll() {
    return signals == 0 && rare == null;
  }

  /// What stays of it while the connection sleeps: nothing waits to be heard then.
  public void keep(Archive archive) {
    state = archive.keep(state, STATES);
    closedByUser = archive.keep(closedByUser);
    finAfterHandshake = archive.keep(finAfterHandshake);
    inputShut = archive.keep(inputShut);
  }
}
