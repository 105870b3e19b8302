package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.TcpSettings;

/// The window we offer: never taken back, and opened only in steps worth a segment.
///
/// Where the stack is short of memory less is offered than the buffer would hold; what
/// was offered before stands, and the window closes as it is used.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.6.2.2 RFC 9293 §3.8.6.2.2
public final class ReceiveWindow {
  /// The largest window there is without scaling.
  private static final int MAX_UNSCALED = 65_535;

  private final ReceiveSequence rcv;
  private ReceiveBuffer buffer;
  private final int mss;
  private final boolean followsBuffer;
  private int clamp = Integer.MAX_VALUE;
  private int bound;

  /// @param settings whether and how fast to offer all that is free
  /// @param mss octets of text the peer puts into a segment at most
  public ReceiveWindow(TcpSettings settings, ReceiveSequence rcv, ReceiveBuffer buffer, int mss) {
    followsBuffer = settings.windowFollowsBuffer;
    bound = settings.firstWindowBytes == 0 ? Integer.MAX_VALUE : settings.firstWindowBytes;
    this.rcv = rcv;
    this.buffer = buffer;
    this.mss = mss;
  }

  /// The window scale to ask for, so that the whole buffer can be offered (RFC 7323
  /// §2.3).
  ///
  /// @param bufferBytes what the connection starts with
  /// @param maxBufferBytes what it may be given later, or 0
  public static int shiftFor(int bufferBytes, int maxBufferBytes) {
    int shift = 0;
    while (shift < 14 && Math.max(bufferBytes, maxBufferBytes) >> shift > MAX_UNSCALED) {
      shift++;
    }
    return shift;
  }

  /// The window scale for a connection that begins with these options.
  public static int shiftFor(ConnectionOptions options, TcpSettings settings) {
    int most = options.windowClampBytes == 0 ? Integer.MAX_VALUE : options.windowClampBytes;
    return shiftFor(
        Math.min(most, options.receiveBufferBytes), Math.min(most, settings.maxReceiveBufferBytes));
  }

  /// The window field of every SYN of a connection that begins with these options.
  public static int synField(ConnectionOptions options) {
    int most = options.windowClampBytes == 0 ? MAX_UNSCALED : options.windowClampBytes;
    return Math.min(most, Math.min(MAX_UNSCALED, options.receiveBufferBytes));
  }

  /// No more than this is offered from now on, whatever the buffer has room for; 0: no
  /// such bound. What was offered before stands.
  public void clamp(int octets) {
    clamp = octets == 0 ? Integer.MAX_VALUE : octets;
  }

  /// A segment with text arrived: the peer has use for a window
  /// ([TcpSettings#firstWindowBytes]).
  public void onText() {
    if (bound < buffer.capacity()) {
      bound += 2 * mss;
    }
  }

  /// The window field of a SYN: never scaled.
  public int synField() {
    return Math.min(clamp, Math.min(MAX_UNSCALED, buffer.space()));
  }

  /// The window field for a segment that goes out now. [#edgeAfter] tells the edge it
  /// offers.
  public int field() {
    int shift = rcv.windowShift();
    long octets = offered();
    long units = (octets + (1L << shift) - 1) >> shift; // up: the edge must not move left (SHLD-14)
    if (units << shift > buffer.space()) {
      units = octets >> shift; // but never beyond the buffer: each round up adds to the last
    }
    return (int) Math.min(MAX_UNSCALED, units);
  }

  /// The right edge that a window field offers.
  public int edgeAfter(int field) {
    return rcv.nxt() + (field << rcv.windowShift());
  }

  /// Octets to offer: what was offered before, or more if the step is worth it.
  private long offered() {
    int before = rcv.wnd();
    int possible = possible();
    boolean worthwhile = followsBuffer
        ? possible > before && !isSilly(possible)
        : possible - before >= worthwhileStep();
    return worthwhile ? possible : before;
  }

  /// Less than a segment, in a buffer that holds several.
  private boolean isSilly(int octets) {
    return octets < mss && octets < buffer.capacity() / 4;
  }

  /// The edge in whole units, so that it is one the peer can be told.
  private int possible() {
    int shift = rcv.windowShift();
    int room = Math.min(buffer.offerable(), largest());
    return room >> shift << shift;
  }

  private int largest() {
    return Math.min(Math.min(bound, clamp), MAX_UNSCALED << rcv.windowShift());
  }

  /// The largest window that could be offered now if all were read, octets: as far as the
  /// buffer, the stack's memory, [#clamp], the window scale and
  /// [TcpSettings#firstWindowBytes] let it grow.
  public int limit() {
    return Math.min(buffer.mostOffered(), largest());
  }

  /// min(buffer / 2, MSS), the RFC's Fr = 1/2.
  private int worthwhileStep() {
    return Math.max(1, Math.min(Math.min(buffer.capacity(), clamp) / 2, mss));
  }

  /// Whether the peer should be told of a larger window though nothing else is to be
  /// sent: it may soon have to stop, because the window has room for less than a segment,
  /// or could be twice as large, or larger by a quarter of the buffer.
  public boolean isUpdateDue() {
    int before = rcv.wnd();
    int possible = possible();
    if (possible - before < worthwhileStep()) {
      return false;
    }
    return before < mss || possible / 2 >= before || possible - before >= buffer.capacity() / 4;
  }

  /// It serves another connection from now on, which [#keep] is to restore.
  public void moveTo(ReceiveBuffer other) {
    buffer = other;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    bound = archive.keep(bound, Integer.MAX_VALUE);
    clamp = archive.keep(clamp, Integer.MAX_VALUE);
  }
}
