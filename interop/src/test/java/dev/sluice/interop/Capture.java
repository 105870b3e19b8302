package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

/// What `tshark` thinks of a capture.
final class Capture {
  /// Of any protocol: unreadable, or a sum that does not fit.
  private static final String WRONG = "_ws.malformed || _ws.short || ip.checksum.status == \"Bad\""
      + " || tcp.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\""
      + " || icmpv6.checksum.status == \"Bad\" || udp.checksum.status == \"Bad\""
      + " || _ws.expert.severity == \"Error\"";
  /// What TCP's analysis finds where the capture has a hole. Repeats are no such thing:
  /// on a busy machine a peer may lose its patience.
  private static final String HOLES = "tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment";

  private final Path file;

  Capture(Path file) {
    this.file = file;
  }

  /// Packets that a display filter lets through.
  List<String> packets(String filter) {
    Child tshark = Child.run(
        "tshark",
        "-n",
        "-r",
        file.toString(),
        "-o",
        "ip.check_checksum:TRUE",
        "-o",
        "tcp.check_checksum:TRUE",
        "-o",
        "udp.check_checksum:TRUE",
        "-Y",
        filter);
    assertThat(tshark.awaitExit()).as("%s", tshark).isZero();
    return tshark.lines().stream()
        .filter(line -> !line.startsWith("Running as user"))
        .toList();
  }

  void hasNothingMalformedAndNoBadChecksum() {
    assertThat(packets(WRONG)).isEmpty();
  }

  void hasNoHoles() {
    assertThat(packets(HOLES)).isEmpty();
  }
}
