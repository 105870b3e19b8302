package dev.sluice.cli.service;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/// What a server does with one peer.
@FunctionalInterface
public interface Service {
  /// Talks to a peer on a thread of its own, until all is said. The caller closes the
  /// channel.
  ///
  /// @param peer connected, blocking
  /// @throws IOException if the connection ended in another way than in order
  void serve(SocketChannel peer) throws IOException;
}
