package dev.sluice.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A process that a test has started, with its output as lines that one can wait for.
///
/// It lives in the network namespace of the thread that starts it, and is ended by its
/// process id.
final class Child implements AutoCloseable {
  /// How long to wait for what must happen.
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long END_SECONDS = 8;
  private static final int SHOWN_LINES = 60;

  private final List<String> command;
  private final Process process;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private boolean hasEnded;

  private Child(List<String> command, Process process) {
    this.command = List.copyOf(command);
    this.process = process;
    reader = Thread.ofPlatform().name("output of " + process.pid()).daemon().unstarted(this::read);
    reader.start();
  }

  /// Starts a program; what it says on both outputs becomes lines.
  ///
  /// @param environment what is set on top of this process's environment
  static Child start(Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.directory(Path.of(System.getProperty("java.io.tmpdir")).toFile());
    try {
      return new Child(command, builder.start());
    } catch (IOException e) {
      throw new AssertionError("cannot start " + command, e);
    }
  }

  /// Runs a program to its end, without input.
  static Child run(String... command) {
    Child child = start(Map.of(), List.of(command));
    child.closeInput();
    child.awaitExit();
    return child;
  }

  private void read() {
    try (BufferedReader in = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null) {
        add(line);
        line = in.readLine();
      }
    } catch (IOException e) {
      add("(its output cannot be read: " + e + ")");
    }
    end();
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    hasEnded = true;
    notifyAll();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// What it has said so far.
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  String text() {
    return String.join("\n", lines());
  }

  /// The first line that matches, from the beginning of its output on, as soon as there
  /// is one.
  String awaitLine(String what, Predicate<String> matches) {
    return awaitLine(what, matches, PATIENCE);
  }

  String awaitLine(String what, Predicate<String> matches, Duration patience) {
    return findLine(matches, patience)
        .orElseThrow(() ->
            new AssertionError("no line with " + what + " within " + patience + " from " + this));
  }

  private synchronized Optional<String> findLine(Predicate<String> matches, Duration patience) {
    long endNanos = System.nanoTime() + patience.toNanos();
    int seen = 0;
    while (true) {
      for (; seen < lines.size(); seen++) {
        if (matches.test(lines.get(seen))) {
          return Optional.of(lines.get(seen));
        }
      }
      long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
      if (hasEnded || leftMillis <= 0) {
        return Optional.empty();
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
  }

  /// Gives it a line of input.
  void say(String line) {
    try {
      OutputStream input = process.getOutputStream();
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new AssertionError("takes no input: " + this, e);
    }
  }

  /// Ends its input.
  void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new AssertionError("its input cannot be closed: " + this, e);
    }
  }

  /// Asks it to end, like Ctrl-C does.
  void terminate() {
    process.toHandle().destroy(); // Process.destroy would close its output as well
  }

  /// Waits for its end and all of its output.
  ///
  /// @return its exit code
  int awaitExit() {
    return awaitExit(PATIENCE);
  }

  int awaitExit(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still runs after " + patience + ": " + this);
      }
      reader.join(PATIENCE);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + this, e);
    } finally {
      close();
    }
  }

  /// Ends it if it still runs: politely first, then without asking.
  @Override
  public void close() {
    if (!process.isAlive()) {
      return;
    }
    terminate();
    if (!hasStopped()) {
      process.destroyForcibly();
      hasStopped();
    }
  }

  private boolean hasStopped() {
    try {
      return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String toString() {
    List<String> all = lines();
    List<String> shown = all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size());
    @Nullable Integer exit = process.isAlive() ? null : process.exitValue();
    return String.join(" ", command)
        + (exit == null ? " (runs)" : " (exit code " + exit + ")")
        + ", which said:\n"
        + String.join("\n", shown);
  }
}
