package dev.sluice.tcp;

import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.wire.FourTuple;

/// What the rooms of a connection stand on, and what stays when they are gone because
/// the connection sleeps: who it is between, what its user chose, and the buffers, which
/// the user's threads may come to at any time.
final class Ground {
  final Environment environment;
  final FourTuple tuple;
  final Path path;
  final SendBuffer sendBuffer;
  final ReceiveBuffer receiveBuffer;

  /// Of this connection alone, except while it sleeps.
  ConnectionOptions options;

  /// Whether somebody outside knows [#options] and may change them at any time.
  boolean optionsLent;

  Ground(Environment environment, FourTuple tuple, ConnectionOptions options, Path path) {
    this.environment = environment;
    this.tuple = tuple;
    this.options = options;
    this.path = path;
    sendBuffer = new SendBuffer(environment.chunks(), options.sendBufferBytes);
    receiveBuffer = new ReceiveBuffer(environment.chunks(), options.receiveBufferBytes);
  }
}
