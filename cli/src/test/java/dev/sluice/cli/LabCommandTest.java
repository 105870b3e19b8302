package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.json.Fields;
import dev.sluice.cli.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LabCommandTest {
  private final StringWriter out = new StringWriter();

  @TempDir
  Path folder;

  private int run(String... arguments) {
    CommandLine line = LabCommand.line();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(out));
    line.setExecutionExceptionHandler((failure, command, result) -> {
      out.write(String.valueOf(failure.getMessage()));
      return failure instanceof Failure explained ? explained.exitCode() : -1;
    });
    return line.execute(arguments);
  }

  @Test
  void withoutANameAllExperimentsAreListed() {
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("\n  handshake ", "\n  time-wait ");
    String listing = out.toString();
    out.getBuffer().setLength(0);
    assertThat(run("list")).isZero();
    assertThat(out).hasToString(listing);
  }

  @Test
  void anExperimentRunsWithItsSettings() {
    assertThat(run("handshake", "--isn", "10,100", "--ascii")).isZero();
    assertThat(out.toString())
        .contains(" SYN seq=10 -", " SYN,ACK seq=100 ack=11 -", " ACK seq=11 ack=101 -");
  }

  @Test
  void anotherSeedGivesOtherNumbers() {
    run("handshake", "--seed", "7");
    String seven = out.toString();
    out.getBuffer().setLength(0);
    run("handshake", "--seed", "8");
    assertThat(out.toString()).isNotEqualTo(seven);
  }

  @Test
  void jsonHasTheShapeOfTheManual() {
    assertThat(run("refused", "--json", "--isn=10,100")).isZero();
    Fields page = Json.object(out.toString());
    assertThat(page.string("experiment")).isEqualTo("refused");
    assertThat(page.number("seed")).isEqualTo(1);
    assertThat(page.object("settings").string("isn")).isEqualTo("10,100");
    Fields ladder = page.objects("parts").get(1);
    assertThat(ladder.string("kind")).isEqualTo("ladder");
    Fields syn = ladder.objects("events").stream()
        .filter(event -> event.string("event").equals("sent"))
        .findFirst()
        .orElseThrow();
    assertThat(syn.strings("flags")).containsExactly("SYN");
    assertThat(syn.number("seq")).isEqualTo(10);
  }

  @Test
  void packetsGoToAFile() {
    Path file = folder.resolve("close.pcapng");
    assertThat(run("close", "--capture", file.toString())).isZero();
    assertThat(file).isNotEmptyFile();
    assertThat(run("close", "--capture", folder.resolve("no/where").toString())).isEqualTo(1);
    assertThat(out.toString()).contains("cannot write");
  }

  @Test
  void mistakesAreExplained() {
    assertThat(run("handshake", "--isn", "ten")).isEqualTo(2);
    assertThat(out.toString())
        .contains("handshake: --isn: 'ten' is not two numbers such as 10,100;")
        .contains("./sluice lab handshake --help explains");
    assertThat(run("handshake", "--reuse")).isEqualTo(2);
    assertThat(run("nonsense")).isEqualTo(2);
    assertThat(Sluice.run("lab", "nonsense")).isEqualTo(2);
  }
}
