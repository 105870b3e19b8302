package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.PacketLine.TcpLine;
import dev.sluice.packetdrill.run.Flow.Phase;
import dev.sluice.wire.Flags;
import org.jspecify.annotations.Nullable;

/// Knows which connection is under test, and follows it from packet to packet.
final class FlowTracker {
  private static final int FIRST_REMOTE_PORT = 32_769;

  private final Addresses addresses;
  private int nextRemotePort = FIRST_REMOTE_PORT;
  private Flow flow;
  private @Nullable ScriptSocket socket;

  FlowTracker(Addresses addresses) {
    this.addresses = addresses;
    this.flow = fresh();
  }

  private Flow fresh() {
    return new Flow(addresses.bindPort(), addresses.connectPort());
  }

  Flow flow() {
    return flow;
  }

  /// The socket whose connection or listener is under test, if there is one.
  @Nullable
  ScriptSocket socket() {
    return socket;
  }

  /// A system call made, opened or bound this socket.
  void underTest(ScriptSocket changed) {
    socket = changed;
    flow = fresh();
    if (changed.isListening()) {
      flow.phase = Phase.LISTENING;
    } else if (changed.connection != null) {
      flow.phase = Phase.CONNECTING;
    }
  }

  /// The flow that an inbound segment goes to; the first one makes a flow from a new
  /// remote port.
  Flow forInbound(TcpLine line) {
    boolean ack = (line.flags() & Flags.ACK) != 0;
    boolean syn = (line.flags() & Flags.SYN) != 0;
    switch (flow.phase) {
      case FRESH, LISTENING -> {
        flow = new Flow(addresses.bindPort(), nextRemotePort++);
        flow.phase = Phase.PASSIVE;
        flow.remoteIsn(line.sequence().start());
      }
      case SYN_SENT -> {
        if (syn && ack) {
          flow.remoteIsn(line.sequence().start());
          flow.phase = Phase.SYN_ACKED;
        }
      }
      case PASSIVE, PASSIVE_ANSWERED, CONNECTING, SYN_ACKED -> {
        // numbers stay as they are
      }
    }
    return flow;
  }

  /// A segment of ours that belongs to the flow was taken: learns ports and numbers.
  ///
  /// @param line what the script expects here
  void onOutbound(LivePacket packet, TcpLine line) {
    boolean syn = packet.has(Flags.SYN);
    boolean ack = packet.has(Flags.ACK);
    boolean lineSyn = (line.flags() & Flags.SYN) != 0;
    int scriptIsn = lineSyn && !line.sequence().ignored() ? line.sequence().start() : 0;
    if (flow.phase == Phase.CONNECTING && syn) {
      flow.localPort = packet.sourcePort();
      flow.localIsn(scriptIsn, packet.seq());
      flow.phase = Phase.SYN_SENT;
    } else if (flow.phase == Phase.PASSIVE && syn && ack && lineSyn) {
      flow.localIsn(scriptIsn, packet.seq());
      flow.phase = Phase.PASSIVE_ANSWERED;
    }
    flow.lastOutbound = packet;
  }
}
