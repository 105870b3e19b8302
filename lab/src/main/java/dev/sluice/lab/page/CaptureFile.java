package dev.sluice.lab.page;

import dev.sluice.link.PcapngWriter;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.io.OutputStream;

/// Writes what passed as pcapng, for Wireshark and its like. Time 0 of the world is
/// 1970-01-01.
public final class CaptureFile {
  private CaptureFile() {}

  /// Writes the packets of a page.
  ///
  /// @param out where to; closed at the end
  /// @throws IOException if it cannot be written
  public static void write(OutputStream out, Page page) throws IOException {
    PacketBuffer buffer = PacketBuffer.ofMaximumSize();
    try (PcapngWriter writer =
        new PcapngWriter(out, PcapngWriter.Origin.here(), "lab " + page.experiment())) {
      for (Page.Captured packet : page.capture()) {
        buffer.copyFrom(packet.octets());
        writer.write(
            buffer,
            packet.outbound() ? PcapngWriter.Direction.OUTBOUND : PcapngWriter.Direction.INBOUND,
            packet.atNanos());
      }
    }
  }
}
