package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.view.SocketView;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import java.io.IOException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What no real peer does on request: silence in the middle of a handshake, and both
/// sides at once. A peer made by hand sends each segment when the test says so.
class TunRawPeerTest {
  private static final int DAYTIME = 13;
  private static final int ECHO = 7;

  @RegisterExtension
  static final OnTun SLUICE = OnTun.with();

  /// Other ports for each family, so that `netstat` can be asked by port.
  private static int port(Family family, int port) {
    return port + 100 * (family == Family.V4 ? 0 : 1);
  }

  @ParameterizedTest
  @EnumSource
  void withheldFinalAckLeavesSynReceived(Family family) throws IOException {
    try (RawPeer peer = RawPeer.open()) {
      RawPeer.Flow flow = peer.flow(family, port(family, 5_001), ECHO);
      flow.send(Flags.SYN);
      Segment synAck = flow.await("SYN-ACK", s -> s.flags == (Flags.SYN | Flags.ACK));
      SocketView shown = SLUICE.serve().awaitSocket(flow.ownPort(), "SYN_RECEIVED");
      assertThat(shown.timer()).as("a timer for the SYN-ACK").isNotNull();
      Segment again = flow.await("SYN-ACK again", s -> s.flags == (Flags.SYN | Flags.ACK));
      assertThat(again.seq).isEqualTo(synAck.seq);
      assertThat(SLUICE.serve().pathOf(flow.endpoint())).containsExactly("SYN-RECEIVED");

      flow.send(Flags.ACK);
      SLUICE.serve().awaitTransition(flow.endpoint(), "ESTABLISHED");
      flow.send(Flags.RST | Flags.ACK);
      SLUICE.serve().awaitTransition(flow.endpoint(), "CLOSED");
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothCloseAtOnce(Family family) throws IOException {
    try (RawPeer peer = RawPeer.open()) {
      RawPeer.Flow flow = peer.flow(family, port(family, 5_002), DAYTIME);
      flow.open();
      Segment fin = flow.await("FIN", s -> s.has(Flags.FIN));
      int beforeTheirFin = fin.endSeq() - 1;
      flow.send(Flags.FIN | Flags.ACK, flow.next, beforeTheirFin);
      flow.next++;
      SLUICE.serve().awaitSocket(flow.ownPort(), "CLOSING");
      flow.send(Flags.ACK);
      SLUICE.serve().awaitSocket(flow.ownPort(), "TIME_WAIT");
      assertThat(SLUICE.serve().pathOf(flow.endpoint()))
          .containsExactly("SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "CLOSING", "TIME-WAIT");
    }
  }

  @ParameterizedTest
  @EnumSource
  void finThatAcknowledgesOursLeadsStraightToTimeWait(Family family) throws IOException {
    try (RawPeer peer = RawPeer.open()) {
      RawPeer.Flow flow = peer.flow(family, port(family, 5_003), DAYTIME);
      flow.open();
      flow.await("FIN", s -> s.has(Flags.FIN));
      flow.send(Flags.FIN | Flags.ACK);
      SLUICE.serve().awaitSocket(flow.ownPort(), "TIME_WAIT");
      assertThat(SLUICE.serve().pathOf(flow.endpoint()))
          .containsExactly("SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "TIME-WAIT");

      flow.send(Flags.FIN | Flags.ACK, flow.next - 1, flow.expected);
      Segment last = flow.await("last ACK again", s -> s.flags == Flags.ACK);
      assertThat(last.ack).isEqualTo(flow.next);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothOpenAtOnce(Family family) throws IOException {
    try (RawPeer peer = RawPeer.open()) {
      RawPeer.Flow flow = peer.flow(family, port(family, 5_004), 4_321);
      String source = family.endpoint(family.sluice, 4_321);
      try (Child connect =
          SLUICE.serve().begin("connect", family.raw, "" + flow.ownPort(), "--source", source)) {
        Segment syn = flow.await("SYN", s -> s.flags == Flags.SYN);
        flow.send(Flags.SYN);
        flow.await("SYN-ACK", s -> s.flags == (Flags.SYN | Flags.ACK) && s.seq == syn.seq);
        SLUICE.serve().awaitSocket(flow.ownPort(), "SYN_RECEIVED");
        flow.send(Flags.SYN | Flags.ACK, flow.next - 1, syn.seq + 1);
        SLUICE.serve().awaitTransition(flow.endpoint(), "ESTABLISHED");
        assertThat(SLUICE.serve().pathOf(flow.endpoint()))
            .containsExactly("SYN-SENT", "SYN-RECEIVED", "ESTABLISHED");
        flow.send(Flags.RST | Flags.ACK);
        SLUICE.serve().awaitTransition(flow.endpoint(), "CLOSED");
        connect.closeInput();
        assertThat(connect.awaitExit()).as("%s", connect).isEqualTo(1);
      }
    }
  }
}
