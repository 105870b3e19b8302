package dev.sluice.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A process that this one has started and ends again, by its own id.
final class Child implements AutoCloseable {
  private static final int CLOCK_TICKS = 100; // USER_HZ, the same on every Linux that Java runs on
  private final Process process;
  private final BufferedReader lines;

  private Child(Process process) {
    this.process = process;
    lines = process.inputReader();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /// Starts a server and waits until it says "ready".
  ///
  /// @param log takes what it writes to its error output
  /// @throws IOException if it ends without having said so
  static Child server(List<String> command, Path log) throws IOException {
    Child child = new Child(new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start());
    String line = child.lines.readLine();
    if (line == null || !line.equals("ready")) {
      child.close();
      throw new IOException("did not start: " + Files.readString(log).strip());
    }
    return child;
  }

  /// Starts a process that does nothing but live, and waits until it is what it is to
  /// be.
  static Child holder() throws IOException {
    String script = "ip link set lo up; echo ready; exec sleep 7200";
    return server(List.of("unshare", "-n", "sh", "-c", script), Files.createTempFile("sluice", ""));
  }

  /// Runs a command to its end.
  ///
  /// @return its first line of output
  /// @throws IOException if it fails, with what it has to say, or takes too long
  static String run(int patienceSeconds, List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (BufferedReader output = process.inputReader()) {
      Optional<Integer> code = process.waitFor(patienceSeconds, TimeUnit.SECONDS)
          ? Optional.of(process.exitValue())
          : Optional.empty();
      if (code.isEmpty()) {
        process.destroyForcibly();
        throw new IOException("takes too long: " + String.join(" ", command));
      }
      List<String> said = output.lines().toList();
      if (code.get() != 0) {
        throw new IOException(command.getFirst() + ": " + String.join("; ", said));
      }
      return said.isEmpty() ? "" : said.getFirst();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  long pid() {
    return process.pid();
  }

  /// Processor time that all its threads have used, seconds.
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) CLOCK_TICKS;
  }

  /// Lets all its threads run on these processors only.
  void pin(String processors) throws IOException {
    run(10, List.of("taskset", "-a", "-p", "-c", processors, Long.toString(pid())));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
