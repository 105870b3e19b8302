package dev.sluice.tcp.tcb;

import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Payload;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The octets that have arrived and the user has not read yet, in order or not.
///
/// ```
///   0 ... read ............... available ..... (out of order) ..... read + capacity
///          the reading thread    the loop moves it forward
///          moves it forward
/// ```
///
/// Positions count octets since the connection began. The loop thread puts octets where
/// they belong, one application thread reads those before `available`. The loop takes
/// and gives back all memory, a chunk at a time; an empty buffer owns none.
public final class ReceiveBuffer {
  private static final long OPEN = Long.MAX_VALUE;

  /// An empty table of so many slots is kept, so that segments of up to 64 KiB that are
  /// read as they come allocate nothing.
  private static final int KEPT_SLOTS = 8;

  private final ChunkPool pool;
  private int capacity;

  /// Chunk of position p is at `(p >> CHUNK_SHIFT) & (length - 1)`. Written by the loop
  /// only.
  private volatile @Nullable Chunk @Nullable [] slots;

  /// Written by the reader only; [#readPosition] is what counts.
  private volatile long read;

  /// Everything before it is dropped, read or not. Written by the loop only.
  private volatile long dropped;

  private volatile long available;
  private volatile long end = OPEN;
  private long released;

  /// Made with the first urgent octet, by the loop.
  private volatile @Nullable UrgentMarks urgent;

  /// The connection is over: what is unread belongs to the reader, and is on no account.
  private boolean forgotten;

  /// @param capacity octets that may wait here, at most
  public ReceiveBuffer(ChunkPool pool, int capacity) {
    this.pool = pool;
    this.capacity = capacity;
  }

  /// Copies octets out, on the reading thread.
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  public int read(ByteBuffer target) {
    // The order matters, because the loop may drop everything at any moment: a table taken before
    // the
    // position holds all between it and the edge seen before that.
    long edge = available;
    @Nullable Chunk[] table = slots;
    long from = readPosition();
    int length = (int) Math.min(target.remaining(), edge - from);
    if (length <= 0 || table == null) {
      return from >= end ? -1 : 0;
    }
    int left = length;
    while (left > 0) {
      int offset = offset(from);
      int part = Math.min(left, ChunkPool.CHUNK_BYTES - offset);
      Chunk chunk = table[slot(table, from)];
      assert chunk != null;
      target.put(target.position(), chunk.bytes, offset, part);
      target.position(target.position() + part);
      from += part;
      left -= part;
    }
    read = from;
    return length;
  }

  /// Passes over one octet, on the reading thread.
  ///
  /// @return 1; 0: none there now; -1: end-of-stream
  public int skipOne() {
    long edge = available;
    long from = readPosition();
    if (from >= edge) {
      return from >= end ? -1 : 0;
    }
    read = from + 1;
    return 1;
  }

  /// Shows octets where they lie, on the reading thread: no copy.
  ///
  /// @param reader gets a piece at a time, read-only and valid during the call; what it
  ///     reads is taken, and once it leaves octets over, it is not called again
  /// @return octets taken; 0: none there now, or none wanted; -1: end-of-stream
  public int readInPlace(Consumer<ByteBuffer> reader) {
    long edge = available; // in this order, as in read
    @Nullable Chunk[] table = slots;
    long from = readPosition();
    long to = Math.min(edge, from + Integer.MAX_VALUE);
    if (from >= to || table == null) {
      return from >= end ? -1 : 0;
    }
    long position = from;
    boolean wanted = true;
    while (wanted && position < to) {
      int offset = offset(position);
      int part = (int) Math.min(to - position, ChunkPool.CHUNK_BYTES - offset);
      Chunk chunk = table[slot(table, position)];
      assert chunk != null;
      reader.accept(chunk.view.clear().position(offset).limit(offset + part));
      int taken = Math.clamp(chunk.view.position() - offset, 0, part);
      position += taken;
      wanted = taken == part;
    }
    read = position;
    return (int) (position - from);
  }

  /// The octet before `position` is urgent; on the loop thread, before it becomes
  /// readable.
  public void markUrgent(long position) {
    UrgentMarks marks = urgent;
    if (marks == null) {
      marks = new UrgentMarks();
      urgent = marks;
    }
    marks.mark(position);
  }

  /// Position of the octet after the urgent ones, -1 if there never were any (MUST-33);
  /// from any thread.
  public long urgentEnd() {
    UrgentMarks marks = urgent;
    return marks == null ? -1 : marks.upPosition();
  }

  /// Reads as [#read], but leaves out the last octet before each urgent pointer; on the
  /// reading thread.
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  public int readWithoutUrgent(ByteBuffer target) {
    UrgentMarks marks = urgent;
    return marks == null ? read(target) : marks.readOthers(this, target);
  }

  /// Octets that [#readWithoutUrgent] would give now.
  public int readableWithoutUrgent() {
    UrgentMarks marks = urgent;
    return marks == null ? readable() : marks.readableOthers(this);
  }

  /// Octets a read would give now.
  public int readable() {
    return (int) Math.max(0, available - readPosition());
  }

  /// Position of the next octet to be read.
  public long readPosition() {
    return Math.max(read, dropped);
  }

  /// Whether everything has been read and no more will come.
  public boolean atEnd() {
    return readPosition() >= end;
  }

  /// Puts octets at their position, on the loop thread. They become readable by
  /// [#makeAvailable].
  ///
  /// @param position where the first octet belongs; all must lie before `read` +
  ///     capacity + one chunk
  public void put(long position, Payload source, long sourcePosition, int length) {
    boolean landed = source instanceof PacketBuffer packet
        && packet.tailOwner() instanceof Landing landing
        && landing.isFor(this, position, sourcePosition)
        && takeOver(landing, position, length);
    if (!landed) {
      copy(position, source, sourcePosition, length);
    }
  }

  /// Offers the memory behind the last octet in order to a packet that is still to come.
  /// Only if nothing is kept beyond a gap.
  ///
  /// @param target an empty packet with a head of as many octets as headers are expected
  public void offer(PacketBuffer target, Landing landing) {
    @Nullable Chunk[] table = slots;
    long position = available;
    long ahead = (position >> ChunkPool.CHUNK_SHIFT) - (released >> ChunkPool.CHUNK_SHIFT);
    Chunk started = table != null && ahead < table.length ? table[slot(table, position)] : null;
    landing.offer(target, this, position, started);
  }

  /// @return false: what was offered is not here any more
  private boolean takeOver(Landing landing, long position, int length) {
    @Nullable Chunk[] table = tableFor(position + length);
    Chunk own = landing.own();
    boolean isAsOffered = table[slot(table, position)] == own;
    long first = position >> ChunkPool.CHUNK_SHIFT;
    long last = (position + length - 1) >> ChunkPool.CHUNK_SHIFT;
    for (long i = first + 1; i <= last; i++) {
      isAsOffered &= table[(int) i & (table.length - 1)] == null;
    }
    if (isAsOffered) {
      int spare = 0;
      for (long i = own == null ? first : first + 1; i <= last; i++) {
        table[(int) i & (table.length - 1)] = landing.give(spare++);
      }
    }
    landing.close();
    return isAsOffered;
  }

  private void copy(long position, Payload source, long sourcePosition, int length) {
    @Nullable Chunk[] table = tableFor(position + length);
    long to = position;
    long from = sourcePosition;
    int left = length;
    while (left > 0) {
      int slot = slot(table, to);
      Chunk chunk = table[slot];
      if (chunk == null) {
        chunk = pool.take();
        table[slot] = chunk;
      }
      int offset = offset(to);
      int part = Math.min(left, ChunkPool.CHUNK_BYTES - offset);
      source.copyTo(from, chunk.segment, offset, part);
      to += part;
      from += part;
      left -= part;
    }
  }

  private @Nullable Chunk[] tableFor(long endPosition) {
    @Nullable Chunk[] table = slots;
    long first = released >> ChunkPool.CHUNK_SHIFT;
    int needed = (int) (((endPosition - 1) >> ChunkPool.CHUNK_SHIFT) - first) + 1;
    if (table != null && needed <= table.length) {
      return table;
    }
    int size = Math.max(2, Integer.highestOneBit(Math.max(1, needed - 1)) << 1);
    @Nullable Chunk[] larger = new Chunk[size];
    if (table != null) {
      for (long i = first; i < first + table.length; i++) {
        larger[(int) i & (size - 1)] = table[(int) i & (table.length - 1)];
      }
    }
    slots = larger;
    return larger;
  }

  private static int slot(@Nullable Chunk[] table, long position) {
    return (int) (position >> ChunkPool.CHUNK_SHIFT) & (table.length - 1);
  }

  private static int offset(long position) {
    return (int) position & (ChunkPool.CHUNK_BYTES - 1);
  }

  /// Everything before `position` is in order and may be read.
  public void makeAvailable(long position) {
    assert position >= available;
    available = position;
  }

  /// The peer's FIN came: the stream ends where it is in order now.
  public void endHere() {
    end = available;
  }

  /// Octets that a window may offer beyond what is in order.
  public int space() {
    return (int) Math.max(0, capacity - (available - readPosition()));
  }

  public int capacity() {
    return capacity;
  }

  public void capacity(int octets) {
    capacity = octets;
  }

  /// Gives back the chunks that have been read, and all of them if none is in use; on
  /// the loop thread.
  ///
  /// @param outOfOrder whether octets beyond `available` are kept here
  public void release(boolean outOfOrder) {
    @Nullable Chunk[] table = slots;
    if (table == null) {
      released = readPosition();
      return;
    }
    long position = readPosition();
    long last = position >> ChunkPool.CHUNK_SHIFT;
    for (long i = released >> ChunkPool.CHUNK_SHIFT; i < last; i++) {
      giveBack(table, (int) i & (table.length - 1));
    }
    released = position;
    if (position == available && !outOfOrder) {
      giveBack(table, (int) last & (table.length - 1));
      slots = table.length > KEPT_SLOTS ? null : table;
    }
  }

  private void giveBack(@Nullable Chunk[] table, int slot) {
    Chunk chunk = table[slot];
    if (chunk != null) {
      table[slot] = null;
      if (forgotten) {
        pool.recycle(chunk);
      } else {
        pool.give(chunk);
      }
    }
  }

  /// The connection goes to sleep: an empty table is given up as well; on the loop
  /// thread.
  public void shrink() {
    if (chunksInUse() == 0) {
      slots = null;
    }
  }

  /// Drops what is unread; the user does not want it. A read that runs just now keeps
  /// its table, so the memory goes to the garbage collector, not to the pool.
  public void discard() {
    if (!forgotten) {
      pool.forget(chunksInUse());
    }
    dropped = available;
    released = available;
    slots = null;
  }

  /// The connection is over: what is unread stays for the reader, but nobody could take
  /// it away any more, so it is not on the stack's account; on the loop thread.
  public void forget() {
    if (!forgotten) {
      pool.forget(chunksInUse());
      forgotten = true;
    }
  }

  /// Drops what lies beyond `available`; on the loop thread.
  public void dropOutOfOrder() {
    @Nullable Chunk[] table = slots;
    if (table == null) {
      return;
    }
    // the chunk of the last octet in order stays, for a reader may be in it
    long first =
        Math.max(((available - 1) >> ChunkPool.CHUNK_SHIFT) + 1, released >> ChunkPool.CHUNK_SHIFT);
    long end = (released >> ChunkPool.CHUNK_SHIFT) + table.length;
    for (long i = first; i < end; i++) {
      giveBack(table, (int) i & (table.length - 1));
    }
    release(false);
  }

  /// Octets that may be promised now beyond what is in order: as [#space], and no more
  /// than the stack can spare.
  public int offerable() {
    return (int) Math.max(0, mostOffered() - (available - readPosition()));
  }

  /// Octets that may be promised to an empty buffer now.
  public int mostOffered() {
    return Math.min(capacity, pool.account().allowanceBytes());
  }

  /// Whether the stack has memory to let this buffer grow.
  public boolean mayGrow() {
    return !pool.account().isPressed();
  }

  /// Whether the stack has none to spare for what was not asked for yet, such as text out
  /// of order.
  public boolean isMemoryScarce() {
    return pool.account().isScarce();
  }

  /// What this buffer costs, octets; on the loop thread.
  public long heldBytes() {
    return (long) chunksInUse() * ChunkPool.CHUNK_BYTES;
  }

  /// Chunks held here now; on the loop thread.
  int chunksInUse() {
    @Nullable Chunk[] table = slots;
    int count = 0;
    for (int i = 0; table != null && i < table.length; i++) {
      count += table[i] == null ? 0 : 1;
    }
    return count;
  }
}
