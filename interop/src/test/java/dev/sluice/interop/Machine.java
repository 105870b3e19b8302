package dev.sluice.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What this machine allows and has. A test that needs more is left out and says why.
final class Machine {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;

  private Machine() {}

  /// Leaves a test out where namespaces and devices cannot be made.
  static void assumeAllowed() {
    assumeTrue(
        isAllowed(), "needs root and /dev/net/tun: makes a network namespace and a TUN device");
    assumePrograms("ip", "ss");
  }

  static boolean isAllowed() {
    return hasCapabilities() && Files.isReadable(Path.of("/dev/net/tun")) && has("ip") && has("ss");
  }

  /// Leaves a test out where programs are missing.
  static void assumePrograms(String... names) {
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      if (!has(name)) {
        missing.add(name);
      }
    }
    assumeTrue(
        missing.isEmpty(), "needs programs that are not here: " + String.join(", ", missing));
  }

  static boolean has(String program) {
    String path = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin");
    for (String directory : path.split(":", -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasCapabilities() {
    long needed = (1L << CAP_NET_ADMIN) | (1L << CAP_SYS_ADMIN);
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(capabilities -> (capabilities & needed) == needed);
    } catch (IOException e) {
      return false; // no Linux
    }
  }

  /// Whether the JDK of this process has IPv6, which it decides by the loopback of the
  /// namespace in which it was started.
  static boolean hasV6() {
    try {
      return !Files.readString(Path.of("/proc/net/if_inet6")).isBlank();
    } catch (IOException e) {
      return false;
    }
  }
}
