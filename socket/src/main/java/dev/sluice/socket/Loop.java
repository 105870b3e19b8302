package dev.sluice.socket;

import dev.sluice.link.Link;
import dev.sluice.stack.Driver;
import dev.sluice.stack.DriverConfig;
import dev.sluice.stack.Host;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ObjLongConsumer;

/// A stack's loop as its channels see it: what to ring, whom to ask, and who is there to
/// be told when it is over.
final class Loop {
  /// How long resets may take to leave when a stack closes.
  private static final long LAST_PACKETS_NANOS = 500_000_000L;

  final Host host;
  final Waiting waiting;
  final Doorbell doorbell;
  private final Driver driver;
  private final WaitSlot drained;

  /// All that live on this loop. Loop thread; after the loop is over, the one that
  /// ended it.
  private final Set<ChannelEnd> ends = new HashSet<>();

  /// The stack closes and nothing new begins. Written by the loop, read by any thread.
  private volatile boolean closing;

  /// Nobody answers any more. Written once.
  private volatile boolean over;

  /// @param driving name and spinning; the rest of it is set here
  Loop(Host host, Link link, DriverConfig driving, Waiting waiting) {
    this.host = host;
    this.waiting = waiting;
    this.drained = new WaitSlot(waiting);
    this.doorbell = new Doorbell(this::wakeup, this::nudge);
    driving.task = this::doWork;
    driving.onFailure = failure -> onOver();
    this.driver = new Driver(host, link, driving);
  }

  private void wakeup() {
    driver.wakeup();
  }

  private void nudge() {
    driver.nudge();
  }

  private boolean doWork(long nowNanos) {
    boolean worked = doorbell.doWork(nowNanos);
    if (closing && host.connectionCount() == 0) {
      drained.wake();
    }
    return worked;
  }

  void start() {
    driver.start();
  }

  boolean isOnLoop() {
    return driver.isOnLoop();
  }

  boolean isClosing() {
    return closing;
  }

  boolean isOver() {
    return over;
  }

  /// Does work on the loop and waits for its result; on the loop itself, at once.
  ///
  /// @throws ClosedChannelException if the loop is over
  <T> T call(LoopCall.Work<T> work) throws IOException {
    if (driver.isOnLoop()) {
      return work.run(host, driver.nowNanos());
    }
    LoopCall<T> call = new LoopCall<>(host, work, waiting);
    doorbell.ring(call, 1);
    return call.await();
  }

  /// Does work on the loop's next turn. Loop thread, where the present turn must not be
  /// disturbed.
  void soon(ObjLongConsumer<Host> work) {
    Bell once = new Bell() {
      @Override
      void onRing(int requests, long nowNanos) {
        work.accept(host, nowNanos);
      }
    };
    doorbell.ring(once, 1);
  }

  /// The loop's clock.
  long nowNanos() {
    return driver.nowNanos();
  }

  /// Enters somebody who is to be told of the loop's end. Loop thread.
  ///
  /// @throws ClosedChannelException if the stack closes already
  void enter(ChannelEnd end) throws ClosedChannelException {
    if (closing) {
      throw new ClosedChannelException();
    }
    ends.add(end);
  }

  /// Takes somebody out again. Loop thread.
  void forget(ChannelEnd end) {
    ends.remove(end);
  }

  /// Ends the loop: all closed in order, then by force. Any thread but the loop's.
  ///
  /// @param patience how long the orderly part may take
  void close(Duration patience) throws IOException {
    long deadlineNanos = Deadline.after(waiting, saturatedNanos(patience));
    try {
      for (Channel channel : beginClosing()) {
        channel.close();
      }
      call((host, nowNanos) -> {
        host.closeAll(nowNanos);
        return true;
      });
      awaitDrained(deadlineNanos);
      call((host, nowNanos) -> {
        host.abortAll(nowNanos);
        return true;
      });
      awaitQuiet();
    } catch (ClosedChannelException e) {
      // the loop ended by itself in the meantime: there is nobody left to be closed in order
    }
    driver.stop(Duration.ofSeconds(5));
    onOver();
  }

  private static long saturatedNanos(Duration patience) {
    try {
      return Math.min(patience.toNanos(), Long.MAX_VALUE / 4);
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE / 4;
    }
  }

  private List<Channel> beginClosing() throws IOException {
    return call((host, nowNanos) -> {
      closing = true;
      List<Channel> channels = new ArrayList<>();
      for (ChannelEnd end : ends) {
        Channel channel = end.channel();
        if (channel != null) {
          channels.add(channel);
        }
      }
      return channels;
    });
  }

  private void awaitDrained(long deadlineNanos) throws IOException {
    boolean interrupted = false;
    while (true) {
      drained.enter();
      boolean empty = call((host, nowNanos) -> host.connectionCount() == 0);
      long remainingNanos = Deadline.remaining(waiting, deadlineNanos);
      if (empty || over || interrupted || remainingNanos <= 0) {
        break;
      }
      drained.park(this, remainingNanos);
      interrupted = Thread.interrupted(); // closing goes on, without patience
    }
    drained.leave();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for the last packets to leave, as long as the link takes any.
  private void awaitQuiet() throws IOException {
    long deadlineNanos = Deadline.after(waiting, LAST_PACKETS_NANOS);
    boolean busy = true;
    while (busy && Deadline.remaining(waiting, deadlineNanos) > 0) {
      busy = call((host, nowNanos) -> host.nextDeadlineNanos() <= nowNanos);
    }
  }

  /// Nobody answers from now on: all who wait are woken, by the loop's last act or by the
  /// thread that stopped it.
  private synchronized void onOver() {
    if (over) {
      return;
    }
    over = true;
    doorbell.silence();
    for (ChannelEnd end : ends) {
      end.onLoopOver();
    }
    ends.clear();
    drained.wake();
  }
}
