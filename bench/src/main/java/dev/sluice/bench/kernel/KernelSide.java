package dev.sluice.bench.kernel;

import dev.sluice.link.tun.OwnNetwork;
import dev.sluice.link.tun.Tun;
import dev.sluice.link.tun.TunLink;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// The kernel's TCP at one end: a network of its own, a TUN device in it, and a thread
/// that writes or reads without end.
final class KernelSide implements Side {
  private static final String DEVICE = "wire0";
  private static final String BUFFERS = "4096 1048576 33554432";

  private final boolean sends;
  private final ExecutorService inside = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().name("kernel side").daemon().factory());
  private final AtomicLong read = new AtomicLong();
  private final TunLink tun;

  /// @param control the kernel's congestion control, such as `cubic`
  KernelSide(boolean sends, String control) throws IOException {
    this.sends = sends;
    tun = call(() -> {
      OwnNetwork.enter();
      sysctl("net/ipv4/tcp_rmem", BUFFERS);
      sysctl("net/ipv4/tcp_wmem", BUFFERS);
      sysctl("net/ipv4/tcp_no_metrics_save", "1");
      String address = sends ? Wire.SENDER : Wire.RECEIVER;
      TunLink link = Tun.named(DEVICE)
          .kernelAddress(address + "/24")
          .mtu(Wire.MTU)
          .offload(false)
          .open();
      route(address, control);
      return link;
    });
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

  /// A control that is not allowed as a default can still be that of a route.
  private static void route(String address, String control)
      throws IOException, InterruptedException {
    List<String> command = List.of(
        "ip", "route", "replace", "10.0.0.0/24", "dev", DEVICE, "src", address, "congctl", control);
    Process ip = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (ip.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
  }

  private static void sysctl(String name, String value) throws IOException {
    Files.writeString(Path.of("/proc/sys", name), value);
  }

  @Override
  public void begin(long nowNanos) throws IOException {
    if (sends) {
      inside.execute(this::writeForEver);
      return;
    }
    ServerSocketChannel server = call(
        () -> ServerSocketChannel.open().bind(new InetSocketAddress(Wire.RECEIVER, Wire.PORT)));
    inside.execute(() -> readForEver(server));
  }

  private void writeForEver() {
    ByteBuffer source = ByteBuffer.allocateDirect(256 * 1024);
    try (SocketChannel peer = SocketChannel.open(new InetSocketAddress(Wire.RECEIVER, Wire.PORT))) {
      while (peer.write(source) >= 0) {
        source.clear();
      }
    } catch (IOException e) {
      // the end: close() interrupts this thread, which closes the channel
    }
  }

  private void readForEver(ServerSocketChannel server) {
    ByteBuffer sink = ByteBuffer.allocateDirect(256 * 1024);
    try (server;
        SocketChannel peer = server.accept()) {
      for (int count = peer.read(sink); count >= 0; count = peer.read(sink)) {
        read.addAndGet(count);
        sink.clear();
      }
    } catch (IOException e) {
      // as above
    }
  }

  @Override
  public boolean poll(PacketBuffer out, long nowNanos) throws IOException {
    return tun.receive(out, nowNanos);
  }

  @Override
  public void give(PacketBuffer packet, long nowNanos) throws IOException {
    tun.send(packet, nowNanos);
  }

  @Override
  public long readBytes() {
    return read.get();
  }

  @Override
  public void close() {
    inside.shutdownNow();
    tun.close();
  }
}
