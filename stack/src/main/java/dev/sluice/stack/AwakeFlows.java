package dev.sluice.stack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The connections that are awake, at most so many: one more puts the one to sleep that
/// has been quiet for long.
///
/// A clock: each connection that does something gets a mark. The hand goes round, takes
/// marks away, and puts those to sleep that have none. It moves a few steps for each
/// connection that wakes, so the work for a packet is bounded. Connections that have
/// something under way cannot sleep: if they are more than the limit, they all stay
/// awake.
final class AwakeFlows {
  /// Steps of the hand for one connection that wakes or does something, at most.
  static final int STEPS = 4;

  private static final int FIRST_CAPACITY = 16;

  private final int limit;
  private Flow.@Nullable Connected[] ring = new Flow.@Nullable Connected[FIRST_CAPACITY];
  private int size;
  private int hand;

  /// @param limit connections that may be awake at once though they are quiet
  AwakeFlows(int limit) {
    this.limit = limit;
  }

  /// The connection did something and has nothing more to do just now.
  void onTurnOver(Flow.Connected flow) {
    if (flow.connection.isAsleep()) {
      return;
    }
    if (limit == 0 && flow.connection.sleep()) {
      remove(flow);
      return;
    }
    flow.active = true;
    if (flow.awakeIndex < 0) {
      enter(flow);
    }
    for (int i = 0; i < STEPS && size > limit; i++) {
      step();
    }
  }

  private void enter(Flow.Connected flow) {
    if (size == ring.length) {
      ring = Arrays.copyOf(ring, 2 * size);
    }
    place(flow, size++);
  }

  private void place(Flow.Connected flow, int index) {
    ring[index] = flow;
    flow.awakeIndex = index;
  }

  private void step() {
    if (hand >= size) {
      hand = 0;
    }
    Flow.Connected flow = at(hand);
    if (!flow.active && flow.connection.sleep()) {
      remove(flow); // and the last one stands here now
      return;
    }
    flow.active = false;
    hand++;
  }

  private Flow.Connected at(int index) {
    Flow.Connected flow = ring[index];
    if (flow == null) {
      throw new AssertionError("nobody at " + index + " of " + size);
    }
    return flow;
  }

  /// The connection sleeps or is over. Again: no effect.
  void remove(Flow.Connected flow) {
    int index = flow.awakeIndex;
    if (index < 0) {
      return;
    }
    Flow.Connected last = at(--size);
    place(last, index);
    ring[size] = null;
    flow.awakeIndex = -1;
  }

  /// Connections that are awake.
  int size() {
    return size;
  }
}
