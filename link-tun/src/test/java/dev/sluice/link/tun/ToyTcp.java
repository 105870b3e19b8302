package dev.sluice.link.tun;

import dev.sluice.link.Link;
import dev.sluice.wire.Checksum;
import dev.sluice.wire.PacketBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Just enough TCP to answer one connection of the kernel: it accepts, acknowledges,
/// sends once, and says what it saw. No timers, no loss.
final class ToyTcp {
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int PSH = 8;
  private static final int ACK = 16;

  private final Link link;
  private final PacketBuffer in = PacketBuffer.ofMaximumSize();
  private final PacketBuffer out = PacketBuffer.ofMaximumSize();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final int mss;
  private byte[] toSend = {};
  private int segmentSize;

  private int sndNxt = 1000;
  private int rcvNxt;
  int longestPacket;
  int largestSegmentSize;
  int completeChecksums;

  ToyTcp(Link link, int mss) {
    this.link = link;
    this.mss = mss;
  }

  /// What to send once the connection is there; in segments of up to 60,000 octets, which
  /// the kernel is to cut into pieces of `size`.
  void willSend(byte[] octets, int size) {
    toSend = octets;
    segmentSize = size;
  }

  byte[] received() {
    return received.toByteArray();
  }

  /// Answers until the peer has closed.
  void serve() throws IOException {
    while (true) {
      if (!link.receive(in, 0)) {
        link.await(1_000_000_000);
        continue;
      }
      if (protocol() == 6 && onSegment()) {
        return;
      }
    }
  }

  private boolean isV4() {
    return in.u8(0) >>> 4 == 4;
  }

  private int protocol() {
    return in.u8(isV4() ? 9 : 6);
  }

  /// @return whether it was the peer's FIN
  private boolean onSegment() throws IOException {
    int tcp = isV4() ? 20 : 40;
    int headers = tcp + 4 * (in.u8(tcp + 12) >>> 4);
    int flags = in.u8(tcp + 13);
    int text = in.length() - headers;
    longestPacket = Math.max(longestPacket, in.length());
    largestSegmentSize = Math.max(largestSegmentSize, in.segmentSize());
    completeChecksums += in.checksum() == PacketBuffer.Checksum.COMPLETE ? 1 : 0;
    if ((flags & SYN) != 0) {
      rcvNxt = in.i32(tcp + 4) + 1;
      reply(SYN | ACK, 0, 0);
      sndNxt++;
      return false;
    }
    if (text > 0 && in.i32(tcp + 4) == rcvNxt) {
      received.write(in.toArray(), headers, text);
      rcvNxt += text;
    }
    if ((flags & FIN) != 0 && in.i32(tcp + 4) + text == rcvNxt) {
      rcvNxt++;
      reply(FIN | ACK, 0, 0);
      return true;
    }
    if (toSend.length > 0) {
      sendAll();
    } else if (text > 0) {
      reply(ACK, 0, 0);
    }
    return false;
  }

  private void sendAll() throws IOException {
    int start = sndNxt;
    for (int done = 0; done < toSend.length; ) {
      int length = Math.min(toSend.length - done, segmentSize == 0 ? mss : 60_000);
      reply(ACK | PSH, done, length);
      done += length;
      sndNxt = start + done;
    }
    toSend = new byte[0];
  }

  private void reply(int flags, int from, int length) throws IOException {
    int tcp = isV4() ? 20 : 40;
    boolean isSyn = (flags & SYN) != 0;
    out.reset(tcp + (isSyn ? 24 : 20) + length);
    if (isV4()) {
      out.i32(0, 0x45000000 | out.length());
      out.i32(4, 0x4000);
      out.i32(8, (64 << 24) | (6 << 16));
      out.i32(12, in.i32(16));
      out.i32(16, in.i32(12));
      out.u16(10, Checksum.ofSum(Checksum.sum(out, 0, 20)));
    } else {
      out.i32(0, 0x60000000);
      out.i32(4, ((out.length() - 40) << 16) | (6 << 8) | 64);
      for (int i = 0; i < 16; i += 8) {
        out.i64(8 + i, in.i64(24 + i));
        out.i64(24 + i, in.i64(8 + i));
      }
    }
    out.u16(tcp, in.u16(tcp + 2));
    out.u16(tcp + 2, in.u16(tcp));
    out.i32(tcp + 4, sndNxt);
    out.i32(tcp + 8, rcvNxt);
    out.u16(tcp + 12, ((isSyn ? 6 : 5) << 12) | flags);
    out.i32(tcp + 14, 65_535 << 16);
    out.u16(tcp + 18, 0);
    if (isSyn) {
      out.i32(tcp + 20, (2 << 24) | (4 << 16) | mss);
    }
    for (int i = 0; i < length; i++) {
      out.u8(tcp + 20 + i, toSend[from + i]);
    }
    finish(tcp, length);
    if (!link.send(out, 0)) {
      throw new AssertionError("the kernel had no memory");
    }
  }

  /// Leaves the checksum to the link if that takes it, as a stack does.
  private void finish(int tcp, int text) {
    int addresses = isV4() ? Checksum.sum(out, 12, 8) : Checksum.sum(out, 8, 32);
    int sum = Checksum.combine(addresses, Checksum.combine(6, out.length() - tcp));
    if (link.capabilities().finishesChecksum()) {
      out.u16(tcp + 16, sum);
      out.checksum(PacketBuffer.Checksum.PARTIAL);
      out.transportOffset(tcp);
      out.segmentSize(text > 0 ? segmentSize : 0);
    } else {
      out.u16(tcp + 16, 0);
      int all = Checksum.combine(sum, Checksum.sum(out, tcp, out.length() - tcp));
      out.u16(tcp + 16, Checksum.ofSum(all));
    }
  }

  /// Waits for the first packet of a protocol, skipping the kernel's own chatter.
  static void awaitProtocol(Link link, PacketBuffer target, int protocol) throws IOException {
    while (true) {
      if (!link.receive(target, 77)) {
        link.await(5_000_000_000L);
        continue;
      }
      if (target.u8(target.u8(0) >>> 4 == 4 ? 9 : 6) == protocol) {
        return;
      }
    }
  }
}
