package dev.sluice.tcp.tcb;

import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Payload;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The octets that the user has written and the peer has not acknowledged yet.
///
/// ```
///   0 ... acknowledged ............... written ... acknowledged + capacity
///            the loop moves it forward    the writing thread moves it forward
/// ```
///
/// Positions count octets since the connection began. One application thread writes,
/// the loop thread reads any position in between, as often as it has to send it. Memory
/// is taken a chunk at a time and given back when it is acknowledged; an empty buffer
/// owns none.
///
/// The last chunk is shared while it fills: the loop may take it away from an empty
/// buffer only while no write runs. [#lease] settles that: whoever sets it first goes
/// on, the writer spins for the few instructions that giving back takes, the loop just
/// tries again at the next event.
public final class SendBuffer implements Payload {
  private static final VarHandle LEASE;
  private static final int FREE = 0;
  private static final int WRITING = 1;
  private static final int GIVING_BACK = 2;

  /// An empty table of so many slots is kept, so that small exchanges allocate nothing.
  private static final int KEPT_SLOTS = 32;

  static {
    try {
      LEASE = MethodHandles.lookup().findVarHandle(SendBuffer.class, "lease", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ChunkPool pool;
  private volatile int capacity;

  /// Chunk of position p is at `(p >> CHUNK_SHIFT) & (length - 1)`. Written by the
  /// writer, and by the loop under the lease.
  private volatile @Nullable Chunk @Nullable [] slots;

  private volatile long written;
  private volatile long acknowledged;

  @SuppressWarnings("unused") // through LEASE
  private volatile int lease;

  /// Where records end; made with the first, by the writer.
  private volatile @Nullable RecordMarks marks;

  private volatile boolean wanted;

  /// Position after the last octet that went out; written by the loop.
  private volatile long sent;

  private volatile int notSentLimit = Integer.MAX_VALUE;
  private volatile int overshoot;

  /// Written by the writer, before [#written].
  private volatile boolean moreComing;

  /// Position after the last urgent octet. Written by the writing thread, or by the loop
  /// where the user is there.
  private volatile long urgentEnd;

  /// Nothing may be written any more: set by the loop under the lease.
  private volatile boolean sealed;

  /// @param capacity octets that may wait here, at most
  public SendBuffer(ChunkPool pool, int capacity) {
    this.pool = pool;
    this.capacity = capacity;
  }

  /// Copies in what fits, on the writing thread.
  ///
  /// @return octets copied, 0 when it is full or nobody will send it any more
  public int write(ByteBuffer source) {
    return write(source, WriteHint.NONE);
  }

  /// Copies in what fits, on the writing thread.
  ///
  /// @param hint what follows; the end of a record counts only if all of `source` fits
  /// @return octets copied, 0 when it is full or nobody will send it any more
  public int write(ByteBuffer source, WriteHint hint) {
    int room = space();
    int length = Math.min(source.remaining(), room == 0 ? 0 : room + overshoot);
    wanted = length < source.remaining();
    if (length <= 0) {
      return 0;
    }
    while (!LEASE.compareAndSet(this, FREE, WRITING)) {
      Thread.onSpinWait();
    }
    try {
      if (sealed) {
        return 0;
      }
      moreComing = hint == WriteHint.MORE;
      if (hint == WriteHint.END_OF_RECORD && length == source.remaining()) {
        markRecord(written + length);
      }
      append(source, length);
    } finally {
      LEASE.setRelease(this, FREE);
    }
    return length;
  }

  private void markRecord(long position) {
    RecordMarks present = marks;
    if (present == null) {
      present = new RecordMarks();
      marks = present;
    }
    present.add(position);
  }

  private void append(ByteBuffer source, int length) {
    @Nullable Chunk[] table = tableFor(length);
    long position = written;
    long end = position + length;
    while (position < end) {
      int slot = slot(table, position);
      Chunk chunk = table[slot];
      int offset = offset(position);
      if (offset == 0 || chunk == null) {
        chunk = pool.take();
        table[slot] = chunk;
      }
      int part = (int) Math.min(end - position, ChunkPool.CHUNK_BYTES - offset);
      chunk.bytes.put(offset, source, source.position(), part);
      source.position(source.position() + part);
      position += part;
    }
    written = end;
  }

  /// A slot table in which everything from the left edge to `length` more octets has
  /// its own slot.
  private @Nullable Chunk[] tableFor(int length) {
    @Nullable Chunk[] table = slots;
    long first = acknowledged >> ChunkPool.CHUNK_SHIFT;
    long last = (written + length - 1) >> ChunkPool.CHUNK_SHIFT;
    int needed = (int) (last - first) + 1;
    if (table != null && needed <= table.length) {
      return table;
    }
    int size = Math.max(2, Integer.highestOneBit(Math.max(1, needed - 1)) << 1);
    @Nullable Chunk[] larger = new Chunk[size];
    if (table != null) {
      for (long i = first; i <= (written - 1) >> ChunkPool.CHUNK_SHIFT; i++) {
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

  /// What is written from now on up to `octets` more is urgent, on the writing thread
  /// before it writes them: then no segment goes out with the last of them unannounced.
  public void announceUrgent(int octets) {
    urgentEnd = written + octets;
  }

  /// Position after the last urgent octet, 0 if there never was one.
  public long urgentEnd() {
    return urgentEnd;
  }

  /// Where the first record ends that ends behind `position`, [Long#MAX_VALUE] if none
  /// does.
  public long recordEnd(long position) {
    RecordMarks present = marks;
    return present == null ? Long.MAX_VALUE : present.next(position);
  }

  /// Whether any record is to end among what is kept.
  public boolean hasRecords() {
    RecordMarks present = marks;
    return present != null && !present.isEmpty();
  }

  /// Whether the last write said that more follows.
  public boolean isMoreComing() {
    return moreComing;
  }

  /// Everything before `position` has gone out, on the loop thread.
  public void onSent(long position) {
    sent = position;
  }

  /// Bounds what may wait to be sent.
  ///
  /// @param notSentBytes octets that wait, at most
  /// @param overshootBytes how far a write may go beyond all bounds if there is any room
  public void limits(int notSentBytes, int overshootBytes) {
    notSentLimit = notSentBytes;
    overshoot = overshootBytes;
  }

  /// Whether there is so much room that a writer should be told: a third of the buffer,
  /// and half of what may wait to be sent.
  public boolean isRoomy() {
    int most = ceiling();
    return most - (written - acknowledged) >= most / 3
        && (notSentLimit == Integer.MAX_VALUE || (written - sent) * 2 < notSentLimit);
  }

  /// Whether a writer whose octets did not fit is to be told that there is room now.
  public boolean takeRoomForWriter() {
    boolean now = wanted && !sealed && isRoomy();
    if (now) {
      wanted = false;
    }
    return now;
  }

  /// Whether the last write did not fit: the user has more.
  public boolean isWanted() {
    return wanted;
  }

  /// Octets that may still be written now, from any thread.
  public int space() {
    long free = Math.min(ceiling() - (written - acknowledged), notSentLimit - (written - sent));
    return sealed ? 0 : (int) Math.max(0, free);
  }

  /// The capacity, or less where the stack has no memory to spare. A writer whose octets
  /// did not fit hears of room as usual: what is left here drains, and an empty buffer is
  /// always given a chunk.
  private int ceiling() {
    return Math.min(capacity, pool.account().allowanceBytes());
  }

  /// Whether the stack has memory to let this buffer grow.
  public boolean mayGrow() {
    return !pool.account().isPressed();
  }

  /// What this buffer costs, octets; on the loop thread.
  public long heldBytes() {
    long last = (written - 1) >> ChunkPool.CHUNK_SHIFT;
    long count = last - (acknowledged >> ChunkPool.CHUNK_SHIFT) + 1;
    return acknowledged == written ? 0 : count * ChunkPool.CHUNK_BYTES;
  }

  /// Position after the last octet written.
  public long written() {
    return written;
  }

  /// Position of the first octet kept.
  public long acknowledged() {
    return acknowledged;
  }

  /// Octets kept.
  public int size() {
    return (int) (written - acknowledged);
  }

  /// Changes how much may wait here; what waits already stays.
  public void capacity(int octets) {
    capacity = octets;
  }

  public int capacity() {
    return capacity;
  }

  /// Copies octets out for a segment, on the loop thread.
  @Override
  public void copyTo(long position, MemorySegment target, long targetOffset, int length) {
    assert position >= acknowledged && position + length <= written : "outside the buffer";
    @Nullable Chunk[] table = slots;
    assert table != null;
    long from = position;
    long to = targetOffset;
    int left = length;
    while (left > 0) {
      int offset = offset(from);
      int part = Math.min(left, ChunkPool.CHUNK_BYTES - offset);
      Chunk chunk = table[slot(table, from)];
      assert chunk != null;
      MemorySegment.copy(chunk.segment, offset, target, to, part);
      from += part;
      to += part;
      left -= part;
    }
  }

  /// Makes octets the tail of a packet, on the loop thread: they stay as they are until
  /// they are acknowledged, which only the loop does.
  @Override
  public boolean appendTo(PacketBuffer packet, long position, int length) {
    assert position >= acknowledged && position + length <= written : "outside the buffer";
    @Nullable Chunk[] table = slots;
    assert table != null;
    long from = position;
    int left = length;
    while (left > 0) {
      int offset = offset(from);
      int part = Math.min(left, ChunkPool.CHUNK_BYTES - offset);
      Chunk chunk = table[slot(table, from)];
      assert chunk != null;
      packet.append(chunk.segment, offset, part);
      from += part;
      left -= part;
    }
    return true;
  }

  /// The peer acknowledged everything before `position`; on the loop thread.
  public void acknowledge(long position) {
    assert position >= acknowledged && position <= written : position + " > " + written;
    @Nullable Chunk[] table = slots;
    long first = acknowledged >> ChunkPool.CHUNK_SHIFT;
    long end = position >> ChunkPool.CHUNK_SHIFT;
    if (table != null) {
      for (long i = first; i < end; i++) {
        giveBack(table, (int) i & (table.length - 1));
      }
    }
    acknowledged = position;
    RecordMarks present = marks;
    if (present != null) {
      present.dropUntil(position);
    }
    releaseIfEmpty();
  }

  private void giveBack(@Nullable Chunk[] table, int slot) {
    Chunk chunk = table[slot];
    if (chunk != null) {
      table[slot] = null;
      pool.give(chunk);
    }
  }

  /// Gives all memory back if there is nothing to keep and nobody is writing just now.
  public void releaseIfEmpty() {
    if (slots != null && acknowledged == written && LEASE.compareAndSet(this, FREE, GIVING_BACK)) {
      if (acknowledged == written) {
        releaseAll();
      }
      LEASE.setRelease(this, FREE);
    }
  }

  /// The connection goes to sleep: an empty table is given up as well, unless somebody
  /// is writing just now; on the loop thread.
  public void shrink() {
    if (slots != null && LEASE.compareAndSet(this, FREE, GIVING_BACK)) {
      if (acknowledged == written) {
        releaseAll();
        slots = null;
      }
      LEASE.setRelease(this, FREE);
    }
  }

  /// The user closed for sending: nothing more may be written; on the loop thread.
  public void seal() {
    while (!LEASE.compareAndSet(this, FREE, GIVING_BACK)) {
      Thread.onSpinWait();
    }
    sealed = true;
    LEASE.setRelease(this, FREE);
  }

  /// Nothing of this will be sent any more; on the loop thread.
  public void discard() {
    sealed = true;
    while (!LEASE.compareAndSet(this, FREE, GIVING_BACK)) {
      Thread.onSpinWait();
    }
    releaseAll();
    LEASE.setRelease(this, FREE);
  }

  private void releaseAll() {
    @Nullable Chunk[] table = slots;
    if (table == null) {
      return;
    }
    // only what lies between the edges: a table that grew may still name chunks given back before
    long last = (written - 1) >> ChunkPool.CHUNK_SHIFT;
    for (long i = acknowledged >> ChunkPool.CHUNK_SHIFT; i <= last; i++) {
      giveBack(table, (int) i & (table.length - 1));
    }
    slots = table.length > KEPT_SLOTS ? null : table;
  }

  /// Chunks held here now, for tests; on the loop thread.
  int chunksInUse() {
    @Nullable Chunk[] table = slots;
    int count = 0;
    for (int i = 0; table != null && i < table.length; i++) {
      count += table[i] == null ? 0 : 1;
    }
    return count;
  }
}
