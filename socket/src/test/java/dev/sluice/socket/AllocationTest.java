package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The red zone of this room: in steady state, an application thread that reads and
/// writes allocates nothing.
@Timeout(120)
class AllocationTest {
  private static final int WARM_UP_ROUNDS = 20_000;
  private static final int ROUNDS = 5_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pingPongAllocatesNothing(boolean direct) throws Exception {
    try (TwoStacks stacks = new TwoStacks();
        TwoStacks.Pair pair = stacks.connected()) {
      var echo = Threads.platform(() -> Threads.echo(pair.server()));
      var pinging = Threads.platform(() -> {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(100) : ByteBuffer.allocate(100);
        THREADS.getCurrentThreadAllocatedBytes();
        pingPong(pair.client(), buffer, WARM_UP_ROUNDS);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        pingPong(pair.client(), buffer, ROUNDS);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
      });
      assertThat(pinging.value()).isZero();
      pair.client().close();
      assertThat(echo.value()).isPositive();
    }
  }

  private static void pingPong(SocketChannel channel, ByteBuffer buffer, int rounds)
      throws IOException {
    for (int i = 0; i < rounds; i++) {
      buffer.clear();
      channel.write(buffer);
      buffer.clear();
      while (buffer.hasRemaining()) {
        channel.read(buffer);
      }
    }
  }
}
