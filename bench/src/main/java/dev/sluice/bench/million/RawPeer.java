package dev.sluice.bench.million;

import dev.sluice.stack.Host;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.lang.foreign.ValueLayout;

/// The far end of very many connections to one port of a [Host]: just so much TCP that a
/// connection opens, carries a few octets each way and is acknowledged. It remembers two
/// numbers for each connection, so that what is measured is the host.
///
/// Packets are handed over in memory, one at a time, on one thread. Nothing is lost.
final class RawPeer {
  private static final int FIRST_PORT = 1_024;
  private static final int PORTS = 1 << 15;
  private static final int FIRST_ADDRESS = 0x0a00_0001; // 10.0.0.1
  private static final int WINDOW = 65_535;

  // Offsets in an IPv4 packet without IP options.
  private static final int DESTINATION = 16;
  private static final int DESTINATION_PORT = 22;
  private static final int SEQ = 24;
  private static final int DATA_OFFSET = 32;
  private static final int TCP_FLAGS = 33;
  private static final int IP_HEADER = 20;

  private final Host host;
  private final int[] next;
  private final int[] expected;
  private final Segment segment = new Segment();
  private final PacketBuffer in = PacketBuffer.ofMaximumSize();
  private final PacketBuffer out = PacketBuffer.ofMaximumSize();
  private final long localLow;
  private final int localPort;
  private byte text;
  private long packets;
  private long answered;
  private long nowNanos = 1_000_000_000L;

  /// @param local the host's address
  /// @param port where it listens
  /// @param connections how many there will be, at most
  RawPeer(Host host, IpAddress local, int port, int connections) {
    this.host = host;
    localLow = local.low();
    localPort = port;
    next = new int[connections];
    expected = new int[connections];
    segment.address(new FourTuple(IpAddress.ofV4(FIRST_ADDRESS), FIRST_PORT, local, port));
  }

  private void begin(int connection, int flags) {
    segment.clear();
    segment.sourceHigh = 0;
    segment.sourceLow = IpAddress.lowOfV4(FIRST_ADDRESS + connection / PORTS);
    segment.sourcePort = FIRST_PORT + connection % PORTS;
    segment.destinationHigh = 0;
    segment.destinationLow = localLow;
    segment.destinationPort = localPort;
    segment.ttl = 64;
    segment.window = WINDOW;
    segment.flags = flags;
    segment.seq = next[connection];
    segment.ack = expected[connection];
  }

  private void send() {
    TcpCodec.encode(segment, OptionLayout.LINUX, true, in);
    in.checksum(PacketBuffer.Checksum.VERIFIED);
    packets++;
    nowNanos += 1_000;
    host.onPacket(in, nowNanos);
    takeAll();
  }

  /// Opens a connection: SYN, SYN-ACK, ACK.
  void open(int connection) {
    next[connection] = connection * 7_919;
    begin(connection, Flags.SYN);
    segment.mss = 1_460;
    segment.windowScale = 7;
    segment.sackPermitted = true;
    send();
  }

  /// Sends an octet; the host's answer is acknowledged on the next occasion, by
  /// [#acknowledge] or the next octet.
  void ask(int connection, int octet) {
    begin(connection, Flags.ACK | Flags.PSH);
    text = (byte) octet;
    segment.payload =
        (position, target, offset, length) -> target.set(ValueLayout.JAVA_BYTE, offset, text);
    segment.payloadLength = 1;
    next[connection]++;
    send();
  }

  /// Acknowledges all that came.
  void acknowledge(int connection) {
    begin(connection, Flags.ACK);
    send();
  }

  /// Lets time pass; what the host does then is answered.
  void pass(long nanos) {
    nowNanos += nanos;
    host.onDeadlines(nowNanos);
    takeAll();
  }

  private void takeAll() {
    while (host.pollPacket(out, nowNanos)) {
      packets++;
      take();
    }
  }

  private void take() {
    int address = out.i32(DESTINATION);
    int port = out.u8(DESTINATION_PORT) << 8 | out.u8(DESTINATION_PORT + 1);
    int connection = (address - FIRST_ADDRESS) * PORTS + port - FIRST_PORT;
    int flags = out.u8(TCP_FLAGS);
    if ((flags & Flags.RST) != 0) {
      throw new IllegalStateException("connection " + connection + " was reset");
    }
    int header = IP_HEADER + 4 * (out.u8(DATA_OFFSET) >>> 4);
    int octets = out.length() - header;
    int seq = out.i32(SEQ);
    if ((flags & Flags.SYN) != 0) {
      next[connection]++;
      expected[connection] = seq + 1;
      begin(connection, Flags.ACK);
      TcpCodec.encode(segment, OptionLayout.LINUX, true, in);
      in.checksum(PacketBuffer.Checksum.VERIFIED);
      packets++;
      host.onPacket(in, nowNanos);
      return;
    }
    if (octets > 0) {
      if (seq != expected[connection] || (byte) out.u8(header) != text) {
        throw new IllegalStateException("connection " + connection + " answered wrongly");
      }
      expected[connection] += octets;
      answered++;
    }
  }

  /// Packets in both directions so far.
  long packets() {
    return packets;
  }

  /// Octets that came back.
  long answered() {
    return answered;
  }

  /// What time it is here.
  long nowNanos() {
    return nowNanos;
  }
}
