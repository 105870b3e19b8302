package dev.sluice.packetdrill;

import dev.sluice.packetdrill.run.Result;
import dev.sluice.packetdrill.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Runs all scripts of some files and folders, several at a time.
public final class Suite {
  private static final String SUFFIX = ".pkt";

  private Suite() {}

  /// Finds the scripts: files as they are, and what ends in `.pkt` below folders, in the
  /// order of their names.
  ///
  /// @throws IOException if a path is not there
  public static List<Path> scripts(List<Path> paths) throws IOException {
    List<Path> scripts = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> below = Files.walk(path)) {
          below.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(scripts::add);
        }
      } else if (Files.exists(path)) {
        scripts.add(path);
      } else {
        throw new IOException("no such file or folder: " + path);
      }
    }
    return scripts;
  }

  /// Runs scripts.
  ///
  /// @param threads how many at a time, 1 or more
  /// @return the results in the order of the scripts
  /// @throws IOException if a script cannot be read
  public static SuiteReport run(List<Path> scripts, RunConfig config, int threads)
      throws IOException {
    List<Callable<Result>> tasks = new ArrayList<>();
    for (Path script : scripts) {
      tasks.add(() -> Script.run(script, config));
    }
    List<Result> results = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      for (Future<Result> done : workers.invokeAll(tasks)) {
        results.add(done.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
    return new SuiteReport(results);
  }

  private static IOException rethrown(ExecutionException e) {
    return switch (e.getCause()) {
      case IOException io -> io;
      case RuntimeException other -> throw other;
      case Error error -> throw error;
      case null, default -> new IOException(e);
    };
  }
}
