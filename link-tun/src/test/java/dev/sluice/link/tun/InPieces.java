package dev.sluice.link.tun;

import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// A link that hands every packet over in a head and pieces, and takes every packet that
/// way, whatever its user does.
final class InPieces implements Link {
  private static final int HEAD = 72;
  private static final int PIECE = 16_384;

  private final Link link;
  private final Random random = new Random(3);
  private final PacketBuffer packet = PacketBuffer.ofMaximumSize();
  private final MemorySegment memory = Arena.ofAuto().allocate(8L * PIECE);
  int sentInPieces;
  int receivedInPieces;

  InPieces(Link link) {
    this.link = link;
  }

  @Override
  public LinkCapabilities capabilities() {
    return link.capabilities();
  }

  @Override
  public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
    packet.reset(20 + random.nextInt(HEAD));
    for (int i = 0; i < 5; i++) {
      packet.append(memory, i * PIECE, PIECE);
    }
    if (!link.receive(packet, nowNanos)) {
      return false;
    }
    receivedInPieces += packet.pieceCount() > 0 ? 1 : 0;
    target.copyFrom(packet);
    return true;
  }

  @Override
  public boolean send(PacketBuffer whole, long nowNanos) throws IOException {
    if (whole.length() <= HEAD) {
      return link.send(whole, nowNanos);
    }
    packet.reset(HEAD);
    whole.copyTo(0, packet.bytes(), packet.start(), HEAD);
    whole.copyTo(HEAD, memory, 0, whole.length() - HEAD);
    for (int at = HEAD; at < whole.length(); ) {
      int part = Math.min(whole.length() - at, 1 + random.nextInt(PIECE));
      part = packet.pieceCount() == PacketBuffer.MAX_PIECES - 1 ? whole.length() - at : part;
      packet.append(memory, at - HEAD, part);
      at += part;
    }
    packet.checksum(whole.checksum());
    packet.transportOffset(whole.transportOffset());
    packet.segmentSize(whole.segmentSize());
    sentInPieces++;
    return link.send(packet, nowNanos);
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    link.await(timeoutNanos);
  }

  @Override
  public void wakeup() {
    link.wakeup();
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
