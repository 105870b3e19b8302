package dev.sluice.bench.million;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stack.HostConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Twenty thousand connections do what a million do on the page: open, echo, and take
/// little. That is measured, not timed.
class CrowdTest {
  private static final int CONNECTIONS = 20_000;
  /// The promise is 1,000 for each; what the heap of a test run adds is more than what is
  /// left of it.
  private static final int MOST_OCTETS = 1_000;

  @Test
  void twentyThousandConnectionsEchoAndTakeLittle() throws IOException {
    new Crowd(1, 1).openUpTo(1); // what is made once
    int quietAwake = new HostConfig().maxQuietAwake;
    Crowd crowd = new Crowd(CONNECTIONS, quietAwake);
    long before = crowd.heapBytes();
    crowd.openUpTo(CONNECTIONS);
    crowd.echoAll();
    crowd.echoAnywhere(CONNECTIONS, CONNECTIONS);
    assertThat((crowd.heapBytes() - before) / CONNECTIONS).isLessThan(MOST_OCTETS);
    assertThat(crowd.size()).isEqualTo(CONNECTIONS);
  }
}
