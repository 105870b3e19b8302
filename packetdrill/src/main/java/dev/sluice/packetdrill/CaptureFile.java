package dev.sluice.packetdrill;

import dev.sluice.link.PcapngWriter;
import dev.sluice.packetdrill.run.Result;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Writes what went over the wire in some runs as pcapng, each run an hour after the one
/// before.
public final class CaptureFile {
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private CaptureFile() {}

  /// Writes the packets of these results.
  ///
  /// @param out where to; closed at the end
  /// @throws IOException if it cannot be written
  public static void write(OutputStream out, List<Result> results) throws IOException {
    PacketBuffer buffer = PacketBuffer.ofMaximumSize();
    try (PcapngWriter writer = new PcapngWriter(out, PcapngWriter.Origin.here(), "packetdrill")) {
      long base = 0;
      for (Result result : results) {
        for (Result.Captured packet : result.packets()) {
          buffer.copyFrom(packet.octets());
          writer.write(
              buffer,
              packet.outbound() ? PcapngWriter.Direction.OUTBOUND : PcapngWriter.Direction.INBOUND,
              base + packet.timeNanos());
        }
        base += result.virtualNanos() / HOUR_NANOS * HOUR_NANOS + HOUR_NANOS;
      }
    }
  }
}
