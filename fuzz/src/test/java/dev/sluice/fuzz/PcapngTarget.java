package dev.sluice.fuzz;

import dev.sluice.link.PcapngWriter;
import dev.sluice.wire.PacketBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A capture file: whatever packets, times and names go in, the file is made of whole
/// blocks, and the packets come out of it again.
final class PcapngTarget {
  private static final int ENHANCED_PACKET = 6;
  private static final PacketBuffer PACKET = PacketBuffer.ofMaximumSize();

  private PcapngTarget() {}

  public static void fuzzerTestOneInput(byte[] octets) {
    Feed feed = new Feed(octets);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    List<byte[]> written = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    PcapngWriter.Origin origin =
        new PcapngWriter.Origin(feed.text(feed.u8()), feed.text(feed.u8()), "fuzz");
    try (PcapngWriter writer = new PcapngWriter(file, origin, name(feed))) {
      while (feed.more() && written.size() < 64) {
        long time = feed.i64();
        int choice = feed.u8();
        byte[] packet = (choice & 2) == 0 ? feed.take(feed.u8()) : new byte[feed.u16()];
        PACKET.copyFrom(packet);
        writer.write(PACKET, PcapngWriter.Direction.values()[choice & 1], time);
        written.add(packet);
        times.add(time);
        if ((choice & 4) != 0) {
          writer.flush();
        }
      }
      Law.same(writer.packets(), written.size(), "packets");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    check(file.toByteArray(), written, times);
  }

  /// A name of up to 255 octets, or one much longer than any.
  private static String name(Feed feed) {
    String name = feed.text(feed.u8());
    return feed.flag() ? name.repeat(1 + feed.u8()) : name;
  }

  private static void check(byte[] file, List<byte[]> written, List<Long> times) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int packets = 0;
    while (in.hasRemaining()) {
      int start = in.position();
      int type = in.getInt();
      int length = in.getInt();
      Law.holds(length >= 12 && length % 4 == 0, "a block of " + length + " octets");
      Law.same(in.getInt(start + length - 4), length, "a block's second length");
      if (type == ENHANCED_PACKET) {
        Law.holds(packets < written.size(), "a packet that nobody wrote");
        byte[] packet = written.get(packets);
        Law.same(in.getInt(start + 20), packet.length, "the captured length");
        Law.same(in.getInt(start + 24), packet.length, "the length on the wire");
        long time = ((long) in.getInt(start + 12) << 32) | (in.getInt(start + 16) & 0xffff_ffffL);
        Law.same(time, times.get(packets), "the time");
        Law.holds(
            Arrays.equals(file, start + 28, start + 28 + packet.length, packet, 0, packet.length),
            "a packet changed");
        packets++;
      }
      in.position(start + length);
    }
    Law.same(packets, written.size(), "packets in the file");
  }
}
