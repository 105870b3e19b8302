package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.log.AlarmLine;
import dev.sluice.guard.log.AlarmReader;
import dev.sluice.wire.Flags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Floods and scans in a namespace of the test's own: the line in the log, and the
/// packets as `tshark` reads them.
class AlarmTest {
  private static final int ECHO = 7;
  private static final int BATCH = 100;
  private static final int FIRST_PORT = 2_000;
  private static final int PORTS = 60_000;

  @RegisterExtension
  static final OnTun SLUICE = OnTun.with("--quiet");

  private final List<AlarmLine> lines = new ArrayList<>();

  private Optional<AlarmLine> line(AlarmKind kind, AlarmPhase phase, String subject) {
    Path directory = SLUICE.scratch().resolve("state").resolve("sluice");
    try {
      lines.clear();
      lines.addAll(new AlarmReader(directory, "serve").read());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines.stream()
        .filter(line -> line.alarm().kind() == kind
            && line.alarm().phase() == phase
            && line.alarm().subject().equals(subject))
        .findFirst();
  }

  private AlarmLine awaitLine(AlarmKind kind, AlarmPhase phase, String subject) {
    return await(kind + " " + phase + " of " + subject)
        .atMost(Child.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> line(kind, phase, subject), Optional::isPresent)
        .orElseThrow();
  }

  /// SYNs from ever new ports, which nobody follows up, until it is noticed.
  private void floodUntilNoticed(RawPeer peer, String subject) {
    long endNanos = System.nanoTime() + Child.PATIENCE.toNanos();
    int sent = 0;
    while (line(AlarmKind.SYN_FLOOD, AlarmPhase.BEGINS, subject).isEmpty()) {
      assertThat(System.nanoTime()).as("after %d SYNs", sent).isLessThan(endNanos);
      for (int i = 0; i < BATCH; i++) {
        peer.flow(Family.V4, FIRST_PORT + sent++ % PORTS, ECHO).send(Flags.SYN);
      }
      peer.ignoreAnswers();
    }
  }

  @Test
  void aFloodIsToldWithItsPacketsAndSoIsItsEnd() throws IOException {
    Machine.assumePrograms("tshark");
    String listener = "[::]:" + ECHO;
    AlarmLine begins;
    AlarmLine ends;
    try (RawPeer peer = RawPeer.open()) { // without it the kernel would answer by ICMP
      floodUntilNoticed(peer, listener);
      begins = awaitLine(AlarmKind.SYN_FLOOD, AlarmPhase.BEGINS, listener);
      ends = awaitLine(AlarmKind.SYN_FLOOD, AlarmPhase.ENDS, listener);
    }

    assertThat(begins.alarm().figure(Figure.UNANSWERED)).isGreaterThan(100);
    assertThat(begins.alarm().top()).hasSize(1);
    assertThat(begins.alarm().top().getFirst().permille()).isGreaterThan(900);
    assertThat(ends.alarm().number()).isEqualTo(begins.alarm().number());
    assertThat(ends.alarm().figure(Figure.HANDSHAKES)).isZero();
    assertThat(ends.capture()).isEqualTo(begins.capture());
    Capture capture = new Capture(Path.of(begins.capture()));
    assertThat(capture.packets("tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == 7"))
        .hasSizeGreaterThan(100);
    assertThat(capture.packets("tcp.flags.syn == 1 && tcp.flags.ack == 1")).isNotEmpty();
    capture.hasNothingMalformedAndNoBadChecksum();
    assertThat(SLUICE.serve().run("log", "--kind", "syn-flood"))
        .contains("SYN flood of " + listener + " begins")
        .contains("SYN flood of " + listener + " ends after ")
        .contains("packets: " + begins.capture());
    assertThat(SLUICE.serve().counter("alarms", "alarms, SYN flood")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aScanIsToldWithWhoScans(Family family) {
    for (int i = 0; i < 20; i++) {
      int port = 1_100 + i;
      assertThatThrownBy(() -> Kernel.connect(family.sluice(port))).isInstanceOf(IOException.class);
    }

    AlarmLine begins = awaitLine(AlarmKind.SCAN, AlarmPhase.BEGINS, family.kernel);
    assertThat(begins.alarm().figure(Figure.LOWEST_PORT)).isEqualTo(1_100);
    assertThat(begins.alarm().figure(Figure.PORTS)).isEqualTo(15);
  }
}
