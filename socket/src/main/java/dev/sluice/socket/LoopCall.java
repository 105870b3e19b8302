package dev.sluice.socket;

import dev.sluice.stack.Host;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// Work that the loop does for a thread which waits for the result.
///
/// @param <T> what comes out
final class LoopCall<T> extends Bell {
  /// The work, on the loop thread.
  ///
  /// @param <T> what comes out
  @FunctionalInterface
  interface Work<T> {
    T run(Host host, long nowNanos) throws IOException;
  }

  private final Host host;
  private final Work<T> work;
  private final WaitSlot slot;
  private @Nullable T result; // written before done
  private @Nullable Throwable failure; // written before done
  private volatile boolean done;

  LoopCall(Host host, Work<T> work, Waiting waiting) {
    this.host = host;
    this.work = work;
    this.slot = new WaitSlot(waiting);
  }

  @Override
  @SuppressWarnings("CatchingUnchecked") // the waiting thread is told of whatever happens
  void onRing(int requests, long nowNanos) {
    try {
      result = work.run(host, nowNanos);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    done = true;
    slot.wake();
  }

  @Override
  void onSilence() {
    failure = new ClosedChannelException();
    done = true;
    slot.wake();
  }

  /// Waits for the result; an interrupt does not end the wait and is not lost.
  ///
  /// @throws ClosedChannelException if the loop is over
  T await() throws IOException {
    slot.enter();
    while (!done) {
      slot.park(this, Waiting.FOREVER);
      slot.enter();
    }
    slot.leave();
    return outcome();
  }

  @SuppressWarnings("NullAway") // null exactly if the work itself gave null
  private T outcome() throws IOException {
    Throwable thrown = failure;
    if (thrown == null) {
      return result;
    }
    switch (thrown) {
      case IOException e -> {
        e.fillInStackTrace(); // where the caller stands is what the caller wants to know
        throw e;
      }
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("the loop caught nothing else", thrown);
    }
  }
}
