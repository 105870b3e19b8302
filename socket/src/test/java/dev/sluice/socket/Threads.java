package dev.sluice.socket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Threads of tests: run something, know when it blocks, and how it ended.
final class Threads {
  private Threads() {}

  /// Something that runs in a thread of its own.
  ///
  /// @param <T> what comes out
  record Running<T>(Thread thread, CompletableFuture<T> result) {
    /// Waits until the thread is parked: there is no other sign of being blocked.
    void awaitBlocked() {
      await().atMost(10, SECONDS).until(() -> thread.getState() == Thread.State.WAITING);
    }

    T value() throws Exception {
      return result.get(60, SECONDS);
    }

    /// What it threw, or null if nothing.
    @Nullable
    Throwable failure() {
      return result.handle((value, thrown) -> thrown).orTimeout(60, SECONDS).join();
    }
  }

  static <T> Running<T> platform(Callable<T> work) {
    return start(Thread.ofPlatform().daemon(), work);
  }

  static <T> Running<T> virtual(Callable<T> work) {
    return start(Thread.ofVirtual(), work);
  }

  @SuppressWarnings("CatchingUnchecked") // the test looks at whatever came out
  static <T> Running<T> start(Thread.Builder builder, Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread = builder.start(() -> {
      try {
        result.complete(work.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    });
    return new Running<>(thread, result);
  }

  /// Reads until the buffer is full.
  static ByteBuffer readFully(SocketChannel channel, int octets) throws Exception {
    ByteBuffer target = ByteBuffer.allocate(octets);
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new AssertionError("the stream ended after " + target.position() + " octets");
      }
    }
    return target.flip();
  }

  /// Echoes until end-of-stream, then closes.
  static long echo(SocketChannel channel) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    long octets = 0;
    try (channel) {
      while (channel.read(buffer) >= 0) {
        octets += buffer.flip().remaining();
        channel.write(buffer);
        buffer.clear();
      }
    }
    return octets;
  }
}
