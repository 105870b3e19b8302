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
    return new Impairments(
        delay.toNanos(),
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

  /// The same with another jitter.
  public Impairments jitter(Duration jitter) {
    return new Impairments(
        delayNanos,
        jitter.toNanos(),
        lossPpm,
        reorderPpm,
        reorderNanos,
        duplicatePpm,
        corruptPpm,
        bitsPerSecond,
        queueBytes,
        markBytes);
  }

  /// The same with another chance of loss, in millionths.
  public Impairments loss(int ppm) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        ppm,
        reorderPpm,
        reorderNanos,
        duplicatePpm,
        corruptPpm,
        bitsPerSecond,
        queueBytes,
        markBytes);
  }

  /// The same with another chance of being held back for up to `most`.
  public Impairments reorder(int ppm, Duration most) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        lossPpm,
        ppm,
        most.toNanos(),
        duplicatePpm,
        corruptPpm,
        bitsPerSecond,
        queueBytes,
        markBytes);
  }

  /// The same with another chance of arriving twice, in millionths.
  public Impairments duplicate(int ppm) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        lossPpm,
        reorderPpm,
        reorderNanos,
        ppm,
        corruptPpm,
        bitsPerSecond,
        queueBytes,
        markBytes);
  }

  /// The same with another chance of turned bits, in millionths.
  public Impairments corrupt(int ppm) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        lossPpm,
        reorderPpm,
        reorderNanos,
        duplicatePpm,
        ppm,
        bitsPerSecond,
        queueBytes,
        markBytes);
  }

  /// The same with another rate, in bits per second, and room for `octets` that wait.
  public Impairments rate(long bits, int octets) {
    return new Impairments(
        delayNanos,
        jitterNanos,
        lossPpm,
        reorderPpm,
        reorderNanos,
        duplicatePpm,
        corruptPpm,
        bits,
        octets,
        markBytes);
  }

  /// The same with a queue that marks packets as soon as more than `octets` wait.
  public Impairments mark(int octets) {
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
        octets);
  }
}
