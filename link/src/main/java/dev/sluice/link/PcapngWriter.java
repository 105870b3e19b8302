package dev.sluice.link;

import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes IP packets to a file that Wireshark, tshark and tcpdump read, in the pcapng
/// format.
///
/// ```
///   section header | interface description | packet | packet | ... | statistics
/// ```
///
/// One section, one interface, link type RAW (each packet starts with its IP header),
/// nanosecond times, a direction on each packet. What is written reaches the stream when
/// the buffer is full, on [#flush] and on [#close]. One thread uses a writer; writing a
/// packet allocates nothing.
///
/// @see <a href="https://pcapng.com">the format</a>
public final class PcapngWriter implements AutoCloseable {
  private static final int SECTION_HEADER = 0x0a0d_0d0a;
  private static final int BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;

  private static final int END_OF_OPTIONS = 0;
  private static final int SHB_HARDWARE = 2;
  private static final int SHB_OS = 3;
  private static final int SHB_USERAPPL = 4;
  private static final int IF_NAME = 2;
  private static final int IF_TSRESOL = 9;
  private static final int EPB_FLAGS = 2;
  private static final int ISB_STARTTIME = 2;
  private static final int ISB_ENDTIME = 3;
  private static final int ISB_IFRECV = 4;

  /// Raw IP, version 4 or 6.
  private static final int LINKTYPE_RAW = 101;
  /// if_tsresol: times count 10^-9 s.
  private static final int NANOSECONDS = 9;
  /// Octets of an enhanced packet block apart from the packet, its padding included.
  private static final int PACKET_BLOCK = 28 + 3 + 8 + 4 + 4;
  private static final int MAX_TEXT = 1024;

  /// Which way a packet went, seen from this stack; written as epb_flags.
  public enum Direction {
    INBOUND,
    OUTBOUND;

    private int flags() {
      return this == INBOUND ? 1 : 2;
    }
  }

  /// Who made the file, shown by Wireshark under its properties.
  ///
  /// @param hardware the machine
  /// @param system the operating system
  /// @param application the program
  public record Origin(String hardware, String system, String application) {
    /// This machine and this program.
    public static Origin here() {
      return new Origin(
          System.getProperty("os.arch", "unknown"),
          System.getProperty("os.name", "unknown") + " " + System.getProperty("os.version", ""),
          "Sluice");
    }
  }

  private final OutputStream out;
  private final ByteBuffer block = ByteBuffer.allocate(2 * (PacketBuffer.MAX_PACKET + PACKET_BLOCK))
      .order(ByteOrder.LITTLE_ENDIAN);
  private long firstNanos;
  private long lastNanos;
  private long packets;

  /// Begins a file.
  ///
  /// @param out where it goes; closed by [#close]
  /// @param origin who makes it
  /// @param interfaceName what the link is called
  public PcapngWriter(OutputStream out, Origin origin, String interfaceName) throws IOException {
    this.out = out;
    int start = begin(SECTION_HEADER);
    block.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
    text(SHB_HARDWARE, origin.hardware());
    text(SHB_OS, origin.system());
    text(SHB_USERAPPL, origin.application());
    end(start);
    start = begin(INTERFACE_DESCRIPTION);
    block.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(0);
    text(IF_NAME, interfaceName);
    option(IF_TSRESOL, 1).put((byte) NANOSECONDS);
    pad();
    end(start);
    flush();
  }

  /// Writes one packet as it is.
  ///
  /// @param epochNanos nanoseconds since 1970-01-01 UTC
  public void write(PacketBuffer packet, Direction direction, long epochNanos) throws IOException {
    write(packet, packet.length(), direction, epochNanos);
  }

  /// Writes the beginning of a packet that was longer.
  ///
  /// @param packet as much of it as there is
  /// @param wholeLength how long it was, octets
  /// @param epochNanos nanoseconds since 1970-01-01 UTC
  public void write(PacketBuffer packet, int wholeLength, Direction direction, long epochNanos)
      throws IOException {
    int length = packet.length();
    if (block.remaining() < length + PACKET_BLOCK) {
      drain();
    }
    int start = begin(ENHANCED_PACKET);
    block.putInt(0);
    time(epochNanos);
    block.putInt(length).putInt(wholeLength);
    MemorySegment.copy(
        packet.bytes(),
        ValueLayout.JAVA_BYTE,
        packet.start(),
        block.array(),
        block.position(),
        length);
    block.position(block.position() + length);
    pad();
    option(EPB_FLAGS, 4).putInt(direction.flags());
    end(start);
    firstNanos = packets == 0 ? epochNanos : Math.min(firstNanos, epochNanos);
    lastNanos = packets == 0 ? epochNanos : Math.max(lastNanos, epochNanos);
    packets++;
  }

  /// How many packets were written.
  public long packets() {
    return packets;
  }

  /// Hands all that was written on to the stream.
  public void flush() throws IOException {
    drain();
    out.flush();
  }

  private void drain() throws IOException {
    int length = block.position();
    block.clear();
    out.write(block.array(), 0, length);
  }

  /// Writes the statistics and closes the stream.
  @Override
  public void close() throws IOException {
    try (out) {
      drain();
      int start = begin(INTERFACE_STATISTICS);
      block.putInt(0);
      time(lastNanos);
      if (packets > 0) {
        option(ISB_STARTTIME, 8);
        time(firstNanos);
        option(ISB_ENDTIME, 8);
        time(lastNanos);
      }
      option(ISB_IFRECV, 8).putLong(packets);
      end(start);
      flush();
    }
  }

  /// Starts a block whose length is filled in by [#end].
  private int begin(int type) {
    int start = block.position();
    block.putInt(type).putInt(0);
    return start;
  }

  private void end(int start) {
    block.putShort((short) END_OF_OPTIONS).putShort((short) 0);
    int length = block.position() + 4 - start;
    block.putInt(length).putInt(start + 4, length);
  }

  /// A time: the upper 32 bits come first, whatever the order of octets.
  private void time(long epochNanos) {
    block.putInt((int) (epochNanos >>> 32)).putInt((int) epochNanos);
  }

  private ByteBuffer option(int code, int length) {
    return block.putShort((short) code).putShort((short) length);
  }

  private void text(int code, String text) {
    String shortened = text.substring(0, Math.min(text.length(), MAX_TEXT));
    byte[] octets = shortened.getBytes(StandardCharsets.UTF_8);
    option(code, octets.length).put(octets);
    pad();
  }

  private void pad() {
    while ((block.position() & 3) != 0) {
      block.put((byte) 0);
    }
  }
}
