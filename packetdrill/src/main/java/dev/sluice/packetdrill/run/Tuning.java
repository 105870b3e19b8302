package dev.sluice.packetdrill.run;

import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.TcpSettings;

/// The settings that commands of a script may change.
///
/// @param tcp the engine's
/// @param sockets what new sockets start with
record Tuning(TcpSettings tcp, ConnectionOptions sockets) {}
