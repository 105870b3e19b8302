package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.log.AlarmLine;
import dev.sluice.guard.log.AlarmLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `log` as people run it, over what a stack has left behind.
@Timeout(120)
class LogCommandTest {
  private static final Instant EARLY = Instant.parse("2026-11-22T21:05:00Z");
  private static final Instant LATE = Instant.parse("2026-11-22T22:00:00Z");

  @TempDir
  Path scratch;

  /// What a command said, and how it ended.
  private record Result(int exitCode, String out, String err) {}

  private ProcessBuilder command(String... arguments) {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-ea",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Duser.timezone=UTC",
        "-Dstdout.encoding=UTF-8",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.sluice.cli.Sluice",
        "log"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("XDG_RUNTIME_DIR", scratch.toString());
    builder.environment().put("XDG_STATE_HOME", scratch.toString());
    return builder;
  }

  private Result run(String... arguments) throws Exception {
    Path errors = Files.createTempFile(scratch, "err", ".txt");
    Process process = command(arguments).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, Files.readString(errors));
  }

  private static AlarmLine line(AlarmKind kind, Instant time, long number) {
    Alarm alarm = new Alarm(
        kind,
        AlarmPhase.BEGINS,
        number,
        "203.0.113.9",
        0,
        1_000_000_000L,
        Map.of(Figure.PORTS, 15L),
        List.of(),
        "",
        0);
    return new AlarmLine(time, "serve", 1, alarm, "");
  }

  @BeforeEach
  void write() throws IOException {
    AlarmLog log = new AlarmLog(scratch.resolve("sluice"), "serve");
    log.write(line(AlarmKind.SCAN, EARLY, 1));
    log.write(line(AlarmKind.SYN_FLOOD, LATE, 2));
    new AlarmLog(scratch.resolve("sluice"), "other")
        .write(line(AlarmKind.SCAN, EARLY.plusSeconds(60), 1));
  }

  @Test
  void withoutARunningStackWhatWasWrittenIsShownByTime() throws Exception {
    Result all = run();

    assertThat(all.exitCode()).isZero();
    assertThat(all.err()).isEmpty();
    assertThat(all.out().lines().filter(line -> line.startsWith("2026")))
        .containsExactly(
            "2026-11-22 21:05:00  port scan by 203.0.113.9 begins",
            "2026-11-22 21:06:00  port scan by 203.0.113.9 begins",
            "2026-11-22 22:00:00  SYN flood of 203.0.113.9 begins");
  }

  @Test
  void whatIsShownCanBeChosen() throws Exception {
    assertThat(run("--since", "2026-11-22T21:30", "--json").out())
        .isEqualTo(line(AlarmKind.SYN_FLOOD, LATE, 2).toJson() + "\n");
    assertThat(run("--kind", "scan", "--stack", "serve", "--json").out())
        .isEqualTo(line(AlarmKind.SCAN, EARLY, 1).toJson() + "\n");
    assertThat(run("--log-dir", scratch.resolve("none").toString()).out())
        .startsWith("No such alarm is in the log in " + scratch.resolve("none"));
  }

  @Test
  void mistakesHaveOneLine() throws Exception {
    assertThat(run("--kind", "earthquake"))
        .isEqualTo(new Result(
            2,
            "",
            "sluice: --kind: there is no 'earthquake'; there are syn-flood, scan, resets,"
                + " refused, filtered, clock\n"));
    assertThat(run("--since", "soon").err()).startsWith("sluice: --since: not a time: 'soon'");
  }

  @Test
  void whoFollowsSeesWhatIsAdded() throws Exception {
    Process process = command("--follow", "--json", "--kind", "clock").start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      AlarmLine added = line(AlarmKind.CLOCK, LATE, 3);
      new AlarmLog(scratch.resolve("sluice"), "serve").write(added);

      assertThat(out.readLine()).isEqualTo(added.toJson());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
