package dev.sluice.sim.packet;

import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One IP packet as it was seen on the wire, taken apart without help from the codecs
/// under test.
///
/// Whatever is wrong with it is told by [#fault]; the fields before the fault are still
/// filled in.
public final class WirePacket {
  /// IP protocol number of TCP.
  public static final int TCP = 6;

  /// An option that is not there.
  public static final int ABSENT = -1;

  private final byte[] octets;
  private boolean v4;
  private int protocol = ABSENT;
  private int totalLength;
  private int transport;
  private int payloadStart;
  private IpAddress source = IpAddress.ANY_V6;
  private IpAddress destination = IpAddress.ANY_V6;
  private int mss = ABSENT;
  private int windowScale = ABSENT;
  private boolean sackPermitted;
  private boolean cookie;
  private boolean hasTimestamps;
  private int tsVal;
  private int tsEcr;
  private final List<SackBlock> sackBlocks = new ArrayList<>(0);
  private @Nullable String fault;

  /// Octets that a receiver holds beyond a gap, `[left, right)`.
  ///
  /// @param left first sequence number of the block
  /// @param right the one after its last
  public record SackBlock(int left, int right) {}

  private WirePacket(byte[] octets) {
    this.octets = octets;
  }

  /// Takes a packet apart. Never throws; see [#fault].
  public static WirePacket parse(byte[] octets) {
    WirePacket packet = new WirePacket(octets);
    packet.fault = packet.parseIp();
    return packet;
  }

  private @Nullable String parseIp() {
    if (octets.length < 20) {
      return "shorter than an IP header";
    }
    int version = u8(0) >>> 4;
    if (version == 4) {
      return parseV4();
    }
    return version == 6 ? parseV6() : "IP version " + version;
  }

  private @Nullable String parseV4() {
    v4 = true;
    transport = 4 * (u8(0) & 15);
    totalLength = u16(2);
    protocol = u8(9);
    source = IpAddress.ofV4(i32(12));
    destination = IpAddress.ofV4(i32(16));
    if (transport < 20 || totalLength < transport || totalLength != octets.length) {
      return "IPv4 lengths disagree";
    }
    if (InternetChecksum.add(0, octets, 0, transport) != 0xffff) {
      return "IPv4 header checksum";
    }
    if ((u16(6) & 0x3fff) != 0) {
      return "fragment";
    }
    return parseTransport();
  }

  private @Nullable String parseV6() {
    if (octets.length < 40) {
      return "shorter than an IPv6 header";
    }
    transport = 40;
    totalLength = 40 + u16(4);
    protocol = u8(6);
    source = new IpAddress(i64(8), i64(16));
    destination = new IpAddress(i64(24), i64(32));
    if (totalLength != octets.length) {
      return "IPv6 lengths disagree";
    }
    return parseTransport();
  }

  private @Nullable String parseTransport() {
    payloadStart = totalLength;
    if (protocol != TCP) {
      return null;
    }
    if (totalLength - transport < 20) {
      return "shorter than a TCP header";
    }
    int header = 4 * (u8(transport + 12) >>> 4);
    if (header < 20 || transport + header > totalLength) {
      return "TCP data offset";
    }
    payloadStart = transport + header;
    if (InternetChecksum.transportSum(octets, transport, totalLength, TCP) != 0xffff) {
      return "TCP checksum";
    }
    return parseOptions();
  }

  private @Nullable String parseOptions() {
    int at = transport + 20;
    while (at < payloadStart) {
      int kind = u8(at);
      if (kind == 0) {
        return zeroUntilPayload(at) ? null : "octets after end of options are not zero";
      }
      if (kind == 1) {
        at++;
        continue;
      }
      int length = at + 1 < payloadStart ? u8(at + 1) : 0;
      if (length < 2 || at + length > payloadStart) {
        return "TCP option length";
      }
      if (!takeOption(kind, at, length)) {
        return "TCP option " + kind + " of length " + length;
      }
      at += length;
    }
    return null;
  }

  private boolean zeroUntilPayload(int from) {
    for (int i = from; i < payloadStart; i++) {
      if (octets[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean takeOption(int kind, int at, int length) {
    switch (kind) {
      case 2 -> mss = length == 4 ? u16(at + 2) : ABSENT;
      case 3 -> windowScale = length == 3 ? u8(at + 2) : ABSENT;
      case 4 -> sackPermitted = length == 2;
      case 5 -> {
        for (int i = at + 2; i + 8 <= at + length; i += 8) {
          sackBlocks.add(new SackBlock(i32(i), i32(i + 4)));
        }
      }
      case 8 -> {
        hasTimestamps = length == 10;
        tsVal = i32(at + 2);
        tsEcr = i32(at + 6);
      }
      case 34 -> cookie = has(Flags.SYN) && length > 2;
      default -> {
        // an option this reader does not know is skipped (MUST-6)
      }
    }
    return switch (kind) {
      case 2 -> length == 4;
      case 3 -> length == 3;
      case 4 -> length == 2;
      case 5 -> length >= 10 && length % 8 == 2;
      case 8 -> length == 10;
      default -> true;
    };
  }

  private int u8(int index) {
    return octets[index] & 0xff;
  }

  private int u16(int index) {
    return (u8(index) << 8) | u8(index + 1);
  }

  private int i32(int index) {
    return (u16(index) << 16) | u16(index + 2);
  }

  private long i64(int index) {
    return ((long) i32(index) << 32) | (i32(index + 4) & 0xffff_ffffL);
  }

  /// What is wrong with this packet, in a few words, or null if nothing is.
  public @Nullable String fault() {
    return fault;
  }

  /// The packet itself; not a copy, and not to be changed.
  @SuppressWarnings("EI_EXPOSE_REP")
  public byte[] octets() {
    return octets;
  }

  public boolean isV4() {
    return v4;
  }

  /// Whether it is a TCP segment without any fault.
  public boolean isSoundTcp() {
    return protocol == TCP && fault == null;
  }

  /// Whether its protocol field says TCP.
  public boolean isTcp() {
    return protocol == TCP;
  }

  /// The IP protocol, or [#ABSENT] if there is no IP header to read.
  public int protocol() {
    return protocol;
  }

  /// Octets of the IP packet.
  public int length() {
    return octets.length;
  }

  public IpAddress source() {
    return source;
  }

  public IpAddress destination() {
    return destination;
  }

  public int sourcePort() {
    return u16(transport);
  }

  public int destinationPort() {
    return u16(transport + 2);
  }

  /// SEG.SEQ.
  public int seq() {
    return i32(transport + 4);
  }

  /// SEG.ACK, meaningful with [Flags#ACK].
  public int ack() {
    return i32(transport + 8);
  }

  /// The control bits, see [Flags].
  public int flags() {
    return u16(transport + 12) & 0x1ff;
  }

  /// The three bits between data offset and control bits that nobody has a use for yet.
  public int reservedBits() {
    return (u8(transport + 12) >>> 1) & 7;
  }

  /// Whether all bits of `flag` are set.
  public boolean has(int flag) {
    return (flags() & flag) == flag;
  }

  /// The window field as it stands there.
  public int window() {
    return u16(transport + 14);
  }

  /// Octets of TCP options, padding included.
  public int optionBytes() {
    return payloadStart - transport - 20;
  }

  /// The MSS option, or [#ABSENT].
  public int mss() {
    return mss;
  }

  /// The window scale option, or [#ABSENT].
  public int windowScale() {
    return windowScale;
  }

  public boolean sackPermitted() {
    return sackPermitted;
  }

  /// Whether it is a SYN with a fast open cookie (RFC 7413).
  public boolean hasCookie() {
    return cookie;
  }

  /// The number of the first octet of text.
  public int textSeq() {
    return has(Flags.SYN) ? seq() + 1 : seq();
  }

  public boolean hasTimestamps() {
    return hasTimestamps;
  }

  public int tsVal() {
    return tsVal;
  }

  public int tsEcr() {
    return tsEcr;
  }

  /// The SACK blocks in the order of the wire.
  public List<SackBlock> sackBlocks() {
    return List.copyOf(sackBlocks);
  }

  /// Octets of text.
  public int payloadLength() {
    return totalLength - payloadStart;
  }

  /// The octet of text at `index`.
  public byte payload(int index) {
    return octets[payloadStart + index];
  }

  /// Where the transport header starts.
  public int transportOffset() {
    return transport;
  }

  /// SEG.LEN: the text, and one for each of SYN and FIN.
  public int segmentLength() {
    return payloadLength() + (has(Flags.SYN) ? 1 : 0) + (has(Flags.FIN) ? 1 : 0);
  }

  /// The sequence number after the segment's last.
  public int endSeq() {
    return seq() + segmentLength();
  }

  /// The connection as the host sees it that sent this segment.
  public FourTuple senderTuple() {
    return new FourTuple(source, sourcePort(), destination, destinationPort());
  }

  /// The connection as the host sees it that gets this segment.
  public FourTuple receiverTuple() {
    return new FourTuple(destination, destinationPort(), source, sourcePort());
  }

  /// One line, in the manner of tcpdump.
  @Override
  public String toString() {
    if (!isTcp() || (fault != null && payloadStart == totalLength && payloadLength() == 0)) {
      return source + " > " + destination + " protocol " + protocol + ", " + length() + " octets"
          + faultText();
    }
    StringBuilder text = new StringBuilder(120);
    text.append(FourTuple.text(source, sourcePort())).append(" > ");
    text.append(FourTuple.text(destination, destinationPort()));
    text.append(" [").append(flagText()).append("] seq ");
    text.append(Integer.toUnsignedString(seq()));
    if (segmentLength() > 0) {
      text.append(':').append(Integer.toUnsignedString(endSeq()));
    }
    if (has(Flags.ACK)) {
      text.append(" ack ").append(Integer.toUnsignedString(ack()));
    }
    text.append(" win ").append(window()).append(optionText());
    return text.append(" len ").append(payloadLength()).append(faultText()).toString();
  }

  private String faultText() {
    return fault == null ? "" : " FAULT: " + fault;
  }

  private String flagText() {
    String names = "FSRP.UEWA";
    StringBuilder text = new StringBuilder(9);
    for (int bit = 0; bit < names.length(); bit++) {
      if ((flags() & (1 << bit)) != 0) {
        text.append(names.charAt(bit));
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }

  private String optionText() {
    StringBuilder text = new StringBuilder();
    if (mss != ABSENT) {
      text.append(" mss ").append(mss);
    }
    if (windowScale != ABSENT) {
      text.append(" wscale ").append(windowScale);
    }
    if (sackPermitted) {
      text.append(" sackOK");
    }
    if (hasTimestamps) {
      text.append(" TS ").append(Integer.toUnsignedString(tsVal));
      text.append('/').append(Integer.toUnsignedString(tsEcr));
    }
    for (SackBlock block : sackBlocks) {
      text.append(" sack ").append(Integer.toUnsignedString(block.left()));
      text.append(':').append(Integer.toUnsignedString(block.right()));
    }
    return text.toString();
  }
}
