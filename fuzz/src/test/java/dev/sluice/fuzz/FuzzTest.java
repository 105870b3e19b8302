package dev.sluice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each target with a fixed number of inputs from a fixed seed.
class FuzzTest {
  private static final int RUNS = 20_000;
  /// Where inputs lie that found something once: `found/<target>-<what it was>`.
  private static final Path FOUND = Path.of("src/test/resources/dev/sluice/fuzz/found");

  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource(Target.class)
  void whatOnceFailedAndWhatItBeginsWithBreaksNoLaw(Target target) throws IOException {
    assertThat(target.seeds()).isNotEmpty();
    for (byte[] seed : target.seeds()) {
      assertThatCode(() -> target.run(seed)).doesNotThrowAnyException();
    }
    try (Stream<Path> files = Files.list(FOUND)) {
      for (Path file : files.filter(target::isNamedIn).toList()) {
        byte[] octets = Files.readAllBytes(file);
        assertThatCode(() -> target.run(octets)).as("%s", file).doesNotThrowAnyException();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void guidedInputsBreakNoLaw(Target target) throws Exception {
    Path seeds = Fuzz.writeSeeds(target, folder.resolve("seeds"));
    String report = fuzz(target.type(), target.command(), seeds);
    assertThat(report).contains("Done " + RUNS + " runs").doesNotContain("== Java Exception");
  }

  @Test
  void plantedBugIsFoundAndItsInputKept() throws Exception {
    Path seeds = Files.createDirectory(folder.resolve("seeds"));
    Files.writeString(seeds.resolve("a"), "hello");
    String report = fuzz(PlantedTarget.class, "planted", seeds);
    assertThat(report).contains("== Java Exception", "planted");
    try (Stream<Path> files = Files.list(folder)) {
      Path kept = files
          .filter(file -> file.getFileName().toString().startsWith("planted-crash-"))
          .findFirst()
          .orElseThrow();
      assertThat(Files.readString(kept)).startsWith("SYN");
    }
  }

  private String fuzz(Class<?> type, String name, Path seeds) throws Exception {
    Path found = name.equals("planted") ? folder : Files.createDirectories(Path.of("found"));
    List<String> command = Fuzz.command(type, found, name);
    command.addAll(List.of(
        "-runs=" + RUNS,
        "-seed=1",
        Files.createDirectory(folder.resolve("corpus")).toString(),
        seeds.toString()));
    Path report = folder.resolve("report");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(report.toFile())
        .start();
    try {
      process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(report);
    if (process.exitValue() != 0) {
      return text + "\nAgain: ./sluice fuzz " + name + " --replay fuzz/found/" + name + "-...";
    }
    return text;
  }
}
