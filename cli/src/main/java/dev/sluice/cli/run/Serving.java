package dev.sluice.cli.run;

import dev.sluice.cli.front.FrontDoor;
import dev.sluice.cli.service.Buffers;
import dev.sluice.cli.service.BuiltInPage;
import dev.sluice.cli.service.Chargen;
import dev.sluice.cli.service.Daytime;
import dev.sluice.cli.service.Discard;
import dev.sluice.cli.service.Echo;
import dev.sluice.cli.service.Http;
import dev.sluice.cli.service.Service;
import dev.sluice.cli.service.ServiceListener;
import dev.sluice.cli.service.WwwFiles;
import dev.sluice.cli.view.FirewallView;
import dev.sluice.cli.view.PortsView;
import dev.sluice.cli.view.StackView;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.PortCheck;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A running `serve`: its hosts, services and front doors.
///
/// ```
///   kernel --> FrontDoor --> front host ==wire==> server host --> services
///   kernel =================TUN=================> sluice host --> services
/// ```
public final class Serving implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(1_500);
  private static final Duration STACK_PATIENCE = Duration.ofMillis(500);
  private static final long POLL_MILLIS = 10;

  private final ServeConfig config;
  private final Network network;
  private final Buffers buffers = new Buffers();
  private final Map<Offer, ServiceListener> services = new ConcurrentHashMap<>();
  private final Map<Offer, List<FrontDoor>> doors = new ConcurrentHashMap<>();
  private volatile boolean closing;
  private volatile @Nullable Path firewallFile;
  private volatile @Nullable StackView lastView;

  private Serving(ServeConfig config, Network network) {
    this.config = config;
    this.network = network;
    firewallFile = config.firewallFile;
  }

  /// Builds everything and starts it.
  ///
  /// @throws IOException in a line for people: no privilege, a device or port that is
  ///     taken, a file that cannot be written
  public static Serving start(ServeConfig config) throws IOException {
    Serving serving = new Serving(config, Network.open(config));
    try {
      for (Offer offer : config.offers) {
        serving.offer(offer);
      }
      return serving;
    } catch (IOException | RuntimeException e) {
      serving.close();
      throw e;
    }
  }

  private void offer(Offer offer) throws IOException {
    ServerSocketChannel server = network.server().stack().openServerSocketChannel();
    server.bind(new InetSocketAddress(offer.port()), config.backlog);
    ServiceListener listener =
        new ServiceListener(offer.text(), offer.port(), server, service(offer));
    listener.onEnd(() -> closeDoors(offer));
    services.put(offer, listener);
    Integer port = config.frontPorts.get(offer);
    if (network.hasWire() && port != null) {
      openDoors(offer, port);
    }
    listener.start();
  }

  private Service service(Offer offer) throws IOException {
    return switch (offer) {
      case ECHO -> new Echo(buffers);
      case DISCARD -> new Discard(buffers);
      case DAYTIME -> new Daytime(Clock.system(ZoneId.systemDefault()));
      case CHARGEN -> new Chargen(buffers);
      case HTTP ->
        new Http(config.www == null ? new BuiltInPage(this::view) : new WwwFiles(config.www));
    };
  }

  /// One door on 127.0.0.1 that leads over IPv4, and one on ::1, where the machine has
  /// that, that leads over IPv6.
  private void openDoors(Offer offer, int port) throws IOException {
    List<FrontDoor> opened = new ArrayList<>();
    doors.put(offer, opened);
    FrontDoor door = openDoor(offer, "127.0.0.1", port);
    opened.add(door);
    if (network.serverAddress(false) != null) {
      try {
        opened.add(openDoor(offer, "::1", door.address().getPort()));
      } catch (SocketException e) {
        // no IPv6 here, or its port is somebody else's: the IPv4 door is what was promised
      }
    }
  }

  private FrontDoor openDoor(Offer offer, String loopback, int port) throws IOException {
    IpAddress address = IpAddress.parse(loopback);
    InetAddress server =
        Objects.requireNonNull(network.serverAddress(address.isV4())).toInetAddress();
    InetSocketAddress target = new InetSocketAddress(server, offer.port());
    InetSocketAddress at = new InetSocketAddress(address.toInetAddress(), port);
    try {
      return FrontDoor.open(at, () -> network.client().stack().connect(target), buffers);
    } catch (BindException e) {
      throw new BindException(
          "port " + port + " on " + loopback + " is taken: choose others with --front-base, or"
              + " another for this one with --front-port " + offer.text() + "=PORT");
    }
  }

  private void closeDoors(Offer offer) {
    for (FrontDoor door : doors.getOrDefault(offer, List.of())) {
      try {
        door.close();
      } catch (IOException e) {
        config.warnings.accept("a front door could not be closed: " + e.getMessage());
      }
    }
  }

  /// What it was asked for.
  public ServeConfig config() {
    return config;
  }

  /// The hosts: the one with the services first.
  public List<RunningHost> hosts() {
    return network.hosts();
  }

  /// The host that opens connections for people.
  public RunningHost client() {
    return network.client();
  }

  /// Whether there is a way from that host to an address.
  public boolean reaches(InetAddress address) {
    return network.reaches(IpAddress.of(address));
  }

  /// Where the kernel's clients find an offer: front doors, or the host's own address.
  public List<InetSocketAddress> entrances(Offer offer) {
    if (!config.offers.contains(offer)) {
      return List.of();
    }
    if (network.hasWire()) {
      return doors.getOrDefault(offer, List.of()).stream()
          .map(FrontDoor::address)
          .toList();
    }
    return network.hosts().getFirst().addresses().stream()
        .map(InterfaceAddress::parse)
        .map(a -> new InetSocketAddress(a.address().toInetAddress(), offer.port()))
        .toList();
  }

  /// Everything there is to see now.
  public StackView view() {
    return new StackView(
        config.name,
        ProcessHandle.current().pid(),
        network.hosts().stream().map(RunningHost::view).toList());
  }

  /// The rules in place, with their hits.
  public FirewallView firewall() {
    Path file = firewallFile;
    return FirewallView.of(
        file == null ? "" : file.toString(),
        network.server().stack().call((host, now) -> host.snapshot(now).firewall()));
  }

  /// Puts the rules of a file in place.
  ///
  /// @param file null for the one that they came from
  /// @return what was done, for people
  /// @throws IOException in words for people; the rules are as they were
  public String reloadFirewall(@Nullable Path file) throws IOException {
    Path wanted = file == null ? firewallFile : file;
    if (wanted == null) {
      throw new IOException("the rules come from no file: say which to read");
    }
    Firewall firewall = Rules.read(wanted);
    network.server().stack().firewall(firewall);
    firewallFile = wanted;
    return "the rules of " + wanted + " are in place, " + firewall.rules().size() + " in number";
  }

  /// What is open on the host with the services.
  public PortsView ports() {
    Map<Integer, String> owners = new LinkedHashMap<>();
    for (ServiceListener listener : services.values()) {
      owners.put(listener.port(), "service " + listener.name());
    }
    RunningHost server = network.server();
    Firewall firewall = server.stack().call((host, now) -> host.firewall());
    return PortsView.of(server.view(), owners, new PortCheck(firewall));
  }

  /// Ends the service on a port, and its front doors.
  ///
  /// @return false if there is none
  public boolean endService(int port) throws IOException {
    for (ServiceListener listener : services.values()) {
      if (listener.port() == port) {
        listener.close();
        return true;
      }
    }
    return false;
  }

  /// What happened on the wire, for the totals; empty without one.
  public Map<String, Long> wireCounters() {
    return network.wireCounters();
  }

  /// Closes everything in order, in bounded time: no new connections; every service
  /// says FIN; who does not answer is reset.
  @Override
  public void close() throws IOException {
    if (closing) {
      return;
    }
    closing = true;
    for (Offer offer : services.keySet()) {
      closeDoors(offer);
      Objects.requireNonNull(services.get(offer)).close();
    }
    services.values().forEach(ServiceListener::finishPeers);
    awaitConnections(PATIENCE);
    services.values().forEach(ServiceListener::closePeers);
    doors.values().forEach(list -> list.forEach(FrontDoor::resetAll));
    lastView = view();
    network.close(STACK_PATIENCE);
  }

  /// How everything stood when it was closed, or stands now.
  public StackView lastView() {
    StackView last = lastView;
    return last == null ? view() : last;
  }

  private void awaitConnections(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (network.connectionCount() > 0 && System.nanoTime() - end < 0) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // a stack has ended by itself: nothing to wait for
    }
  }
}
