package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.Sluice;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.view.HostView;
import dev.sluice.cli.view.SocketView;
import dev.sluice.cli.view.StackView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A running `sluice serve` in a process of its own, and the other commands towards it.
final class Serve implements AutoCloseable {
  private static final Pattern TRANSITION =
      Pattern.compile("^(\\S+) +(\\S+) +(\\S+) > (\\S+) +(\\S+) (?:→|->) (\\S+) *(.*)$");
  private static final Duration POLL = Duration.ofMillis(100);

  private final Child child;
  private final Map<String, String> environment;
  private boolean stopped;

  private Serve(Child child, Map<String, String> environment) {
    this.child = child;
    this.environment = environment;
  }

  /// One printed transition.
  ///
  /// @param time of day, `hh:mm:ss.micros`
  /// @param id the connection's, `17` or `server/17`
  /// @param cause why
  record Transition(
      String time, String id, String local, String remote, String from, String to, String cause) {

    static Optional<Transition> of(String line) {
      Matcher m = TRANSITION.matcher(line);
      return m.matches()
          ? Optional.of(new Transition(
              m.group(1), m.group(2), m.group(3), m.group(4), m.group(5), m.group(6), m.group(7)))
          : Optional.empty();
    }

    /// From another transition to this one.
    Duration since(Transition earlier) {
      Duration between = Duration.between(
          java.time.LocalTime.parse(earlier.time), java.time.LocalTime.parse(time));
      return between.isNegative() ? between.plusDays(1) : between;
    }
  }

  /// Where the jars are that the launcher starts: beside the command's own.
  static Path jars() {
    try {
      URI place =
          Sluice.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path code = Path.of(place);
      Path directory =
          Files.isDirectory(code) ? code.resolveSibling("dist/lib") : code.resolveSibling("");
      assertThat(directory).as("the command's jars: build with 'mvn verify'").isDirectory();
      return directory;
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /// Makes commands start fast, as the launcher does for its own: made once for all
  /// tests.
  private static final class StartCache {
    static final Path FILE = make();

    private static Path make() {
      try {
        Path file = Files.createTempFile("sluice-interop", ".aot");
        file.toFile().deleteOnExit();
        List<String> command =
            new ArrayList<>(command(jars(), List.of("netstat"), "Output=" + file));
        Child.run(command.toArray(String[]::new));
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// A command line like the launcher's.
  static List<String> command(Path jars, List<String> arguments) {
    return command(jars, arguments, "=" + StartCache.FILE);
  }

  private static List<String> command(Path jars, List<String> arguments, String cache) {
    String sub = arguments.getFirst();
    boolean isLong = sub.equals("serve") || sub.equals("connect");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-ea:dev.sluice...");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=" + (isLong ? 4 : 1));
    command.add("-XX:AOTCache" + cache);
    command.add("-Xlog:disable");
    command.add("--enable-native-access=dev.sluice.link.tun");
    command.addAll(List.of("-p", jars.toString(), "-m", "dev.sluice.cli/dev.sluice.cli.Sluice"));
    command.addAll(arguments);
    return command;
  }

  /// Starts it, and returns when it is ready.
  ///
  /// @param scratch where its control socket goes, so that other stacks of this machine
  ///     are not seen
  static Serve start(Path scratch, List<String> options) {
    Map<String, String> environment = Map.of(
        "XDG_RUNTIME_DIR", scratch.toString(),
        "XDG_STATE_HOME", scratch.resolve("state").toString());
    List<String> arguments = new ArrayList<>(List.of("serve"));
    arguments.addAll(options);
    Child child = Child.start(environment, command(jars(), arguments));
    child.closeInput();
    try {
      child.awaitLine("its last line of opening", line -> line.startsWith("Ctrl-C"));
    } catch (AssertionError e) {
      child.close();
      throw e;
    }
    return new Serve(child, environment);
  }

  Child child() {
    return child;
  }

  /// Starts another command of the same person.
  Child begin(String... arguments) {
    return Child.start(environment, command(jars(), List.of(arguments)));
  }

  /// Runs another command to its end; it must succeed.
  ///
  /// @return what it said
  String run(String... arguments) {
    try (Child command = begin(arguments)) {
      command.closeInput();
      assertThat(command.awaitExit()).as("exit code of %s", command).isZero();
      return command.text();
    }
  }

  /// What `netstat --json` says.
  StackView netstat() {
    return StackView.of(Json.object(run("netstat", "--json")));
  }

  /// The connections whose peer has this port, in all hosts.
  List<SocketView> socketsOf(int remotePort) {
    return netstat().hosts().stream()
        .flatMap(host -> host.sockets().stream())
        .filter(socket -> socket.remotePort() == remotePort)
        .toList();
  }

  /// Waits until `netstat` shows one connection with this remote port, in this state.
  SocketView awaitSocket(int remotePort, String state) {
    return await("netstat shows " + state + " towards port " + remotePort)
        .atMost(Child.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .until(
            () -> socketsOf(remotePort).stream()
                .filter(socket -> socket.state().equals(state))
                .toList(),
            found -> found.size() == 1)
        .getFirst();
  }

  /// Waits until `netstat` shows nothing with this remote port.
  void awaitGone(int remotePort) {
    await("netstat shows nothing towards port " + remotePort)
        .atMost(Child.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .until(() -> socketsOf(remotePort).isEmpty());
  }

  /// A counter of a host, 0 if it is not mentioned.
  long counter(String section, String text) {
    long sum = 0;
    for (HostView host : netstat().hosts()) {
      sum += host.counters().getOrDefault(section, Map.of()).getOrDefault(text, 0L);
    }
    return sum;
  }

  /// Waits for the line that says that the connection with this remote end reached a
  /// state, such as `FIN-WAIT-2`.
  Transition awaitTransition(String remote, String state) {
    Predicate<Transition> wanted = t -> t.remote().equals(remote) && t.to().equals(state);
    String line = child.awaitLine(
        remote + " -> " + state, text -> Transition.of(text).filter(wanted).isPresent());
    return Transition.of(line).orElseThrow();
  }

  /// The states that the connection with this remote end went through so far.
  List<String> pathOf(String remote) {
    return transitions().stream()
        .filter(t -> t.remote().equals(remote))
        .map(Transition::to)
        .toList();
  }

  List<Transition> transitions() {
    return child.lines().stream().map(Transition::of).flatMap(Optional::stream).toList();
  }

  /// Ends it as Ctrl-C does; it must end in order.
  void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    child.terminate();
    assertThat(child.awaitExit()).as("exit code of %s", child).isZero();
  }

  @Override
  public void close() {
    child.close();
  }
}
