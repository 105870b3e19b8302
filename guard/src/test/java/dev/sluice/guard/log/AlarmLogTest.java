package dev.sluice.guard.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written is what is read, and it never grows beyond its bounds.
class AlarmLogTest {
  @TempDir
  Path scratch;

  private static List<Long> pids(List<AlarmLine> lines) {
    return lines.stream().map(AlarmLine::pid).toList();
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfLineComesBackAsItWas(AlarmKind kind) {
    for (AlarmPhase phase : AlarmPhase.values()) {
      AlarmLine line = Lines.of(kind, phase, Map.of(Figure.JUMP_MILLIS, -7L), "a \"note\"\nmore");
      assertThat(line.toJson()).doesNotContain("\n");
      assertThat(AlarmLine.parse(line.toJson())).isEqualTo(line);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "nonsense",
        "{\"time\":\"2026-11-22T21:05:00Z\",\"event\":\"earthquake\",\"phase\":\"begins\"}",
        "{\"time\":5,\"event\":\"scan\",\"phase\":\"begins\"}"
      })
  void whatIsNoLineIsSaidSo(String text) {
    assertThatThrownBy(() -> AlarmLine.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLineHasTheFieldsThatTheManualNames() {
    assertThat(Lines.flood(AlarmPhase.BEGINS).toJson())
        .startsWith("{\"time\":\"2026-11-22T21:05:00.123Z\",\"monoNanos\":13500000000,"
            + "\"event\":\"syn-flood\",\"phase\":\"begins\",\"alarm\":3,\"stack\":\"serve\","
            + "\"pid\":4711,\"subject\":\"198.18.0.2:80\",\"beganNanos\":1000000000,"
            + "\"figures\":{\"syns\":12345,\"unanswered\":12000,")
        .contains("\"top\":[{\"name\":\"203.0.113.0/24\",\"count\":500,\"permille\":512}]")
        .endsWith("\"capture\":\"/var/x.pcapng\"}");
  }

  @Test
  void nothingIsMadeBeforeThereIsSomethingToWriteAndThenForTheOwnerAlone() throws IOException {
    Path directory = scratch.resolve("a/b");
    AlarmLog log = new AlarmLog(directory, "serve");
    assertThat(directory.getParent()).doesNotExist();
    log.write(Lines.numbered(1));

    assertThat(Files.getPosixFilePermissions(directory))
        .containsExactlyInAnyOrder(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    assertThat(new AlarmReader(directory, "serve").read()).containsExactly(Lines.numbered(1));
  }

  @Test
  void aFullFileIsPutAsideAndTheOldestGoes() throws IOException {
    long one = Lines.numbered(10).toJson().length() + 1L;
    AlarmLog log = new AlarmLog(scratch, "serve", 3 * one);
    for (int i = 10; i < 50; i++) {
      log.write(Lines.numbered(i));
    }

    try (Stream<Path> files = Files.list(scratch)) {
      assertThat(files).hasSize(AlarmLog.ASIDE + 1).allSatisfy(file -> {
        assertThat(Files.size(file)).isLessThanOrEqualTo(3 * one);
      });
    }
    // four files of three, and the last one with line 49
    assertThat(pids(new AlarmReader(scratch, "serve").read()))
        .containsExactly(37L, 38L, 39L, 40L, 41L, 42L, 43L, 44L, 45L, 46L, 47L, 48L, 49L);
  }

  @Test
  void aReaderGoesOnWhereItWasAcrossAFileThatWasPutAside() throws IOException {
    long one = Lines.numbered(10).toJson().length() + 1L;
    AlarmLog log = new AlarmLog(scratch, "serve", 3 * one);
    AlarmReader reader = new AlarmReader(scratch, "serve");
    assertThat(reader.read()).isEmpty();
    log.write(Lines.numbered(10));
    assertThat(pids(reader.read())).containsExactly(10L);
    assertThat(reader.read()).isEmpty();
    for (int i = 11; i < 15; i++) {
      log.write(Lines.numbered(i));
    }

    assertThat(pids(reader.read())).containsExactly(11L, 12L, 13L, 14L);
  }

  @Test
  void whatIsNoLineIsSkippedAndHalfALineIsWaitedFor() throws IOException {
    Path file = AlarmFiles.current(scratch, "serve");
    String line = Lines.numbered(10).toJson();
    Files.writeString(file, "rubbish\n" + line.substring(0, 50));
    AlarmReader reader = new AlarmReader(scratch, "serve");
    assertThat(reader.read()).isEmpty();
    assertThat(reader.skipped()).isEqualTo(1);
    Files.writeString(file, line.substring(50) + "\n", StandardOpenOption.APPEND);

    assertThat(pids(reader.read())).containsExactly(10L);
    assertThat(reader.skipped()).isEqualTo(1);
  }

  /// A full disk, or a machine that went down, may have left half a line.
  @Test
  void halfALineDoesNotSpoilTheNext() throws IOException {
    AlarmLog log = new AlarmLog(scratch, "serve");
    log.write(Lines.numbered(1));
    Path file = AlarmFiles.current(scratch, "serve");
    Files.writeString(file, "{\"time\":\"2026", StandardOpenOption.APPEND);
    log.write(Lines.numbered(2));
    assertThat(pids(new AlarmReader(scratch, "serve").read())).containsExactly(1L, 2L);
  }

  @Test
  void stacksThatHaveALogAreFound() throws IOException {
    assertThat(AlarmFiles.stacks(scratch.resolve("none"))).isEmpty();
    new AlarmLog(scratch, "one").write(Lines.numbered(1));
    new AlarmLog(scratch, "two").write(Lines.numbered(1));
    Files.writeString(AlarmFiles.aside(scratch, "three", 1), "");

    assertThat(AlarmFiles.stacks(scratch)).containsExactly("one", "three", "two");
  }
}
