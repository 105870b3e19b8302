package dev.sluice.tcp.listen;

import java.util.ArrayDeque;

/// How many connections of a listener began with a cookie and have yet to end their
/// handshake. While there are too many, fast open is off and everybody shakes hands
/// first: who steals cookies cannot fill the memory with connections.
///
/// A reset frees no place at once, else whoever floods with stolen cookies would have
/// the victims' own resets make room for more.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7413#section-5.1 RFC 7413 §4.2.2, §5.1
public final class FastOpenQueue {
  /// How long a connection that was reset still counts. Linux uses the same.
  private static final long AFTER_RESET_NANOS = 60_000_000_000L;

  private final ArrayDeque<Long> resetUntilNanos = new ArrayDeque<>();
  private int pending;
  private int justReset;

  /// Takes a place, if there is one.
  ///
  /// @param limit places in all
  public boolean enter(int limit, long nowNanos) {
    for (; justReset > 0; justReset--) {
      resetUntilNanos.add(nowNanos + AFTER_RESET_NANOS);
    }
    while (!resetUntilNanos.isEmpty() && resetUntilNanos.getFirst() <= nowNanos) {
      resetUntilNanos.removeFirst();
    }
    if (pending + resetUntilNanos.size() >= limit) {
      return false;
    }
    pending++;
    return true;
  }

  /// A handshake is over, or its connection is.
  ///
  /// @param byReset the peer's reset ended it: its place is free a minute later
  public void leave(boolean byReset) {
    assert pending > 0;
    pending--;
    justReset += byReset ? 1 : 0;
  }

  /// Connections whose handshake is not over.
  public int pending() {
    return pending;
  }
}
