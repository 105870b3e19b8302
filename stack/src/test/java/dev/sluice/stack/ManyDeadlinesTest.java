package dev.sluice.stack;

import static dev.sluice.stack.TwoHosts.SECOND;
import static dev.sluice.stack.TwoHosts.SERVER_V4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Very many timers are due at one moment.
class ManyDeadlinesTest {
  private static final int CONNECTIONS = Host.MAX_DUE + 200;
  private final TwoHosts net = new TwoHosts();
  private final PacketBuffer out = PacketBuffer.ofMaximumSize();

  private long probes() {
    return net.server.tcpCounters().get(TcpCounter.KEEP_ALIVE_PROBES);
  }

  private void turn(long nowNanos) {
    net.server.onDeadlines(nowNanos);
    while (net.server.pollPacket(out, nowNanos)) {
      // to nobody
    }
  }

  @Test
  void oneTurnOfTheLoopActsOnABatchAndTheNextOnTheRest() throws IOException {
    ConnectionOptions watched = new ConnectionOptions();
    watched.keepAlive = true;
    watched.keepIdleNanos = SECOND;
    ConnectionHandler nobody = (source, event) -> {};
    Binding binding = net.server.bind(IpAddress.ANY_V6, 7, false);
    net.server.listen(binding, watched, new ListenerLimits(10, 10), (listener, accepted) -> {
      listener.onAccepted();
      return nobody;
    });
    IpAddress server = IpAddress.parse(SERVER_V4);
    for (int i = 0; i < CONNECTIONS; i++) {
      net.client.connect(null, server, 7, new ConnectionOptions(), nobody, net.nowNanos);
      net.settle();
    }
    assertThat(net.server.connectionCount()).isEqualTo(CONNECTIONS);
    long later = net.nowNanos + 5 * SECOND;
    turn(later);
    assertThat(probes()).isBetween(1L, (long) Host.MAX_DUE);
    assertThat(net.server.nextDeadlineNanos()).isLessThanOrEqualTo(later);
    turn(later);
    assertThat(probes()).isEqualTo(CONNECTIONS);
    assertThat(net.server.nextDeadlineNanos()).isGreaterThan(later);
  }
}
