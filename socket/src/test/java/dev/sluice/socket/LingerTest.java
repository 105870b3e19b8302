package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LingerTest {
  private TwoStacks stacks;
  private TwoStacks.Pair pair;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
    pair = stacks.connected();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  private void linger(int seconds) throws IOException {
    pair.client().setOption(StandardSocketOptions.SO_LINGER, seconds);
  }

  private int connectionsOfClient() {
    return stacks.client.call((host, now) -> host.connectionCount());
  }

  @Test
  void withoutLingerCloseReturnsThoughThePeerIsGone() throws Exception {
    stacks.cut();
    pair.client().write(ByteBuffer.allocate(1_000));
    pair.client().close();
    assertThat(connectionsOfClient()).isEqualTo(1); // it goes on by itself
  }

  @Test
  void lingerOfZeroResetsAndKeepsNothing() throws Exception {
    linger(0);
    pair.client().close();
    assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1)))
        .isInstanceOf(SocketException.class)
        .hasMessage("Connection reset");
    assertThat(connectionsOfClient()).isZero();
    assertThat(stacks.client.<Integer>call((host, now) -> host.timeWaitCount())).isZero();
  }

  @Test
  void lingerWaitsUntilThePeerHasEverything() throws Exception {
    linger(30);
    pair.client().write(ByteBuffer.allocate(100_000));
    pair.client().close();
    long acknowledged = stacks.server.call(
        (host, now) -> host.snapshot(now).connections().getFirst().info().bytesReceived());
    assertThat(acknowledged).isEqualTo(100_000);
  }

  @Test
  void lingerGivesUpInTheEndAndResets() throws Exception {
    linger(1);
    stacks.cut();
    pair.client().write(ByteBuffer.allocate(1_000));
    long start = System.nanoTime();
    pair.client().close();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(connectionsOfClient()).isZero();
  }

  @Test
  void anInterruptEndsTheWaitButNotTheClosing() throws Exception {
    linger(60);
    stacks.cut();
    pair.client().write(ByteBuffer.allocate(1_000));
    var closing = Threads.virtual(() -> {
      pair.client().close();
      return true;
    });
    org.awaitility.Awaitility.await()
        .until(() -> closing.thread().getState() == Thread.State.TIMED_WAITING);
    closing.thread().interrupt();
    assertThat(closing.value()).isTrue();
    assertThat(connectionsOfClient()).isEqualTo(1);
  }
}
