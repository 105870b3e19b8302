package dev.sluice.packetdrill.run;

import dev.sluice.stack.HostConfig;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.TcpSettings;

/// The settings that commands of a script may change.
///
/// @param host the host's, the engine's among them
/// @param sockets what new sockets start with
record Tuning(HostConfig host, ConnectionOptions sockets) {
  /// The engine's settings.
  TcpSettings tcp() {
    return host.tcp;
  }
}
