package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DroppedTest {
  private TwoStacks stacks;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  private int connections() {
    return stacks.client.call((host, now) -> host.connectionCount());
  }

  @Test
  void aChannelThatIsDroppedWithoutCloseIsReset() throws Exception {
    try (LoopServer server = stacks.server.listen(0, () -> connection -> {})) {
      drop(server.port());
      await().atMost(Duration.ofSeconds(20)).until(() -> {
        System.gc(); // the only way to make the collector notice
        return connections() == 0;
      });
    }
  }

  private void drop(int port) throws IOException {
    SocketChannel channel = stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, port));
    assertThat(channel.isConnected()).isTrue();
    assertThat(connections()).isEqualTo(1);
  }
}
