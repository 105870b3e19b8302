package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds client and peers, starts them, each in a network of its own.
final class LineUp implements AutoCloseable {
  private static final String KERNEL = "198.18.0.1";
  /// Connections that end leave TIME-WAITs behind; the client is not to run out of ports.
  private static final String MANY_PORTS =
      "echo 1024 65000 >/proc/sys/net/ipv4/ip_local_port_range;"
          + "echo 4096 >/proc/sys/net/ipv4/tcp_max_tw_buckets;";

  private static final String NEW_NETWORK = "ip link set lo up;" + MANY_PORTS;
  /// In the new network, a device for a peer that knows how to open one only.
  private static final String NEW_DEVICE = NEW_NETWORK + "ip tuntap add mode tun name sl0;"
      + "ip addr add 198.18.0.1/24 dev sl0; ip link set sl0 txqueuelen 10000 up;";

  private final Path directory;
  private final List<Child> children = new ArrayList<>();
  private Path client = Path.of("");

  /// @param directory where programs and logs go
  LineUp(Path directory) {
    this.directory = directory;
  }

  /// Builds the client.
  ///
  /// @throws IOException if there is no C compiler
  Path buildClient() throws IOException {
    client = directory.resolve("peer");
    Path source = source("peer.c");
    Child.run(60, List.of("gcc", "-O2", "-pthread", "-o", client.toString(), source.toString()));
    return client;
  }

  private Path source(String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = LineUp.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no " + name + " in the module");
      }
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  /// Starts all that can be started.
  List<Contender> start() {
    List<Contender> all = new ArrayList<>();
    Contender own = Contender.of("sluice", "Sluice, TUN", false, () -> sluice("sluice", "", 0));
    all.add(own);
    all.add(onLoop(own, "sluice-loop", "Sluice, TUN, handlers on the loop"));
    all.add(Contender.of("kernel", "kernel, veth", false, () -> veth("kernel", true)));
    all.add(Contender.of("path", "the path", false, () -> path("path", "")));
    all.add(Contender.of("jdk", "JDK sockets, loopback", false, this::jdk));
    Contender plain = Contender.of(
        "sluice-plain", "Sluice, no offload", true, () -> sluice("sluice-plain", "-plain", 0));
    all.add(plain);
    all.add(onLoop(plain, "sluice-plain-loop", "Sluice, no offload, handlers"));
    all.add(Contender.of(
        "kernel-plain", "kernel, no offload", true, () -> veth("kernel-plain", false)));
    all.add(Contender.of(
        "path-plain", "the path, no offload", true, () -> path("path-plain", "-plain")));
    all.add(Contender.of("gvisor", "gVisor, no offload", true, this::gvisor));
    all.add(Contender.of("lwip", "lwIP, no offload", true, this::lwip));
    return all;
  }

  private Child server(String setUp, List<String> command, String log) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("unshare", "-n", "sh", "-c", setUp + "exec \"$@\"", "sh"));
    words.addAll(command);
    Child child = Child.server(words, directory.resolve(log + ".log"));
    children.add(child);
    return child;
  }

  private List<String> java(String kind) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Server.class.getName(),
        kind);
  }

  private Contender sluice(String id, String variant, int offset) throws IOException {
    Child child = server(NEW_NETWORK, java("sluice" + variant), id);
    String title = variant.isEmpty() ? "Sluice, TUN" : "Sluice, no offload";
    return new Contender(
        id, title, !variant.isEmpty(), child, child.pid(), Server.ADDRESS, offset, "");
  }

  /// A Java loop without TCP.
  private Contender path(String id, String variant) throws IOException {
    Child child = server(NEW_NETWORK, java("path" + variant), id);
    String title = variant.isEmpty() ? "the path" : "the path, no offload";
    return new Contender(id, title, !variant.isEmpty(), child, child.pid(), Server.ADDRESS, 0, "");
  }

  /// The same process, other ports.
  private static Contender onLoop(Contender own, String id, String title) {
    return new Contender(
        id,
        title,
        own.isPlain(),
        own.server(),
        own.clientNamespace(),
        own.address(),
        Server.ON_LOOP,
        own.missing());
  }

  private Contender jdk() throws IOException {
    Child child = server(NEW_NETWORK, java("jdk"), "jdk");
    String title = "JDK sockets, loopback";
    return new Contender("jdk", title, false, child, child.pid(), "127.0.0.1", 0, "");
  }

  private Contender veth(String id, boolean isOffloading) throws IOException {
    Child child = server(NEW_NETWORK, List.of(client.toString(), "serve"), id);
    Child holder = Child.holder();
    children.add(holder);
    enter(
        holder,
        MANY_PORTS + "ip link add near type veth peer name far netns " + child.pid()
            + " && ip addr add " + KERNEL + "/24 dev near && ip link set near up");
    enter(child, "ip addr add " + Server.ADDRESS + "/24 dev far && ip link set far up");
    if (!isOffloading) {
      String off = " tso off gso off gro off tx off rx off";
      enter(holder, "ethtool -K near" + off);
      enter(child, "ethtool -K far" + off);
    }
    String title = isOffloading ? "kernel, veth" : "kernel, no offload";
    return new Contender(id, title, !isOffloading, child, holder.pid(), Server.ADDRESS, 0, "");
  }

  private static void enter(Child whose, String script) throws IOException {
    Child.run(20, List.of("nsenter", "-t", Long.toString(whose.pid()), "-n", "sh", "-c", script));
  }

  private Contender gvisor() throws IOException {
    Path source = source("gvisor.go");
    Path program = directory.resolve("gvisor");
    Child.run(
        240,
        List.of(
            "env",
            "GO111MODULE=off",
            "GOFLAGS=",
            "GOPATH=/usr/share/gocode",
            "GOCACHE=" + directory.resolve("go"),
            "go",
            "build",
            "-o",
            program.toString(),
            source.toString()));
    Child child = server(NEW_DEVICE, List.of(program.toString(), "sl0", Server.ADDRESS), "gvisor");
    return new Contender(
        "gvisor", "gVisor, no offload", true, child, child.pid(), Server.ADDRESS, 0, "");
  }

  private Contender lwip() throws IOException {
    Path program = directory.resolve("lwip");
    Child.run(
        60,
        List.of(
            "gcc",
            "-O2",
            "-pthread",
            "-I/usr/include/lwip",
            "-o",
            program.toString(),
            source("lwip.c").toString(),
            "-llwip"));
    Child child =
        server(NEW_DEVICE, List.of(program.toString(), "sl0", Server.ADDRESS, KERNEL), "lwip");
    return new Contender(
        "lwip", "lwIP, no offload", true, child, child.pid(), Server.ADDRESS, 0, "");
  }

  @Override
  public void close() {
    children.forEach(Child::close);
  }
}
