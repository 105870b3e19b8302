package dev.sluice.stack;

import dev.sluice.wire.FourTuple;
import java.util.HashMap;
import java.util.Map;

/// The numbers of half-open peers, so that `netstat` and a trace show a connection
/// under one number from its SYN on.
final class HalfOpenIds {
  private final Map<FourTuple, Long> ids = new HashMap<>();

  /// The peer's number, or 0.
  long get(FourTuple tuple) {
    Long id = ids.get(tuple);
    return id == null ? 0 : id;
  }

  void put(FourTuple tuple, long id) {
    ids.put(tuple, id);
  }

  /// Gives the number away: to the connection, or to nobody.
  long remove(FourTuple tuple) {
    Long id = ids.remove(tuple);
    return id == null ? 0 : id;
  }

  void clear() {
    ids.clear();
  }

  int size() {
    return ids.size();
  }
}
