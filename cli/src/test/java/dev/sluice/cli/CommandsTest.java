package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.json.Json;
import dev.sluice.cli.view.StackView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands as people run them: each in a process of its own.
@Timeout(120)
class CommandsTest {
  @TempDir
  Path runtime;

  private final List<String> seen = new ArrayList<>();
  private Process serve;
  private BufferedReader output;

  /// What a command said, and how it ended.
  private record Result(int exitCode, String out, String err) {}

  private ProcessBuilder command(String... arguments) {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-ea",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dstdout.encoding=UTF-8",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.sluice.cli.Sluice"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
    builder.environment().put("XDG_STATE_HOME", runtime.resolve("state").toString());
    return builder;
  }

  private Result run(String input, String... arguments) throws Exception {
    Path errors = Files.createTempFile(runtime, "err", ".txt");
    Process process = command(arguments).redirectError(errors.toFile()).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it did not want its input
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, Files.readString(errors));
  }

  @BeforeEach
  void startServing() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve"));
    for (String service : List.of("echo", "discard", "daytime", "chargen", "http")) {
      arguments.addAll(List.of("--front-port", service + "=0"));
    }
    serve = command(arguments.toArray(String[]::new)).redirectErrorStream(true).start();
    output = serve.inputReader(StandardCharsets.UTF_8);
    awaitLine("Ctrl-C");
  }

  private String awaitLine(String text) throws IOException {
    while (true) {
      String line = output.readLine();
      assertThat(line).as("serve said: %s", seen).isNotNull();
      seen.add(line);
      if (line.contains(text)) {
        return line;
      }
    }
  }

  @AfterEach
  void stopServing() throws Exception {
    serve.destroyForcibly();
    serve.waitFor();
  }

  @Test
  void connectTalksThroughTheRunningStackAndEveryArrowIsPrinted() throws Exception {
    Result result = run("hello\n", "connect", "server", "7");

    assertThat(result).isEqualTo(new Result(0, "hello\n", ""));
    awaitLine("SYN-RECEIVED → ESTABLISHED");
    awaitLine("LAST-ACK → CLOSED");
  }

  @Test
  void connectIsRefusedWhereNobodyListens() throws Exception {
    Result result = run("", "connect", "198.18.0.2", "4711");

    assertThat(result)
        .isEqualTo(new Result(1, "", "sluice: 198.18.0.2:4711: Connection refused\n"));
  }

  @Test
  void aConnectThatIsKilledStopsTryingAtOnce() throws Exception {
    Process connect = command("connect", "198.18.0.99", "7").start();
    awaitLine("CLOSED → SYN-SENT");

    connect.destroyForcibly().waitFor();

    awaitLine("SYN-SENT → CLOSED");
  }

  @Test
  void aConnectThatIsKilledClosesItsConnection() throws Exception {
    Process connect = command("connect", "server", "7").start();
    awaitLine("SYN-RECEIVED → ESTABLISHED");

    connect.destroyForcibly().waitFor();

    awaitLine("ESTABLISHED → FIN-WAIT-1");
    awaitLine("LAST-ACK → CLOSED");
  }

  @Test
  void wrongUsageIsOneLineThatSaysWhereHelpIs() throws Exception {
    assertThat(run("", "netstat", "-x"))
        .isEqualTo(new Result(
            2, "", "sluice: netstat: there is no option '-x'; ./sluice netstat --help explains\n"));
    assertThat(run("", "nosuch"))
        .isEqualTo(
            new Result(2, "", "sluice: there is no command 'nosuch'; ./sluice --help explains\n"));
  }

  @Test
  void connectComesFromWhereItIsTold() throws Exception {
    Result result = run("x", "connect", "fd5a::2", "7", "--source", "[fd5a::1]:4000");

    assertThat(result).isEqualTo(new Result(0, "x", ""));
    awaitLine("[fd5a::1]:4000 > [fd5a::2]:7");
  }

  @Test
  void aConnectionIsFoundSetAndResetByItsId() throws Exception {
    Process connect =
        command("connect", "server", "7").redirectErrorStream(true).start();
    awaitLine("SYN-RECEIVED → ESTABLISHED");
    StackView view = StackView.of(Json.object(run("", "netstat", "--json").out()));
    long id = view.hosts().getFirst().sockets().stream()
        .filter(socket -> socket.state().equals("ESTABLISHED"))
        .findFirst()
        .orElseThrow()
        .id();

    Result netstat = run("", "netstat", "-n", "-o");
    assertThat(netstat.out()).contains("198.18.0.2:7").contains("server/" + id + " ");
    assertThat(run("", "netstat", "-i", "server/" + id).out())
        .contains("\ntiming ")
        .contains("\nlimits ")
        .contains(" state=ESTABLISHED ")
        .contains(" mssBytes=");
    assertThat(run("", "netstat", "-i", "server/" + id, "--json").out())
        .contains("\"pathMtuBytes\":");
    String rows = run(
            "", "netstat", "-i", "server/" + id, "--csv", "-", "--every", "1ms", "--count", "3")
        .out();
    assertThat(rows.lines()).hasSize(4).first().asString().startsWith("timeNanos,connection.");
    assertThat(rows.lines().map(row -> row.split(",", -1).length).distinct()).hasSize(1);
    assertThat(run("", "set", "server/" + id, "nodelay=on", "ttl=9"))
        .isEqualTo(new Result(0, "nodelay=on ttl=9\n", ""));
    assertThat(run("", "close", "server/" + id, "--reset").out()).startsWith("reset 198.18.0.2:7");
    assertThat(new String(connect.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("sluice: server port 7: Connection reset");
    assertThat(connect.waitFor()).isEqualTo(1);
  }

  @Test
  void mistakesHaveOneLineAndAnExitCode() throws Exception {
    assertThat(run("", "set", "server/1", "colour=red"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).startsWith("sluice: a connection has no setting"));
    assertThat(run("", "serve", "--tun", "sl0").exitCode()).isEqualTo(2);
    assertThat(run("", "serve", "--loss", "2"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).startsWith("sluice: --loss: not a share: '2'"));
    assertThat(run("", "serve", "--mtu", "abc").err())
        .isEqualTo("sluice: serve: invalid value for option '--mtu': 'abc' is no whole number,"
            + " or too large a one; ./sluice serve --help explains\n");
    assertThat(run("", "netstat", "--stack", "other").err())
        .startsWith("sluice: no Sluice stack is called 'other'; running: serve (process ");
  }

  @Test
  void aTerminatedServeClosesInOrderPrintsTotalsAndLeavesNothing() throws Exception {
    run("x", "connect", "server", "7");
    serve.toHandle().destroy(); // SIGTERM, as Ctrl-C is SIGINT

    awaitLine("closing connections");
    awaitLine("server: 1 connections accepted");
    assertThat(serve.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(serve.exitValue()).isZero();
    Result netstat = run("", "netstat");
    assertThat(netstat.exitCode()).isEqualTo(1);
    assertThat(netstat.err())
        .startsWith("sluice: no Sluice stack is running; start one with ./sluice serve");
    try (var files = Files.list(runtime.resolve("sluice"))) {
      assertThat(files).isEmpty();
    }
  }
}
