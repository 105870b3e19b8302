package dev.sluice.cli.run;

import dev.sluice.guard.Watchman;
import dev.sluice.link.CapturedLink;
import dev.sluice.link.Fate;
import dev.sluice.link.ImpairedLink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.link.Pipe;
import dev.sluice.link.tun.Tun;
import dev.sluice.link.tun.TunLink;
import dev.sluice.socket.Stack;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The hosts of one `serve` and what joins them: two by a wire in memory, or one on a TUN
/// device.
final class Network {
  /// RFC 2544 gives 198.18.0.0/15 to tests, RFC 4193 fd00::/8 to private use.
  private static final List<String> FRONT = List.of("198.18.0.1/24", "fd5a::1/64");
  private static final List<String> SERVER = List.of("198.18.0.2/24", "fd5a::2/64");

  /// IPv6 asks this of a link (RFC 8200 §5), octets.
  private static final int MIN_V6_MTU = 1_280;

  private final List<RunningHost> hosts;
  private final List<ImpairedLink> impaired;

  private Network(List<RunningHost> hosts, List<ImpairedLink> impaired) {
    this.hosts = List.copyOf(hosts);
    this.impaired = List.copyOf(impaired);
  }

  static Network open(ServeConfig config) throws IOException {
    String tun = config.tun;
    return tun == null ? onWire(config) : onTun(config, tun);
  }

  private static Network onWire(ServeConfig config) throws IOException {
    Pipe.Ends ends = Pipe.create(LinkCapabilities.plain(config.mtu));
    List<ImpairedLink> impaired = new ArrayList<>();
    Link serverEnd = ends.left();
    Link frontEnd = ends.right();
    if (!config.impairments.isNone()) {
      // each end impairs what it receives; two seeds, or both directions lose alike
      impaired.add(new ImpairedLink(serverEnd, config.impairments, config.seed));
      impaired.add(new ImpairedLink(frontEnd, config.impairments, ~config.seed));
      serverEnd = impaired.get(0);
      frontEnd = impaired.get(1);
    }
    RunningHost server =
        watched(config, "server", "server/", SERVER, captured(config, serverEnd, "server"));
    try {
      RunningHost front = host(config, "front", "front/", FRONT, frontEnd);
      return new Network(List.of(server, front), impaired);
    } catch (IOException | RuntimeException e) {
      server.stack().close(Duration.ZERO);
      throw e;
    }
  }

  private static Network onTun(ServeConfig config, String name) throws IOException {
    Tun tun = Tun.named(name).mtu(config.mtu);
    List<String> addresses = new ArrayList<>();
    addSide(tun, addresses, config.address, config.kernelAddress);
    addSide(tun, addresses, config.address6, config.kernelAddress6);
    if (addresses.isEmpty()) {
      throw new IOException(
          "--tun needs an address for Sluice: say --address 198.18.0.2/24, --address6 fd5a::2/64,"
              + " or both");
    }
    // what is impaired are packets of wire size, not segments that the kernel cuts
    TunLink device = tun.offload(config.impairments.isNone()).open();
    List<ImpairedLink> impaired = new ArrayList<>();
    Link link = device;
    if (!config.impairments.isNone()) {
      impaired.add(ImpairedLink.bothWays(device, config.impairments, config.seed));
      link = impaired.getFirst();
    }
    RunningHost host =
        watched(config, "sluice", "", addresses, captured(config, link, device.name()));
    return new Network(List.of(host), impaired);
  }

  private static void addSide(
      Tun tun,
      List<String> addresses,
      @Nullable InterfaceAddress own,
      @Nullable InterfaceAddress kernel) {
    if (own != null) {
      InterfaceAddress side = kernel == null ? Prefixes.neighbourOf(own) : kernel;
      tun.kernelAddress(side.address() + "/" + side.prefixLength());
      addresses.add(own.address() + "/" + own.prefixLength());
    }
  }

  private static Link captured(ServeConfig config, Link link, String name) throws IOException {
    Path file = config.capture;
    if (file == null) {
      return link;
    }
    try {
      // the driver's clock starts about now
      long epochNanos = System.currentTimeMillis() * 1_000_000;
      return new CapturedLink(link, CapturedLink.openFile(file, name), epochNanos, config.warnings);
    } catch (IOException e) {
      link.close();
      throw e;
    }
  }

  /// The host with the services, with somebody who watches it if that is wanted.
  private static RunningHost watched(
      ServeConfig config, String name, String idPrefix, List<String> addresses, Link link)
      throws IOException {
    Watchman.Post post = config.alarms;
    if (post == null) {
      return host(config, name, idPrefix, addresses, link);
    }
    Watchman watchman = new Watchman(post);
    RunningHost plain = host(config, name, idPrefix, addresses, watchman.around(link));
    Stack stack = plain.stack();
    stack.call((host, now) -> {
      watchman.watch(
          host,
          now,
          work -> stack.call((same, later) -> {
            work.accept(later);
            return true;
          }));
      return true;
    });
    return new RunningHost(name, plain.addresses(), stack, watchman);
  }

  private static RunningHost host(
      ServeConfig config, String name, String idPrefix, List<String> addresses, Link link)
      throws IOException {
    Stack.Builder builder = Stack.builder()
        .link(link)
        .settings(config.settings.get().validated())
        .maxHalfOpen(config.maxHalfOpen)
        .name("sluice-" + name)
        .firewall(name.equals("front") ? Firewall.OPEN : config.firewall)
        .observer(config.observers.apply(idPrefix));
    List<String> possible = addresses.stream()
        .filter(text ->
            config.mtu >= MIN_V6_MTU || InterfaceAddress.parse(text).address().isV4())
        .toList();
    possible.forEach(builder::address);
    return new RunningHost(name, possible, builder.start(), null);
  }

  /// The one with the services first.
  List<RunningHost> hosts() {
    return hosts;
  }

  boolean hasWire() {
    return hosts.size() == 2;
  }

  RunningHost server() {
    return hosts.getFirst();
  }

  /// Who opens connections: the host at the other end of the wire, or the only one.
  RunningHost client() {
    return hosts.getLast();
  }

  /// Whether there is a way to an address. On a TUN device the kernel knows; a wire has
  /// no router, so there it is one of the wire's networks or the host itself.
  boolean reaches(IpAddress address) {
    return !hasWire()
        || isItself(address)
        || client().addresses().stream()
            .map(InterfaceAddress::parse)
            .anyMatch(network -> Prefixes.contains(network, address));
  }

  private static boolean isItself(IpAddress address) {
    InetAddress inet = address.toInetAddress();
    return inet.isLoopbackAddress() || inet.isAnyLocalAddress();
  }

  /// The server's address of a family, or null if it has none.
  @Nullable
  IpAddress serverAddress(boolean v4) {
    for (String text : server().addresses()) {
      IpAddress address = InterfaceAddress.parse(text).address();
      if (address.isV4() == v4) {
        return address;
      }
    }
    return null;
  }

  int connectionCount() {
    int count = 0;
    for (RunningHost host : hosts) {
      count += host.connectionCount();
    }
    return count;
  }

  /// Packets by what the wire did to them, both directions.
  Map<String, Long> wireCounters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    for (ImpairedLink link : impaired) {
      for (Fate fate : Fate.values()) {
        String text = fate.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        counters.merge(text, link.counters().get(fate), Long::sum);
      }
    }
    return counters;
  }

  void close(Duration patience) throws IOException {
    IOException failure = null;
    for (RunningHost host : hosts.reversed()) {
      Watchman watchman = host.watchman();
      if (watchman != null) {
        watchman.close();
      }
      try {
        host.stack().close(patience);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
