package dev.sluice.tcp.tcb;

import dev.sluice.wire.PacketBuffer;
import org.jspecify.annotations.Nullable;

/// Memory in which the text of the next packet is likely to be at home already: where the
/// connection that got the last long one wants its next octets. A link that reads in
/// pieces puts them there, and the receive buffer takes the chunks over instead of
/// copying.
///
/// ```
///   packet  [IP|TCP] [text ......|................|......]
///                       |             |              |
///                    the rest of    a spare       a spare
///                    the last chunk   chunk         chunk
/// ```
///
/// If the packet turns out to be another's, its text is copied from here as from any
/// packet: a wrong guess costs nothing but the guess. One object for each loop.
public final class Landing {
  /// Octets that may land: more than a packet holds.
  private static final int ROOM = 65_536;
  private static final int SPARES = ROOM / ChunkPool.CHUNK_BYTES + 1;

  private final ChunkPool pool;
  private final @Nullable Chunk[] spares = new Chunk[SPARES];
  /// What was offered: the ring's own chunk, or null, and then the spares.
  private @Nullable Chunk own;
  private @Nullable ReceiveBuffer ring;
  private long position;
  private int headOctets;

  /// @param pool where spare chunks come from
  public Landing(ChunkPool pool) {
    this.pool = pool;
  }

  /// Offers memory for text at a position of a ring.
  ///
  /// @param own the ring's chunk for that position, null if it has none
  /// @param target an empty packet with a head of as many octets as the headers have
  void offer(PacketBuffer target, ReceiveBuffer ring, long position, @Nullable Chunk own) {
    this.ring = ring;
    this.position = position;
    this.own = own;
    headOctets = target.length();
    int offset = (int) position & (ChunkPool.CHUNK_BYTES - 1);
    int offered = 0;
    int spare = 0;
    while (offered < ROOM) {
      Chunk chunk = offered == 0 && own != null ? own : spare(spare++);
      int from = offered == 0 ? offset : 0;
      target.append(chunk.segment, from, ChunkPool.CHUNK_BYTES - from);
      offered += ChunkPool.CHUNK_BYTES - from;
    }
    target.tailOwner(this);
  }

  private Chunk spare(int index) {
    Chunk chunk = spares[index];
    if (chunk == null) {
      chunk = pool.spare();
      spares[index] = chunk;
    }
    return chunk;
  }

  /// Whether text at `sourcePosition` of the packet lies where this ring wants it.
  boolean isFor(ReceiveBuffer asking, long wanted, long sourcePosition) {
    return ring == asking && position == wanted && sourcePosition == headOctets;
  }

  /// The ring's own chunk that the text begins in, or null.
  @Nullable
  Chunk own() {
    return own;
  }

  /// A spare chunk; it is the ring's from now on.
  Chunk give(int index) {
    Chunk chunk = spares[index];
    assert chunk != null;
    spares[index] = null;
    pool.charge();
    return chunk;
  }

  /// What was offered is taken or out of date.
  void close() {
    ring = null;
    own = null;
  }
}
