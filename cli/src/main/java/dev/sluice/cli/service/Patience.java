package dev.sluice.cli.service;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;

/// Ends a peer that takes too long.
final class Patience {
  private Patience() {}

  /// Runs `rest` and closes the channel under it when the time is over, which is a
  /// regular end.
  static void limit(SocketChannel peer, long millis, Service rest) throws IOException {
    Thread watch = Thread.ofVirtual().start(() -> {
      try {
        Thread.sleep(millis);
        peer.close();
      } catch (InterruptedException | IOException e) {
        // in time, or closed already
      }
    });
    try {
      rest.serve(peer);
    } catch (AsynchronousCloseException e) {
      // the time was over
    } finally {
      watch.interrupt();
    }
  }
}
