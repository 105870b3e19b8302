package dev.sluice.cli.watch;

import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Prints lines on a thread of its own. Whoever has a line never waits: when the terminal
/// is too slow, lines are dropped, and it says how many.
public final class LinePrinter implements AutoCloseable {
  /// Lines that may wait.
  public static final int CAPACITY = 16_384;
  private static final int BATCH = 512;

  /// A line, put into words only when it is printed.
  @FunctionalInterface
  public interface Line {
    /// Appends the text, without an end of line.
    void appendTo(StringBuilder out);
  }

  /// After it nothing is printed.
  private record Stop() implements Line {
    @Override
    public void appendTo(StringBuilder out) {}
  }

  private final ArrayBlockingQueue<Line> queue;
  private final AtomicLong dropped = new AtomicLong();
  private final PrintStream out;
  private final Thread thread;

  /// @param out where lines go
  public LinePrinter(PrintStream out) {
    this(out, CAPACITY);
  }

  LinePrinter(PrintStream out, int capacity) {
    this.out = out;
    queue = new ArrayBlockingQueue<>(capacity);
    thread = Thread.ofPlatform().name("sluice-printer").daemon().unstarted(this::printAll);
  }

  /// Begins to print.
  public LinePrinter start() {
    thread.start();
    return this;
  }

  /// An arrow that this terminal can show.
  String arrow() {
    return out.charset().newEncoder().canEncode('→') ? "→" : "->";
  }

  /// Takes a line, or counts it as dropped. Never blocks.
  public void print(Line line) {
    if (!queue.offer(line)) {
      dropped.incrementAndGet();
    }
  }

  /// Takes a line of text.
  public void print(String text) {
    print(buffer -> buffer.append(text));
  }

  private void printAll() {
    StringBuilder text = new StringBuilder(4_096);
    try {
      while (true) {
        Line line = queue.take();
        for (int i = 0; line != null && !(line instanceof Stop) && i < BATCH; i++) {
          line.appendTo(text);
          text.append('\n');
          line = queue.poll();
        }
        if (line != null && !(line instanceof Stop)) {
          line.appendTo(text);
          text.append('\n');
        }
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          text.append("... ")
              .append(lost)
              .append(" lines dropped: this terminal is slower" + " than the connections\n");
        }
        out.append(text);
        out.flush();
        text.setLength(0);
        if (line instanceof Stop) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // closed in a hurry
    }
  }

  /// Prints what waits, but no longer than two seconds, and ends.
  @Override
  public void close() {
    if (!thread.isAlive()) {
      return;
    }
    try {
      if (queue.offer(new Stop(), 1, java.util.concurrent.TimeUnit.SECONDS)) {
        thread.join(1_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
