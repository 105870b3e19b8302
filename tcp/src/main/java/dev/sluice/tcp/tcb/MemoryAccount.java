package dev.sluice.tcp.tcb;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What the buffers of all connections of a stack hold, by what it costs: a single octet
/// in a chunk counts as the whole chunk. Any thread.
///
/// Taking and giving back is one addition each. The rest are questions that the rooms
/// ask where they would otherwise take or promise more.
public final class MemoryAccount {
  /// Octets that each direction of a connection may have under pressure.
  static final int PRESSED_BYTES = 4 * ChunkPool.CHUNK_BYTES;
  /// The same where memory is scarce: a chunk, so that everybody gets on, if slowly.
  static final int SCARCE_BYTES = ChunkPool.CHUNK_BYTES;

  private final MemoryLimits limits;
  private final long scarceBytes;
  private final AtomicLong used = new AtomicLong();
  private final AtomicBoolean pressed = new AtomicBoolean();
  private final AtomicLong timesPressed = new AtomicLong();

  public MemoryAccount(MemoryLimits limits) {
    this.limits = limits;
    scarceBytes = limits.scarceBytes();
  }

  /// Memory was taken.
  void charge(long octets) {
    boolean over = used.addAndGet(octets) > limits.pressureBytes();
    if (over && !pressed.get() && pressed.compareAndSet(false, true)) {
      timesPressed.incrementAndGet();
    }
  }

  /// Memory was given back, or is not ours any more.
  void credit(long octets) {
    long left = used.addAndGet(-octets);
    assert left >= 0 : "given back more than was taken";
    if (left < limits.lowBytes() && pressed.get()) {
      pressed.set(false);
    }
  }

  /// Octets held now.
  public long usedBytes() {
    return used.get();
  }

  public MemoryLimits limits() {
    return limits;
  }

  /// Whether buffers should not grow: from [MemoryLimits#pressureBytes] on, until fewer
  /// than [MemoryLimits#lowBytes] are held.
  public boolean isPressed() {
    return pressed.get();
  }

  /// Whether nothing can be spared that was not promised:
  /// [MemoryLimits#scarceBytes].
  public boolean isScarce() {
    return used.get() >= scarceBytes;
  }

  /// How often pressure began.
  public long timesPressed() {
    return timesPressed.get();
  }

  /// Octets that one direction of a connection may take or promise now, beyond what it
  /// has and has promised.
  public int allowanceBytes() {
    if (!pressed.get()) {
      return Integer.MAX_VALUE;
    }
    return isScarce() ? SCARCE_BYTES : PRESSED_BYTES;
  }
}
