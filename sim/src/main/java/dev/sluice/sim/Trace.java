package dev.sluice.sim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that happened, as a digest; and the last of it, as text.
public final class Trace {
  private static final int KEPT_LINES = 120;

  private final MessageDigest digest;
  private final Deque<Line> lines = new ArrayDeque<>();
  private @Nullable Consumer<String> echo;
  private long events;

  private record Line(long nowNanos, String who, Object what) {
    @Override
    public String toString() {
      return "%14.6f ms %-8s %s".formatted(nowNanos / 1e6, who, what);
    }
  }

  Trace() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// Tells every line from now on, for one who looks into a failing seed:
  /// `trace.echo(System.out::println)`.
  public void echo(Consumer<String> listener) {
    echo = listener;
  }

  /// @param what told as text only if somebody looks
  /// @param octets what goes into the digest beside time and name
  void add(long nowNanos, String who, Object what, byte[] octets) {
    events++;
    digest.update(who.getBytes(StandardCharsets.UTF_8));
    for (int shift = 0; shift < 64; shift += 8) {
      digest.update((byte) (nowNanos >>> shift));
    }
    digest.update(octets);
    Line line = new Line(nowNanos, who, what);
    if (lines.size() == KEPT_LINES) {
      lines.removeFirst();
    }
    lines.addLast(line);
    if (echo != null) {
      echo.accept(line.toString());
    }
  }

  void add(long nowNanos, String who, String what) {
    add(nowNanos, who, what, what.getBytes(StandardCharsets.UTF_8));
  }

  /// How many events there were.
  public long events() {
    return events;
  }

  /// SHA-256 of all events so far, in hexadecimal.
  public String digest() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be cloned", e);
    }
  }

  /// The last `count` lines.
  public String tail(int count) {
    StringBuilder text = new StringBuilder();
    int skip = Math.max(0, lines.size() - count);
    for (Line line : lines) {
      if (skip-- <= 0) {
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }
}
