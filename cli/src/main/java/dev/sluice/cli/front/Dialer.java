package dev.sluice.cli.front;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// Opens the connection behind a front door.
@FunctionalInterface
public interface Dialer {
  /// A connection, once it is established.
  ///
  /// @throws IOException in the JDK's words if it is refused or times out
  SocketChannel dial() throws IOException;
}
