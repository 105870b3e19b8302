package dev.sluice.bench.flood;

import dev.sluice.link.tun.OwnNetwork;
import dev.sluice.link.tun.Tun;
import dev.sluice.link.tun.TunLink;
import dev.sluice.socket.Stack;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// A server in a network namespace made for it, behind a TUN device: the kernel's, or a
/// Sluice behind a second device. Packets can go nowhere else, for the namespace has no
/// other device.
final class TunTarget implements Target {
  private static final String OUTER = "flood0";
  private static final String INNER = "flood1";
  private static final int BACKLOG = 1_024;
  /// Packets that wait in a device for whoever reads it: so few that an overload shows as
  /// loss, and not as seconds of waiting.
  private static final int QUEUE = 4_096;

  /// Who listens, and how it defends itself.
  enum Server {
    KERNEL_0("Linux, tcp_syncookies 0", 0),
    KERNEL_1("Linux, tcp_syncookies 1", 1),
    KERNEL_2("Linux, tcp_syncookies 2", 2),
    SLUICE_NEVER("Sluice, never", SynCookieMode.NEVER),
    SLUICE_AUTOMATIC("Sluice, automatic", SynCookieMode.AUTOMATIC),
    SLUICE_ALWAYS("Sluice, always", SynCookieMode.ALWAYS);

    private final String text;
    private final int cookies;
    private final @Nullable SynCookieMode mode;

    Server(String text, int cookies) {
      this.text = text;
      this.cookies = cookies;
      mode = null;
    }

    Server(String text, SynCookieMode mode) {
      this.text = text;
      cookies = 0;
      this.mode = mode;
    }

    String text() {
      return text;
    }
  }

  private final ExecutorService inside = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().name("flooded network").daemon().factory());
  private final TunLink outer;
  private final @Nullable Stack stack;
  private final ServerSocketChannel listener;

  TunTarget(Server server) throws IOException {
    TunLink[] links = call(() -> open(server));
    outer = links[0];
    SynCookieMode mode = server.mode;
    if (mode == null) {
      stack = null;
      listener = call(
          () -> ServerSocketChannel.open().bind(new InetSocketAddress(ADDRESS, PORT), BACKLOG));
    } else {
      TcpSettings settings = new TcpSettings();
      settings.synCookies = mode;
      stack = Stack.builder()
          .link(links[1])
          .address(ADDRESS + "/24")
          .settings(settings)
          .maxHalfOpen(BACKLOG)
          .start();
      listener = stack.openServerSocketChannel();
      listener.bind(new InetSocketAddress(PORT), BACKLOG);
    }
    Thread.ofPlatform().name("flooded server").daemon().start(this::acceptForEver);
  }

  /// Whether this machine lets us make a network of our own.
  static boolean isPossible() {
    try (TunTarget target = new TunTarget(Server.KERNEL_1)) {
      return target.busyNanos() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static TunLink[] open(Server server) throws Exception {
    OwnNetwork.enter();
    sysctl("net/core/somaxconn", String.valueOf(BACKLOG));
    sysctl("net/ipv4/tcp_max_syn_backlog", String.valueOf(BACKLOG));
    sysctl("net/ipv4/tcp_syncookies", String.valueOf(server.cookies));
    sysctl("net/ipv4/tcp_no_metrics_save", "1"); // else its last places go to known addresses
    sysctl("net/ipv4/ip_forward", "1");
    sysctl("net/ipv4/conf/all/rp_filter", "0");
    sysctl("net/ipv4/conf/default/rp_filter", "0");
    boolean sluice = server.mode != null;
    TunLink outer = device(OUTER, sluice ? "10.0.9.1/24" : ADDRESS + "/24");
    ip("route", "add", "default", "dev", OUTER);
    if (!sluice) {
      return new TunLink[] {outer};
    }
    TunLink inner = device(INNER, "10.0.8.1/24");
    ip("route", "add", ADDRESS + "/32", "dev", INNER);
    return new TunLink[] {outer, inner};
  }

  private static TunLink device(String name, String address) throws IOException {
    return Tun.named(name)
        .kernelAddress(address)
        .mtu(MTU)
        .queueLength(QUEUE)
        .offload(false)
        .open();
  }

  private static void sysctl(String name, String value) throws IOException {
    Files.writeString(Path.of("/proc/sys", name), value);
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(words));
    command.addFirst("ip");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
  }

  private <T> T call(Callable<T> action) throws IOException {
    try {
      return inside.submit(action).get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void acceptForEver() {
    try {
      while (true) {
        SocketChannel peer = listener.accept();
        Thread.startVirtualThread(() -> readToItsEnd(peer));
      }
    } catch (IOException e) {
      // the end: close() closes the listener
    }
  }

  private static void readToItsEnd(SocketChannel peer) {
    try (peer) {
      ByteBuffer sink = ByteBuffer.allocate(16);
      while (peer.read(sink) >= 0) {
        sink.clear();
      }
    } catch (IOException e) {
      // honest clients reset what they have done with
    }
  }

  @Override
  public boolean give(PacketBuffer packet, long nowNanos) throws IOException {
    return outer.send(packet, nowNanos);
  }

  @Override
  public boolean poll(PacketBuffer out, long nowNanos) throws IOException {
    return outer.receive(out, nowNanos);
  }

  @Override
  public long busyNanos() {
    return 0;
  }

  @Override
  public long stateOctets() {
    return 0;
  }

  @Override
  public void close() {
    try {
      listener.close();
      if (stack != null) {
        stack.close(Duration.ofMillis(100));
      }
    } catch (IOException e) {
      // it is over in any case
    }
    outer.close();
    inside.shutdownNow();
  }
}
