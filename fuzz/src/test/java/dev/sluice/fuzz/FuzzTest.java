package dev.sluice.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  /// Of those that drive an engine through a whole story.
  private static final int LONG_RUNS = 5_000;
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
    int runs = runs(target);
    Path found = Files.createDirectories(Path.of("found"));
    String report = fuzz(Fuzz.command(target.type(), found, target.command()), runs, seeds);
    assertThat(report).contains("Done " + runs + " runs").doesNotContain("== Java Exception");
  }

  private static int runs(Target target) {
    return switch (target) {
      case CONNECTION, LISTENER, HOST -> LONG_RUNS;
      case IP, TCP, UDP, ICMP, PCAPNG, PACKETDRILL -> RUNS;
    };
  }

  @Test
  void plantedBugIsFoundAndItsInputKept() throws Exception {
    Path seeds = Files.createDirectory(folder.resolve("seeds"));
    Files.writeString(seeds.resolve("a"), "hello");
    String report = fuzz(Fuzz.command(PlantedTarget.class, folder, "planted"), 25 * RUNS, seeds);
    assertThat(report).contains("== Java Exception", "planted");
    try (Stream<Path> files = Files.list(folder)) {
      Path kept = files
          .filter(file -> file.getFileName().toString().startsWith("planted-crash-"))
          .findFirst()
          .orElseThrow();
      assertThat(Files.readString(kept)).startsWith("SYN");
    }
  }

  /// What Jazzer says; where it found something, the report names the file with the
  /// input, which `./sluice fuzz TARGET --replay FILE` tries again.
  private String fuzz(List<String> command, int runs, Path seeds) throws Exception {
    command.addAll(List.of(
        "-runs=" + runs,
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
    return Files.readString(report, StandardCharsets.ISO_8859_1); // it quotes raw octets
  }
}
