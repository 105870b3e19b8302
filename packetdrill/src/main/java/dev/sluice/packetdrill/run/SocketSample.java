package dev.sluice.packetdrill.run;

import dev.sluice.stack.HostSnapshot;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.State;
import java.util.Map;

/// Finds the connection under test, in whatever form it exists at this moment.
///
/// @param kernel knows the sockets
/// @param flows knows the ports
/// @param host knows half-open peers and TIME-WAITs
record SocketSample(Kernel kernel, FlowTracker flows, VirtualHost host) {
  void into(TcpInfo info) {
    Flow flow = flows.flow();
    Connection over = null;
    for (Map.Entry<Connection, ScriptSocket> entry : kernel.connections().entrySet()) {
      Connection connection = entry.getKey();
      boolean active = entry.getValue() == flows.socket();
      boolean passive = connection.tuple().remotePort() == flow.remotePort
          && connection.tuple().localPort() == flow.localPort;
      if ((active || passive) && entry.getValue().over) {
        over = connection;
      } else if (active || passive) {
        info.sample(connection.info(host.nowNanos()));
        info.sample(connection.ecnInfo());
        info.synData(connection.isFastOpenTaken());
        return;
      }
    }
    HostSnapshot now = host.host().snapshot(host.nowNanos());
    if (now.halfOpen().stream().anyMatch(h -> h.tuple().remotePort() == flow.remotePort)) {
      info.sample(State.SYN_RECEIVED);
    } else if (now.timeWaits().stream().anyMatch(w -> w.tuple().remotePort() == flow.remotePort)) {
      info.sample(State.TIME_WAIT);
    } else {
      ScriptSocket socket = flows.socket();
      boolean listens = over == null && socket != null && socket.isListening() && !socket.closed;
      info.sample(listens ? State.LISTEN : State.CLOSED);
      info.synData(over != null && over.isFastOpenTaken());
    }
  }
}
