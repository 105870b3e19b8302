package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.Event;

/// Code that runs on the loop thread when something happens to a connection. It must
/// not block; it may read and write in place and call any verb of the connection.
@FunctionalInterface
public interface ConnectionHandler {
  void onEvent(Connection connection, Event event);
}
