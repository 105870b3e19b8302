package dev.sluice.sim.actor;

import dev.sluice.tcp.Connection;

/// Where an actor stands: the host and the time around it.
public interface Stage {
  /// The host's name.
  String name();

  /// The time.
  long nowNanos();

  /// Runs an action when its time comes.
  void at(long atNanos, Runnable action);

  /// A verb of this connection was called.
  void attend(Connection connection);
}
