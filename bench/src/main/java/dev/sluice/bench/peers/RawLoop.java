package dev.sluice.bench.peers;

import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Payload;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The ceiling of the path: answers what the client sends so that it goes on, and is not
/// TCP: no buffer, no loss, no timer, and it believes everything. Each octet is copied
/// once, as an application would have it. One thread; connections are told apart by the
/// client's port.
final class RawLoop {
  private static final int PORTS = 65_536;
  private static final int BATCH = 64;
  private static final int SCALE = 8;
  private static final int MSS = 1_460;
  private static final int MOST_TEXT = 44 * MSS;

  private final Link link;
  private final LinkCapabilities can;
  private final PacketBuffer inbound;
  private final PacketBuffer outbound;
  private final IpHeader ip = new IpHeader();
  private final Segment in = new Segment();
  private final Segment out = new Segment();
  private final MemorySegment text = Arena.global().allocate(PORTS);
  private final Payload payload =
      (position, target, offset, length) -> MemorySegment.copy(text, 0, target, offset, length);

  private final int[] next = new int[PORTS];
  private final int[] edge = new int[PORTS];
  private final int[] scale = new int[PORTS];
  private final int[] acks = new int[PORTS];
  /// Our port of each connection.
  private final int[] ours = new int[PORTS];
  /// Ports that are owed an ACK, or text.
  private final int[] due = new int[BATCH];

  private int dueCount;

  RawLoop(Link link) {
    this.link = link;
    can = link.capabilities();
    inbound = new PacketBuffer(can.maxReceiveBytes());
    outbound = new PacketBuffer(can.maxSendBytes());
  }

  /// Answers until the link is gone.
  void run() throws IOException {
    while (true) {
      int received = 0;
      while (received < BATCH && link.receive(inbound, 0)) {
        onPacket();
        received++;
      }
      for (int i = 0; i < dueCount; i++) {
        serve(due[i]);
      }
      dueCount = 0;
      if (received == 0) {
        link.await(Link.NEVER);
      }
    }
  }

  private void onPacket() throws IOException {
    boolean isTcp = ip.parse(inbound) == DropReason.NONE && ip.protocol == 6;
    if (!isTcp || TcpCodec.parse(inbound, ip, in) != DropReason.NONE) {
      return;
    }
    int port = in.sourcePort;
    acks[port] = in.seq + in.length();
    edge[port] = in.ack + (in.window << scale[port]);
    if (in.has(Flags.SYN)) {
      scale[port] = Math.max(0, in.windowScale);
      next[port] = 1;
      reply(Flags.SYN | Flags.ACK, 0, 0);
      return;
    }
    if (in.has(Flags.RST)) {
      edge[port] = next[port];
      return;
    }
    if (in.payloadLength > 0) {
      in.payload.copyTo(in.payloadPosition, text, 0, in.payloadLength);
    }
    int service = in.destinationPort % Server.ON_LOOP;
    if (in.has(Flags.FIN)) {
      reply(Flags.FIN | Flags.ACK, next[port]++, 0);
    } else if (service == Services.ECHO && in.payloadLength > 0) {
      reply(Flags.ACK | Flags.PSH, next[port], in.payloadLength);
      next[port] += in.payloadLength;
    } else if (service == Services.SOURCE || in.payloadLength > 0) {
      ours[port] = in.destinationPort;
      remember(port);
    }
  }

  private void remember(int port) {
    for (int i = 0; i < dueCount; i++) {
      if (due[i] == port) {
        return;
      }
    }
    due[dueCount++] = port;
  }

  /// An ACK for a sink; all that the window holds for a source.
  private void serve(int port) throws IOException {
    if (ours[port] % Server.ON_LOOP != Services.SOURCE) {
      send(port, Flags.ACK, next[port], 0);
      return;
    }
    int size = can.finishesChecksum() ? MOST_TEXT : MSS;
    while (edge[port] - next[port] >= size) {
      send(port, Flags.ACK, next[port], size);
      next[port] += size;
    }
  }

  /// To whom the last packet came from.
  private void reply(int flags, int seq, int length) throws IOException {
    ours[in.sourcePort] = in.destinationPort;
    out.clear();
    out.addressReplyTo(in);
    if ((flags & Flags.SYN) != 0) {
      out.mss = MSS;
      out.windowScale = SCALE;
    }
    finish(in.sourcePort, flags, seq, length);
  }

  /// To a client whose address is that of the last packet: there is but one.
  private void send(int port, int flags, int seq, int length) throws IOException {
    out.clear();
    out.addressReplyTo(in);
    finish(port, flags, seq, length);
  }

  private void finish(int port, int flags, int seq, int length) throws IOException {
    out.sourcePort = ours[port];
    out.destinationPort = port;
    out.flags = flags;
    out.seq = seq;
    out.ack = acks[port];
    out.window = 0x4000; // 4 MiB
    out.ttl = 64;
    out.payload = payload;
    out.payloadLength = length;
    out.segmentSize = length > MSS ? MSS : 0;
    TcpCodec.encode(out, OptionLayout.LINUX, can.finishesChecksum(), outbound);
    link.send(outbound, 0);
  }
}
