package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;

/// Code that runs on the loop thread when a handshake is complete.
@FunctionalInterface
public interface ListenerHandler {
  /// A connection waits to be accepted. Call [Listener#onAccepted] on the loop when it
  /// is taken.
  ///
  /// @return who hears of the connection's events from now on
  ConnectionHandler onConnection(Listener listener, Connection connection);
}
