package dev.sluice.lab.flood;

import dev.sluice.stack.HostSnapshot;
import java.util.List;

/// What came of a trial.
///
/// @param defence what stood against the flood
/// @param visitors the honest clients
/// @param pace of the flood
/// @param halfOpen half-open peers at the end of each second
/// @param last the server in the end
record Outcome(
    Defence defence, List<Visitor> visitors, Pace pace, List<Long> halfOpen, HostSnapshot last) {
  /// When a visitor came.
  enum Phase {
    BEFORE,
    DURING,
    AFTER
  }

  private Phase phaseOf(Visitor visitor) {
    if (visitor.begunNanos() < pace.beginNanos()) {
      return Phase.BEFORE;
    }
    return visitor.begunNanos() < pace.endNanos() ? Phase.DURING : Phase.AFTER;
  }

  /// How many of those who came then were served, percent.
  double served(Phase phase) {
    long all = visitors.stream().filter(it -> phaseOf(it) == phase).count();
    long served =
        visitors.stream().filter(it -> phaseOf(it) == phase && it.isServed()).count();
    return all == 0 ? 100 : 100.0 * served / all;
  }

  /// How long that share of those who were served waited for their connection, at most.
  ///
  /// @return -1 if nobody was
  long connectNanos(Phase phase, double share) {
    long[] times = visitors.stream()
        .filter(it -> phaseOf(it) == phase && it.isServed())
        .mapToLong(Visitor::connectNanos)
        .sorted()
        .toArray();
    return times.length == 0 ? -1 : times[(int) Math.ceil(share * times.length) - 1];
  }

  /// The most half-open peers there were.
  long mostHalfOpen() {
    return halfOpen.stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
