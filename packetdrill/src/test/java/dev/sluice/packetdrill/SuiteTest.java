package dev.sluice.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.packetdrill.run.RunConfig;
import dev.sluice.packetdrill.run.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {
  @TempDir
  Path folder;

  private void script(String name, String steps) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n" + steps);
  }

  private SuiteReport report() throws IOException {
    script("a/one.pkt", "+0 close(3) = 0\n");
    script("a/two.pkt", "+0 close(3) = 1\n");
    script("b/three.pkt", "+0 splice(3) = 0\n");
    script("b/readme.txt", "");
    return Suite.run(Suite.scripts(List.of(folder)), new RunConfig(), 2);
  }

  @Test
  void theClosingLineCountsEveryScriptOnce() throws IOException {
    SuiteReport report = report();
    assertThat(report.closingLine()).isEqualTo("1 passed, 1 failed, 1 skipped");
    assertThat(report.succeeded()).isFalse();
  }

  @Test
  void resultsAreInTheOrderOfTheScripts() throws IOException {
    assertThat(report().results())
        .extracting(result -> Path.of(result.script()).getFileName().toString())
        .containsExactly("one.pkt", "two.pkt", "three.pkt");
  }

  @Test
  void totalsByFolder() throws IOException {
    SuiteReport report = report();
    assertThat(report.totalsByFolder().get(folder.resolve("a").toString()))
        .containsEntry(Verdict.PASS, 1)
        .containsEntry(Verdict.FAIL, 1)
        .containsEntry(Verdict.NOT_RUN, 0);
    assertThat(report.table()).contains("all 3");
  }

  @Test
  void machineReadableForms() throws IOException {
    SuiteReport report = report();
    assertThat(report.json())
        .contains("\"PASS\": 1")
        .contains("\"reason\": \"line 2: close: expected 1, returned 0\"");
    assertThat(report.junitXml())
        .contains("tests=\"3\" failures=\"1\" skipped=\"1\"")
        .contains("<skipped message=\"system call splice\"/>");
  }

  @Test
  void aPathThatIsNotThereIsSaid() {
    assertThatThrownBy(() -> Suite.scripts(List.of(folder.resolve("nowhere"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such file or folder");
  }
}
