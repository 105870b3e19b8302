package dev.sluice.stack;

import dev.sluice.link.Link;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Moves packets between one host and one link in real time: one platform thread, and
/// the only code of the stack that reads the clock.
///
/// ```
///   receive a batch -> LoopTask -> deadlines -> poll packets -> send
///         ^                                                      |
///         +---- look again for a moment, then sleep <------------+
/// ```
///
/// All but [#wakeup], [#nudge], [#isOnLoop], [#nowNanos], [#isRunning] and [#stop]
/// happens on that thread.
public final class Driver {
  private static final System.Logger LOG = System.getLogger("dev.sluice.stack");
  /// How long to wait when the link takes no more packets; links do not say when they
  /// do again.
  private static final long LINK_FULL_NANOS = 100_000;
  /// The first sleep after work is no longer than this: what was left by [#nudge] is
  /// looked at then.
  private static final long NAP_NANOS = 5_000_000;

  private static final int AWAKE = 0;
  private static final int NAPPING = 1;
  private static final int ASLEEP = 2;
  /// How late deadlines may be while the loop is behind with packets.
  private static final long MAX_LATE_NANOS = 100_000_000;

  private final Host host;
  private final Link link;
  private final DriverConfig config;
  private final Thread thread;
  private final long startNanos = System.nanoTime();
  private final PacketBuffer inbound;
  private final PacketBuffer outbound;
  /// A packet that the link refused lies in `outbound`.
  private boolean refused;

  /// How deep the loop sleeps, or is about to. Whoever makes it [#AWAKE] wakes the loop;
  /// so of many who ring at once only one pays for the system call.
  private final AtomicInteger sleep = new AtomicInteger(AWAKE);

  private final SpinBudget spin;
  /// Something was done since the last nap: the next sleep is a nap.
  private boolean worked;

  private volatile boolean stopped;
  /// When deadlines were last looked at.
  private long deadlinesNanos;

  /// @param host whose verbs are called
  /// @param link what its packets travel on; the caller closes it after [#stop]
  public Driver(Host host, Link link, DriverConfig config) {
    this.host = host;
    this.link = link;
    this.config = config;
    spin = new SpinBudget(config.spinNanos);
    inbound = new PacketBuffer(link.capabilities().maxReceiveBytes());
    outbound = new PacketBuffer(link.capabilities().maxSendBytes());
    outbound.gathers(link.gathers());
    thread = Thread.ofPlatform().name(config.name).daemon(config.daemon).unstarted(this::run);
  }

  /// Starts the loop thread. Once.
  ///
  /// @throws IllegalThreadStateException if it was started before
  public void start() {
    thread.start();
  }

  /// Makes the loop call its [LoopTask] soon. From any thread; costs a system call only
  /// while the loop sleeps or is about to.
  ///
  /// What the task is to find must be published before, by a volatile write or stronger.
  public void wakeup() {
    int depth = sleep.get();
    if (depth != AWAKE && sleep.compareAndSet(depth, AWAKE)) {
      link.wakeup();
    }
  }

  /// Makes the loop call its [LoopTask] within 5 ms, for what can wait as long: as
  /// [#wakeup], and costs nothing while the loop is busy or has been just now.
  public void nudge() {
    if (sleep.get() == ASLEEP && sleep.compareAndSet(ASLEEP, AWAKE)) {
      link.wakeup();
    }
  }

  /// Whether the caller runs on the loop thread.
  public boolean isOnLoop() {
    return Thread.currentThread() == thread;
  }

  /// The driver's clock: nanoseconds since it was made. From any thread.
  public long nowNanos() {
    return System.nanoTime() - startNanos;
  }

  /// Whether the loop runs: started, not stopped, not failed.
  public boolean isRunning() {
    return thread.isAlive();
  }

  /// Ends the loop after its present turn and waits for that, at most `patience`. From
  /// any thread; on the loop itself it does not wait. Again: no effect.
  ///
  /// @return whether the loop has ended; false also if the wait was interrupted, and
  ///     then the thread's interrupt flag is set
  public boolean stop(Duration patience) {
    stopped = true;
    wakeup();
    if (isOnLoop() || thread.getState() == Thread.State.NEW) {
      return !isOnLoop();
    }
    try {
      return thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    try {
      loop();
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "the loop " + config.name + " ends", e);
      config.onFailure.accept(e);
    }
  }

  private void loop() throws IOException {
    long idleSinceNanos = -1;
    while (!stopped) {
      long now = nowNanos();
      if (turn(now)) {
        if (idleSinceNanos >= 0) {
          spin.onPaid();
        }
        idleSinceNanos = -1;
        worked = true;
        continue;
      }
      if (idleSinceNanos < 0) {
        idleSinceNanos = now;
      }
      if (now - idleSinceNanos < spin.nanos()) {
        Thread.onSpinWait();
      } else {
        spin.onVain();
        sleep();
        spin.onSlept(nowNanos() - now);
        idleSinceNanos = -1;
      }
    }
    turn(nowNanos()); // what was ordered before the end, resets for one, still goes out
  }

  /// One turn of the loop.
  ///
  /// @return whether there was anything to do
  private boolean turn(long nowNanos) throws IOException {
    int received = 0;
    while (received < config.batchPackets && receive(nowNanos)) {
      host.onPacket(inbound, nowNanos);
      received++;
    }
    boolean worked = config.task.doWork(nowNanos);
    // behind a full batch may wait the very ACK that a timer misses: it is read first
    if (received < config.batchPackets || nowNanos - deadlinesNanos > MAX_LATE_NANOS) {
      host.onDeadlines(nowNanos);
      deadlinesNanos = nowNanos;
    }
    return send(nowNanos) || worked || received > 0;
  }

  private boolean receive(long nowNanos) throws IOException {
    if (outbound.gathers()) {
      host.offerMemory(inbound);
    }
    return link.receive(inbound, nowNanos);
  }

  /// Sends what there is. A packet that the link refuses stays until it takes it.
  ///
  /// @return whether any was sent
  private boolean send(long nowNanos) throws IOException {
    boolean sent = false;
    for (int i = 0; i < config.batchPackets; i++) {
      if (!refused && !host.pollPacket(outbound, nowNanos)) {
        break;
      }
      refused = !link.send(outbound, nowNanos);
      if (refused) {
        outbound.flatten(); // its text may not stay where it is until the link takes it
        break;
      }
      sent = true;
    }
    return sent;
  }

  /// Sleeps until a packet, a deadline or somebody's [#wakeup]. The order matters: first
  /// the flag, then one last look at what others may have left, then sleep. Who leaves
  /// something looks at the flag afterwards; so one of the two sees the other.
  private void sleep() throws IOException {
    boolean isNap = worked;
    worked = false;
    sleep.set(isNap ? NAPPING : ASLEEP);
    long now = nowNanos();
    if (!stopped && !config.task.doWork(now)) {
      long wait = refused ? LINK_FULL_NANOS : untilNextNanos(now);
      if (wait > 0) {
        link.await(isNap ? Math.min(wait, NAP_NANOS) : wait);
      }
    }
    sleep.set(AWAKE);
  }

  private long untilNextNanos(long nowNanos) {
    long next = Math.min(host.nextDeadlineNanos(), link.nextArrivalNanos());
    return next == Link.NEVER ? Link.NEVER : next - nowNanos;
  }
}
