package dev.sluice.tcp.tcb;

/// How much memory the buffers of all connections of a stack may take together, octets.
///
/// ```
///   0 ........ low ........ pressure ........ scarce ........ high
///                pressure ends    begins      nothing to      connections
///                                             spare           are closed
/// ```
///
/// The three of Linux's `tcp_mem`. What happens in which band, and to whom, is told in
/// docs/decisions/0075-memory-pressure.md.
///
/// @param lowBytes where pressure ends once it was there
/// @param pressureBytes where it begins: buffers stop growing and windows offer less
/// @param highBytes where connections are closed to get back to `pressureBytes`
public record MemoryLimits(long lowBytes, long pressureBytes, long highBytes) {
  /// No limit: what is there is counted and nobody is ever short.
  public static final MemoryLimits NONE =
      new MemoryLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  /// The least that [#highBytes] may be.
  public static final long LEAST_HIGH_BYTES = 1024 * 1024;

  /// @throws IllegalArgumentException if the limits are not in order, or too small
  public MemoryLimits {
    boolean rising = 0 < lowBytes && lowBytes <= pressureBytes && pressureBytes <= highBytes;
    if (!rising || highBytes < LEAST_HIGH_BYTES) {
      throw new IllegalArgumentException(
          "memory limits: 0 < low <= pressure <= high, and high is 1 MiB at least: " + lowBytes
              + ", " + pressureBytes + ", " + highBytes);
    }
  }

  /// Limits of which the highest is this one; pressure begins at three quarters of it and
  /// ends at one half.
  public static MemoryLimits upTo(long highBytes) {
    return new MemoryLimits(highBytes / 2, highBytes / 4 * 3, highBytes);
  }

  /// Where nothing can be spared any more: half-way from pressure to high.
  public long scarceBytes() {
    return pressureBytes + (highBytes - pressureBytes) / 2;
  }
}
