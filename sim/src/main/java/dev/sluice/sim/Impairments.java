package dev.sluice.sim;

import java.time.Duration;

/// What happens to packets in one direction between two nodes. Chances are in millionths.
///
/// @param delayNanos time every packet takes
/// @param jitterNanos up to this much more, without overtaking
/// @param lossPpm packets lost
/// @param reorderPpm packets held back, so that later ones overtake them
/// @param reorderNanos how long such a packet is held back, at most
/// @param duplicatePpm packets that arrive twice, the second one up to `reorderNanos`
///     later
/// @param corruptPpm packets that arrive with a few bits turned
/// @param bitsPerSecond how fast packets leave one after another; 0: at once
/// @param queueBytes octets that may wait for that; more are lost
/// @param markBytes a packet that finds more octets than this waiting gets a congestion
///     mark, if its sender allows that (RFC 3168 §5)
public record Impairments(
    long delayNanos,
    long jitterNanos,
    int lossPpm,
    int reorderPpm,
    long reorderNanos,
    int duplicatePpm,
    int corruptPpm,
    long bitsPerSecond,
    int queueBytes,
    int markBytes) {
  /// One millisecond, and nothing else.
  public static final Impairments NONE =
      new Impairments(1_000_000, 0, 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /// The same with another delay.
  public Impairments delay(Duration delay) {
    Draft draft = new Draft(this);
    draft.delayNanos = delay.toNanos();
    return draft.finished();
  }

  /// The same with another jitter.
  public Impairments jitter(Duration jitter) {
    Draft draft = new Draft(this);
    draft.jitterNanos = jitter.toNanos();
    return draft.finished();
  }

  /// The same with another chance of loss, in millionths.
  public Impairments loss(int ppm) {
    Draft draft = new Draft(this);
    draft.lossPpm = ppm;
    return draft.finished();
  }

  /// The same with another chance of being held back for up to `most`.
  public Impairments reorder(int ppm, Duration most) {
    Draft draft = new Draft(this);
    draft.reorderPpm = ppm;
    draft.reorderNanos = most.toNanos();
    return draft.finished();
  }

  /// The same with another chance of arriving twice, in millionths.
  public Impairments duplicate(int ppm) {
    Draft draft = new Draft(this);
    draft.duplicatePpm = ppm;
    return draft.finished();
  }

  /// The same with another chance of turned bits, in millionths.
  public Impairments corrupt(int ppm) {
    Draft draft = new Draft(this);
    draft.corruptPpm = ppm;
    return draft.finished();
  }

  /// The same with another rate, in bits per second, and room for `octets` that wait.
  public Impairments rate(long bits, int octets) {
    Draft draft = new Draft(this);
    draft.bitsPerSecond = bits;
    draft.queueBytes = octets;
    return draft.finished();
  }

  /// The same with a queue that marks packets as soon as more than `octets` wait.
  public Impairments mark(int octets) {
    Draft draft = new Draft(this);
    draft.markBytes = octets;
    return draft.finished();
  }

  /// A copy that can be changed.
  private static final class Draft {
    private long delayNanos;
    private long jitterNanos;
    private int lossPpm;
    private int reorderPpm;
    private long reorderNanos;
    private int duplicatePpm;
    private int corruptPpm;
    private long bitsPerSecond;
    private int queueBytes;
    private int markBytes;

    Draft(Impairments from) {
      delayNanos = from.delayNanos;
      jitterNanos = from.jitterNanos;
      lossPpm = from.lossPpm;
      reorderPpm = from.reorderPpm;
      reorderNanos = from.reorderNanos;
      duplicatePpm = from.duplicatePpm;
      corruptPpm = from.corruptPpm;
      bitsPerSecond = from.bitsPerSecond;
      queueBytes = from.queueBytes;
      markBytes = from.markBytes;
    }

    Impairments finished() {
      return new Impairments(
          delayNanos,
          jitterNanos,
          lossPpm,
          reorderPpm,
          reorderNanos,
          duplicatePpm,
          corruptPpm,
          bitsPerSecond,
          queueBytes,
          markBytes);
    }
  }
}
