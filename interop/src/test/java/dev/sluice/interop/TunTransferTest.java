package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Much data between the kernel and Sluice, all of it whole.
class TunTransferTest {
  private static final long BULK = 200_000_000;
  private static final int CONNECTIONS = 500;
  private static final int EACH = 1_000_000;

  @RegisterExtension
  static final OnTun SLUICE = OnTun.with("--quiet").withFiles();

  @ParameterizedTest
  @EnumSource
  void twoHundredMegabytesUpAndDown(Family family) throws IOException {
    EchoClient.wholeStreamComesBack(family.sluice(7), BULK);
  }

  @ParameterizedTest
  @EnumSource
  void fileOf200MegabytesArrivesWhole(Family family) throws IOException {
    Machine.assumePrograms("curl", "sha256sum");
    Path file = SLUICE.www().resolve("big.bin");
    String sum;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      sum = Octets.write(out, BULK);
    }
    long startNanos = System.nanoTime();
    Child curl =
        Child.run("sh", "-c", "curl -sS --fail -m 60 '" + family.url("/big.bin") + "' | sha256sum");
    assertThat(curl.text()).startsWith(sum);
    EchoClient.note("file", BULK, startNanos);
  }

  @ParameterizedTest
  @EnumSource
  void fiveHundredConnectionsAtOnce(Family family) throws IOException {
    EchoClient.manyAtOnce(family.sluice(7), CONNECTIONS, EACH);
  }
}
