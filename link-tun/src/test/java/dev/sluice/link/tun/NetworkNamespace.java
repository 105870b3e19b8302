package dev.sluice.link.tun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;

/// A network of one's own: no device but a loopback, nothing of this machine in reach.
///
/// A namespace belongs to a thread and to the threads that it starts; it is gone with the
/// last of them and the last socket opened there.
final class NetworkNamespace {
  static final String NEEDS = "needs root and /dev/net/tun";
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;

  private NetworkNamespace() {}

  interface Action {
    void run() throws Exception;
  }

  /// Whether this process may make namespaces and devices; for `@EnabledIf`.
  static boolean isAllowed() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status) || !Files.isReadable(Path.of("/dev/net/tun"))) {
      return false;
    }
    long needed = (1L << CAP_NET_ADMIN) | (1L << CAP_SYS_ADMIN);
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("CapEff:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(capabilities -> (capabilities & needed) == needed);
  }

  /// Runs `action` on a thread with a fresh network, waits for it, and throws what it
  /// threw.
  static void run(Action action) throws Exception {
    FutureTask<Void> task = new FutureTask<>(() -> {
      OwnNetwork.enter();
      action.run();
      return null;
    });
    Thread.ofPlatform().name("namespace").daemon().start(task);
    try {
      task.get();
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }
}
