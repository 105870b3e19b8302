package dev.sluice.tcp.send;

import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.recovery.RttEstimator;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpSettings;

/// Which segments say that the receiver should pass on what it has (PSH), and where a
/// segment has to end because the user said so.
///
/// PSH stands on the last octet that is waiting, unless the user has said that more
/// follows, and where a record ends. A segment that had it for one of these reasons
/// has it again when it is sent again. Where [TcpSettings#pushBursts] asks for it, it
/// stands at the end of each burst of two or more segments as well: a receiver that
/// merges segments (GRO) then need not wait for the next burst.
///
/// Such bursts do not go beyond the block that their text belongs to. What waits is cut
/// into blocks of half of the largest window that the peer ever offered; the last block
/// is filled up by what is written later, counted from what of it has not gone out yet.
/// PSH stands at the end of a block, however short the burst, if half a window was
/// written since it stood anywhere.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.9.1.2 RFC 9293 §3.9.1.2
public final class Push {
  /// How many ends of writes are remembered for the case that they are sent again.
  private static final int REMEMBERED = 64;

  /// A path whose round trip takes less than 16 ms gets longer bursts, the shorter the
  /// longer: 64 KiB are halved for each 512 us.
  private static final long LARGEST_BURST = 65_536;

  private static final long HALVING_NANOS = 512_000;
  private static final int MAX_HALVINGS = 32;
  private static final long MILLI_NANOS = 1_000_000;

  private final TcpSettings settings;
  private final SendSequence snd;
  private SendBuffer buffer;
  private final CongestionControl congestion;
  private final RttEstimator rtt;
  private final long[] pushed = new long[REMEMBERED];
  private int pushedCount;
  private long releasedTo;
  private long burstEnd;
  private boolean burst;
  private long burstNanos = -1;
  private long blockEnd;
  private long blocksOf; // octets written when blocks were looked at
  private boolean filling; // the last block is still being written
  private boolean filled; // but no longer than until now
  private long lastPush;

  public Push(
      TcpSettings settings,
      SendSequence snd,
      SendBuffer buffer,
      CongestionControl congestion,
      RttEstimator rtt) {
    this.settings = settings;
    this.snd = snd;
    this.buffer = buffer;
    this.congestion = congestion;
    this.rtt = rtt;
  }

  // ---- where segments end

  /// Octets from `position` to the end of its record, or all that wait.
  public int octetsInRecord(long position, int waiting) {
    return (int) Math.min(waiting, buffer.recordEnd(position) - position);
  }

  /// How much of what may go out goes into the next segment, so that bursts end where
  /// they should.
  ///
  /// @param start position at which the segment starts
  /// @param allowed octets that may go out now
  /// @param mss octets of text in a full segment
  /// @param linkOctets octets that the link takes at once
  public int segmentOctets(long start, int allowed, int mss, int linkOctets, long nowNanos) {
    int length = Math.min(allowed, linkOctets);
    if (!settings.pushBursts || length == 0) {
      return length;
    }
    if (nowNanos != burstNanos || start >= burstEnd) {
      findBlock(start, mss);
      long octets = Math.min(Math.min(allowed, burstOctets(mss)), blockEnd - start);
      burstNanos = nowNanos;
      burstEnd = start + octets;
      burst = octets > mss || (burstEnd == blockEnd && burstEnd - lastPush > halfWindow());
    }
    return (int) Math.min(length, burstEnd - start);
  }

  /// Looks whether more was written, before what is new is cut into segments.
  ///
  /// @param start position of the first octet that has not gone out yet
  /// @param mss octets of text in a full segment
  public void onWaiting(long start, int mss) {
    long written = buffer.written();
    if (!settings.pushBursts || written == blocksOf) {
      return;
    }
    if (filling) {
      beginBlock(start, mss);
    }
    filling = blocksOf <= blockEnd; // what was written goes on with the last block
    filled = false;
    blocksOf = written;
  }

  /// Finds the end of the block that the text at `start` belongs to.
  private void findBlock(long start, int mss) {
    if (filling || start >= blockEnd) {
      beginBlock(start, mss);
    }
    filling &= !filled;
  }

  private void beginBlock(long start, int mss) {
    long window = Math.min(LARGEST_BURST, halfWindow());
    blockEnd = start + Math.max(1, window / mss) * mss;
  }

  /// Half of the largest window that the peer ever offered.
  private long halfWindow() {
    return snd.maxWnd() / 2;
  }

  /// What goes out in a millisecond, a few segments at least, but never more than half
  /// the congestion window: so ACKs keep coming at even times.
  private int burstOctets(int mss) {
    long cwnd = congestion.cwnd();
    long half = Math.max(1, cwnd / 2 / mss) * mss;
    if (rtt.srttNanos() == 0) {
      return (int) Math.min(LARGEST_BURST / mss * mss, half);
    }
    long perMilli =
        cwnd * congestion.pacingPercent() / 100 * MILLI_NANOS / Math.max(1, rtt.srttNanos());
    long halvings = rtt.minRttNanos() / HALVING_NANOS;
    long near = halvings < MAX_HALVINGS ? LARGEST_BURST >> halvings : 0;
    long octets = Math.min(LARGEST_BURST, perMilli + near) / mss * mss;
    return (int) Math.max(
        1, Math.min(half, Math.max(octets, (long) settings.smallestBurstSegments * mss)));
  }

  // ---- PSH

  /// Whether a segment that goes out for the first time, and whose text ends before
  /// `position`, ends a burst.
  public boolean endsBurst(long position) {
    boolean ends = settings.pushBursts && burst && position == burstEnd;
    if (ends && position == blockEnd) {
      lastPush = position;
    }
    return ends;
  }

  /// Whether a segment whose text ends before `position` has PSH for what the user did.
  public boolean isAt(long position) {
    for (int i = 0; i < Math.min(pushedCount, REMEMBERED); i++) {
      if (pushed[i] == position) {
        return true;
      }
    }
    boolean last = position == buffer.written() && !buffer.isMoreComing();
    boolean due = last || buffer.recordEnd(position - 1) == position;
    if (due) {
      remember(position);
    }
    return due;
  }

  /// What ends before `position` is passed on, though the user said that more follows.
  public void remember(long position) {
    pushed[pushedCount % REMEMBERED] = position;
    lastPush = Math.max(lastPush, position);
    pushedCount = pushedCount + 1 == 2 * REMEMBERED ? REMEMBERED : pushedCount + 1;
  }

  // ---- what waits for more

  /// Whether the user wants a segment that is not full to wait: TCP_CORK, or MSG_MORE on
  /// the last write.
  public boolean isHeld(boolean cork) {
    return (cork || buffer.isMoreComing()) && buffer.written() > releasedTo;
  }

  /// An ACK came: what MSG_MORE held back may go, TCP_CORK holds on.
  public void onAck(boolean cork) {
    filled = true;
    if (!cork) {
      release();
    }
  }

  /// All that is written up to now may go.
  public void release() {
    releasedTo = buffer.written();
  }

  /// It serves another connection from now on, which [#keep] is to restore.
  void moveTo(SendBuffer other) {
    buffer = other;
    pushedCount = 0;
  }

  /// What stays of it while the connection sleeps: nothing is in flight then that could
  /// be sent again.
  void keep(Archive archive) {
    releasedTo = archive.keep(releasedTo);
    burstEnd = archive.keep(burstEnd);
    burst = archive.keep(burst);
    burstNanos = archive.keepTime(burstNanos, -1);
    blockEnd = archive.keep(blockEnd);
    blocksOf = archive.keep(blocksOf);
    filling = archive.keep(filling);
    filled = archive.keep(filled);
    lastPush = archive.keep(lastPush);
  }
}
