package dev.sluice.link.tun;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
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
  private static final int CLONE_NEWNET = 0x40000000;

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
      unshare();
      loopbackUp();
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

  @SuppressWarnings("restricted") // a system call that the JDK does not offer
  private static void unshare() {
    Linker linker = Linker.nativeLinker();
    MethodHandle unshare = linker.downcallHandle(
        linker.defaultLookup().findOrThrow("unshare"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try {
      if ((int) unshare.invokeExact(CLONE_NEWNET) != 0) {
        throw new AssertionError("unshare(CLONE_NEWNET) was refused: " + NEEDS);
      }
    } catch (Throwable e) {
      throw e instanceof Error error ? error : new AssertionError(e);
    }
  }

  private static void loopbackUp() throws TunException {
    Linux linux = new Linux();
    try (Netlink netlink = new Netlink(linux)) {
      if (netlink.up(linux.interfaceIndex("lo")) != 0) {
        throw new AssertionError("the loopback of the namespace stays down");
      }
    }
  }
}
