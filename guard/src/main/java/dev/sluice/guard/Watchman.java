package dev.sluice.guard;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.capture.AlarmCapture;
import dev.sluice.guard.capture.CaptureRing;
import dev.sluice.guard.capture.PacketMemory;
import dev.sluice.guard.capture.RememberingLink;
import dev.sluice.guard.detect.Guard;
import dev.sluice.guard.log.AlarmLine;
import dev.sluice.guard.log.AlarmLog;
import dev.sluice.guard.log.AlarmWords;
import dev.sluice.link.Link;
import dev.sluice.stack.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The guard of one running host with a thread of its own, which writes down what the
/// guard notices, keeps the packets of it, and looks at the clocks.
///
/// The loop hands alarms over in a bounded queue and never waits. If the disk is full,
/// alarms go on being told to the logger.
public final class Watchman implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.sluice.guard");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Path UPTIME = Path.of("/proc/uptime");
  /// Alarms that may wait to be written.
  private static final int QUEUE = 256;
  /// Captures whose file names are known until their alarm ends.
  private static final int KNOWN_FILES = 64;

  private static final long CLOCKS_NANOS = 1_000_000_000L;
  private static final long IDLE_MILLIS = 500;
  private static final long BUSY_MILLIS = 10;
  private static final long PATIENCE_MILLIS = 2_000;

  /// What a watchman is told.
  ///
  /// @param directory where the log and the captures go; made when there is something to
  ///     write
  /// @param stack the name of the stack
  /// @param captureBytes the captures' part of the disk; 0: none are made
  /// @param told hears of each line when it has been written, on the watchman's thread
  public record Post(Path directory, String stack, long captureBytes, Consumer<AlarmLine> told) {
    /// Nobody else is told.
    public Post(Path directory, String stack, long captureBytes) {
      this(directory, stack, captureBytes, line -> {});
    }
  }

  /// An alarm on its way from the loop to the thread.
  private record Noted(Alarm alarm, boolean captured) {}

  private final Post post;
  private final AlarmLog log;
  private final PacketMemory memory = new PacketMemory();
  private final AlarmCapture capture;
  private final Guard guard;
  private final ArrayBlockingQueue<Noted> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Map<Long, String> files = new LinkedHashMap<>();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong unwritten = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;
  /// `System.nanoTime()` when the driver's clock was 0.
  private volatile long startNanos = System.nanoTime();
  /// Runs something on the loop.
  private volatile Consumer<Consumer<Long>> loop = work -> {};
  private long clocksNanos;

  /// @param post what to write, and where
  public Watchman(Post post) {
    this.post = post;
    log = new AlarmLog(post.directory, post.stack);
    capture =
        new AlarmCapture(memory, new CaptureRing(post.directory, post.stack, post.captureBytes));
    guard = new Guard(new SecureRandom(), this::onAlarm);
    thread = Thread.ofPlatform().name("sluice-watchman").daemon().unstarted(this::run);
  }

  /// A link that lets the watchman remember packets; the link itself if no captures are
  /// wanted.
  public Link around(Link link) {
    return post.captureBytes > 0 ? new RememberingLink(link, memory) : link;
  }

  /// Begins to watch. On the host's loop.
  ///
  /// @param loop runs what it is given on the loop, with the driver's time; may throw
  ///     `IllegalStateException` when the loop has ended
  public void watch(Host host, long nowNanos, Consumer<Consumer<Long>> loop) {
    startNanos = System.nanoTime() - nowNanos;
    this.loop = loop;
    host.addObserver(guard);
    thread.start();
  }

  // ---- the loop

  private void onAlarm(Alarm alarm) {
    boolean captured = post.captureBytes > 0
        && alarm.phase() == AlarmPhase.BEGINS
        && memory.start(alarm.nowNanos());
    if (!queue.offer(new Noted(alarm, captured))) {
      lost.incrementAndGet();
    }
  }

  /// What goes on now, as it was told when it began. On the loop.
  public List<Alarm> active() {
    return guard.active();
  }

  /// What was counted, by names for people. On the loop.
  public Map<String, Long> counters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    Map<AlarmKind, Long> now = new LinkedHashMap<>();
    guard.active().forEach(alarm -> now.merge(alarm.kind(), 1L, Long::sum));
    for (AlarmKind kind : AlarmKind.values()) {
      counters.put("alarms, " + kind.words(), guard.begun(kind));
      counters.put("alarms going on, " + kind.words(), now.getOrDefault(kind, 0L));
      counters.put("alarms not told, too many at once, " + kind.words(), guard.heldBack(kind));
    }
    counters.put("packets of alarms not kept, disk too slow", memory.dropped());
    counters.put("alarms not written to the log", lost.get() + unwritten.get());
    return counters;
  }

  // ---- the thread

  private void run() {
    try {
      while (!closing) {
        long wait = capture.file().isEmpty() ? IDLE_MILLIS : BUSY_MILLIS;
        Noted noted = queue.poll(wait, TimeUnit.MILLISECONDS);
        if (noted != null) {
          handle(noted);
        }
        work();
        lookAtClocks();
      }
    } catch (InterruptedException e) {
      // closed in a hurry
    }
    for (Noted noted = queue.poll(); noted != null; noted = queue.poll()) {
      handle(noted);
    }
    try {
      capture.close();
    } catch (IOException e) {
      complain("the packets of an alarm could not be written", e);
    }
  }

  private long nowNanos() {
    return System.nanoTime() - startNanos;
  }

  private void handle(Noted noted) {
    Alarm alarm = noted.alarm;
    Instant now = Instant.now();
    if (noted.captured) {
      beginCapture(alarm, now);
    }
    String file =
        alarm.phase() == AlarmPhase.ENDS ? files.getOrDefault(alarm.number(), "") : capture.file();
    remember(alarm, file);
    AlarmLine line = new AlarmLine(now, post.stack, ProcessHandle.current().pid(), alarm, file);
    LOG.log(System.Logger.Level.WARNING, AlarmWords.text(line, ZoneId.systemDefault()));
    try {
      log.write(line);
    } catch (IOException e) {
      unwritten.incrementAndGet();
      complain("the alarm log cannot be written", e);
    }
    post.told.accept(line);
  }

  private void beginCapture(Alarm alarm, Instant now) {
    long driver = nowNanos();
    long epoch = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    String name = alarm.kind().text() + "-" + STAMP.format(now) + "-" + alarm.number();
    try {
      capture.begin(name, driver, epoch - driver);
    } catch (IOException e) {
      complain("the packets of an alarm cannot be kept", e);
    }
  }

  private void remember(Alarm alarm, String file) {
    if (alarm.phase() == AlarmPhase.BEGINS && !file.isEmpty() && files.size() < KNOWN_FILES) {
      files.put(alarm.number(), file);
    } else {
      files.remove(alarm.number());
    }
  }

  private void work() {
    try {
      capture.work(nowNanos());
    } catch (IOException e) {
      complain("the packets of an alarm could not be written", e);
    }
  }

  private static void complain(String what, IOException why) {
    LOG.log(System.Logger.Level.WARNING, what + ": " + why.getMessage());
  }

  private void lookAtClocks() {
    long now = nowNanos();
    if (now - clocksNanos < CLOCKS_NANOS) {
      return;
    }
    clocksNanos = now;
    long wall = System.currentTimeMillis() * 1_000_000L;
    long up = upNanos();
    try {
      loop.accept(loopNow -> guard.onClocks(now, wall, up));
    } catch (IllegalStateException e) {
      closing = true; // the loop has ended, and with it what there was to watch
    }
  }

  /// How long the machine has been up, with the time that it slept, as Linux tells;
  /// elsewhere nobody does.
  private static long upNanos() {
    try {
      String text = Files.readString(UPTIME);
      int space = text.indexOf(' ');
      return (long) (Double.parseDouble(text.substring(0, Math.max(0, space))) * 1e9);
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  /// Writes what waits and ends, in bounded time.
  @Override
  public void close() {
    closing = true;
    try {
      if (thread.isAlive() && !thread.join(java.time.Duration.ofMillis(PATIENCE_MILLIS))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Where the log is.
  public Path directory() {
    return post.directory;
  }
}
