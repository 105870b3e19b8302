package dev.sluice.bench.peers;

import dev.sluice.link.tun.Tun;
import dev.sluice.link.tun.TunLink;
import dev.sluice.socket.Stack;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/// The servers that are written in Java, each a process of its own, in the network
/// namespace it was started in: `jdk`, `sluice`, and `sluice-plain` without
/// offload; `path` and `path-plain` are [RawLoop]. On
/// Sluice, ports from 1,000 on are served by handlers on the loop.
public final class Server {
  private static final int[] PORTS = {Services.ECHO, Services.SINK, Services.SOURCE};
  /// What is added to the ports of the handlers.
  static final int ON_LOOP = 1_000;
  /// Where Sluice is, and in its network the kernel at `.1`.
  static final String ADDRESS = "198.18.0.2";

  private Server() {}

  /// Serves until it is killed, and says "ready" when it does.
  ///
  /// @param words which one
  public static void main(String... words) throws IOException {
    String kind = words[0];
    if (kind.equals("jdk")) {
      for (int port : PORTS) {
        Services.serve(ServerSocketChannel.open().bind(new InetSocketAddress(port), 1024), port);
      }
    } else if (kind.startsWith("path")) {
      RawLoop loop = new RawLoop(device(kind));
      Thread.ofPlatform().start(() -> run(loop));
    } else {
      Stack stack = Stack.builder().link(device(kind)).address(ADDRESS + "/24").start();
      for (int port : PORTS) {
        Services.serve(stack.listen(port), port);
        stack.listen(port + ON_LOOP, () -> Services.handler(port));
      }
    }
    System.out.println("ready");
    while (true) {
      java.util.concurrent.locks.LockSupport.park();
    }
  }

  private static TunLink device(String kind) throws IOException {
    Tun tun = Tun.named("sl0").kernelAddress("198.18.0.1/24");
    return tun.offload(!kind.contains("plain")).open();
  }

  private static void run(RawLoop loop) {
    try {
      loop.run();
    } catch (IOException e) {
      System.err.println("the path ends: " + e);
    }
  }
}
