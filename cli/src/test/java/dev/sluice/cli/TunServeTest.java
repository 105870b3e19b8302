package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// `serve --tun` in a network namespace of its own, spoken to by the kernel's clients.
@Timeout(120)
@EnabledIf(
    value = "canMakeNamespaces",
    disabledReason = "needs root, /dev/net/tun, unshare, nsenter, setpriv, curl, nc and ping")
class TunServeTest {
  @TempDir
  Path runtime;

  private final List<Process> started = new ArrayList<>();

  static boolean canMakeNamespaces() {
    return System.getProperty("user.name", "").equals("root")
        && Files.exists(Path.of("/dev/net/tun"))
        && List.of("unshare", "nsenter", "setpriv", "curl", "nc", "ping").stream()
            .allMatch(TunServeTest::isInstalled);
  }

  private static boolean isInstalled(String program) {
    return List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin").stream()
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private List<String> sluice(List<String> before, String... arguments) {
    List<String> line = new ArrayList<>(before);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-ea", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("-Dstdout.encoding=UTF-8", "--enable-native-access=ALL-UNNAMED"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.sluice.cli.Sluice"));
    line.addAll(List.of(arguments));
    return line;
  }

  private Process start(List<String> line) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
    builder.environment().put("XDG_STATE_HOME", runtime.resolve("state").toString());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String awaitLine(BufferedReader output, String text) throws IOException {
    StringBuilder seen = new StringBuilder();
    while (true) {
      String line = output.readLine();
      assertThat(line).as("it said: %s", seen).isNotNull();
      seen.append(line).append('\n');
      if (line.contains(text)) {
        return line;
      }
    }
  }

  /// Runs a program of the kernel's world in the namespace of `serve`.
  private String inside(Process serve, String... program) throws Exception {
    List<String> line =
        new ArrayList<>(List.of("nsenter", "--net=/proc/" + serve.pid() + "/ns/net"));
    line.addAll(List.of(program));
    Process process = start(line);
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + out;
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  @Test
  void theKernelsClientsReachEveryServiceOverBothFamilies() throws Exception {
    Process serve = start(sluice(
        List.of("unshare", "-n"),
        "serve",
        "--tun",
        "sl0",
        "--address",
        "198.18.0.2/24",
        "--address6",
        "fd5a::2/64"));
    BufferedReader output = serve.inputReader(StandardCharsets.UTF_8);
    awaitLine(output, "Ctrl-C");

    for (String address : List.of("198.18.0.2", "fd5a::2")) {
      String url = address.indexOf(':') < 0 ? address : "[" + address + "]";
      assertThat(inside(serve, "ping", "-c", "1", "-W", "10", address)).contains(" 0% packet loss");
      assertThat(inside(serve, "curl", "-sS", "--globoff", "http://" + url + "/"))
          .startsWith("0 <!doctype html>")
          .contains("You are talking to Sluice");
      awaitLine(output, "CLOSE-WAIT → LAST-ACK");
      assertThat(inside(serve, "nc", "-N", address, "7")).isEqualTo("0 ");
      assertThat(inside(serve, "nc", "-N", address, "9")).isEqualTo("0 ");
      assertThat(inside(serve, "nc", "-N", address, "13")).matches("(?s)0 \\w+, \\w+ \\d+, .*");
      assertThat(inside(serve, "nc", "-N", address, "4711")).startsWith("1 ");
    }
    serve.toHandle().destroy();
    awaitLine(output, "closing connections");
    awaitLine(output, "sluice: 8 connections accepted");
    assertThat(serve.waitFor()).isZero();
  }

  @Test
  void aMissingPrivilegeIsOneLineThatSaysWhatToDo() throws Exception {
    Process serve = start(sluice(
        List.of("setpriv", "--bounding-set", "-net_admin"),
        "serve",
        "--tun",
        "sl0",
        "--address",
        "198.18.0.2/24"));

    assertThat(new String(serve.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("sluice: opening a TUN device needs root or CAP_NET_ADMIN")
        .hasLineCount(1);
    assertThat(serve.waitFor()).isEqualTo(1);
  }

  @Test
  void aTakenNameIsOneLineThatSaysWhatToDo() throws Exception {
    Process serve = start(
        sluice(List.of("unshare", "-n"), "serve", "--tun", "sl0", "--address", "198.18.0.2/24"));
    awaitLine(serve.inputReader(StandardCharsets.UTF_8), "Ctrl-C");

    Process second = start(sluice(
        List.of("nsenter", "--net=/proc/" + serve.pid() + "/ns/net"),
        "serve",
        "--tun",
        "sl0",
        "--address",
        "198.19.0.2/24"));

    assertThat(new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("sluice: the device sl0 is in use by another program")
        .hasLineCount(1);
    assertThat(second.waitFor()).isEqualTo(1);
  }
}
