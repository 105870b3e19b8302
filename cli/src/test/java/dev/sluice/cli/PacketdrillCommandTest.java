package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PacketdrillCommandTest {
  private final StringWriter out = new StringWriter();

  @TempDir
  Path folder;

  @BeforeEach
  void threeScripts() throws IOException {
    String socket = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";
    Files.writeString(folder.resolve("good.pkt"), socket + "+0 close(3) = 0\n");
    Files.writeString(folder.resolve("bad.pkt"), socket + "+0 close(3) = SYMBOL\n");
    Files.writeString(folder.resolve("other.pkt"), socket + "+0 splice(3) = 0\n");
  }

  private int run(String... arguments) {
    CommandLine line = new CommandLine(new PacketdrillCommand());
    line.setOut(new PrintWriter(out));
    line.setExecutionExceptionHandler((failure, command, result) -> {
      out.write(String.valueOf(failure.getMessage()));
      return failure instanceof Failure explained ? explained.exitCode() : -1;
    });
    return line.execute(arguments);
  }

  @Test
  void theLastLineHasTheTotalsAndAFailureIsTheExitCode() {
    int exit = run("--define", "SYMBOL=1", folder.toString());
    assertThat(out.toString())
        .contains("bad.pkt: line 2: close: expected 1, returned 0")
        .contains("other.pkt: NOT-RUN(system call splice)")
        .endsWith("1 passed, 1 failed, 1 skipped" + System.lineSeparator());
    assertThat(exit).isEqualTo(1);
  }

  @Test
  void nothingFailedIsZero() {
    assertThat(run("-D", "SYMBOL=0", folder.toString())).isZero();
  }

  @Test
  void resultsGoToFiles() throws IOException {
    Path json = folder.resolve("results.json");
    Path xml = folder.resolve("results.xml");
    Path capture = folder.resolve("results.pcapng");
    run("--json=" + json, "--junit-xml=" + xml, "--capture=" + capture, folder.toString());
    assertThat(json).content().contains("\"NOT-RUN\": ");
    assertThat(xml).content().contains("<testsuite name=\"packetdrill\" tests=\"3\"");
    assertThat(capture).isNotEmptyFile();
  }

  @Test
  void mistakesAreExplained() {
    assertThat(run("--profile", "plan9", folder.toString())).isEqualTo(2);
    assertThat(run("--dialect", "plan9", folder.toString())).isEqualTo(2);
    assertThat(run("--ip-version", "ipv5", folder.toString())).isEqualTo(2);
    assertThat(run(folder.resolve("nowhere").toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains("no profile 'plan9'")
        .contains("not a dialect: 'plan9'")
        .contains("not an IP version: 'ipv5'")
        .contains("no such file or folder");
  }
}
