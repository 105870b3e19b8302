package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What those who watch a host are told, apart from segments and transitions.
class ObserverTest {
  private static final int PORT = 7;

  private final List<String> told = new ArrayList<>();
  private final TestHost test = TestHost.usual();
  private long dueNanos = Endpoint.NEVER;

  private final HostObserver observer = new HostObserver() {
    @Override
    public void onTransition(
        long id, FourTuple tuple, State from, State to, String cause, long nowNanos) {
      told.add("unwanted transition to " + to);
    }

    @Override
    public boolean wantsTransitions() {
      return false;
    }

    @Override
    public void onSyn(Binding binding, Listener listener, Segment syn, long nowNanos) {
      told.add("SYN for " + binding.port() + " with " + listener.halfOpenCount() + " half open");
    }

    @Override
    public void onHandshake(Binding binding, Listener listener, Segment last, long nowNanos) {
      told.add("handshake with " + binding.port() + " from " + last.source());
    }

    @Override
    public void onRefused(Segment segment, long nowNanos) {
      told.add("refused at " + segment.destinationPort);
    }

    @Override
    public void onReset(Segment reset, long nowNanos) {
      told.add("RST for " + reset.destinationPort);
    }

    @Override
    public long nextDeadlineNanos() {
      return dueNanos;
    }

    @Override
    public void onDeadline(long nowNanos) {
      dueNanos = Endpoint.NEVER;
      told.add("deadline at " + nowNanos);
    }
  };

  private void listen() throws BindException {
    test.host.addObserver(observer);
    Binding binding = test.host.bind(IpAddress.ANY_V4, PORT, false);
    test.host.listen(
        binding, new ConnectionOptions(), new ListenerLimits(10, 10), (listener, connection) ->
            (source, event) -> {});
  }

  @Test
  void aSynAndTheHandshakeThatComesOfItAreToldWithTheirListener() throws BindException {
    listen();
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, PORT, Flags.SYN));
    int answer = TestHost.parse(test.takeSent().getFirst()).seq;
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, PORT, segment -> {
      segment.flags = Flags.ACK;
      segment.seq = 1_001;
      segment.ack = answer + 1;
    }));

    assertThat(told)
        .containsExactly(
            "SYN for 7 with 0 half open", "handshake with 7 from " + IpAddress.parse(PEER_V4));
  }

  @Test
  void aSegmentForAClosedPortIsRefusedAndNoSyn() throws BindException {
    listen();
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, 8, Flags.SYN));
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, 9, Flags.ACK));

    assertThat(told).containsExactly("refused at 8", "refused at 9");
  }

  @Test
  void aResetIsToldWhateverItIsFor() throws BindException {
    listen();
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, PORT, Flags.RST));
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, 8, Flags.RST));

    assertThat(told).containsExactly("RST for 7", "RST for 8", "refused at 8");
  }

  @Test
  void anObserversDeadlineIsOneOfTheHosts() throws BindException {
    listen();
    assertThat(test.host.nextDeadlineNanos()).isEqualTo(Endpoint.NEVER);
    dueNanos = 500;

    assertThat(test.host.nextDeadlineNanos()).isEqualTo(500);
    test.host.onDeadlines(499);
    assertThat(told).isEmpty();
    test.host.onDeadlines(500);
    assertThat(told).containsExactly("deadline at 500");
  }
}
