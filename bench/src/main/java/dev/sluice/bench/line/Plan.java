package dev.sluice.bench.line;

/// What a line between two hosts is like: a bottleneck with a queue in the direction of
/// the data, and nothing but the delay for what comes back.
///
/// @param bitsPerSecond of the bottleneck
/// @param rttNanos both ways together, without queueing
/// @param queueBytes room in the bottleneck's queue; what finds no room is lost
/// @param loss part of the packets that are lost by chance, behind the queue
/// @param burst packets that are lost together, on average; 1 is each for itself
/// @param reordering part of the packets that are overtaken
/// @param heldBackNanos for how long at most: the time is drawn evenly up to it
/// @param markNanos a packet that waits longer in the queue is marked with CE if its
///     sender can do ECN, or 0: none is
public record Plan(
    long bitsPerSecond,
    long rttNanos,
    int queueBytes,
    double loss,
    int burst,
    double reordering,
    long heldBackNanos,
    long markNanos) {
  /// A line that loses nothing but by a full queue, which holds one bandwidth-delay
  /// product.
  public static Plan clean(long bitsPerSecond, long rttNanos) {
    int product = (int) (bitsPerSecond * (rttNanos / 1_000) / 8_000_000);
    return new Plan(bitsPerSecond, rttNanos, product, 0, 1, 0, 0, 0);
  }

  /// The same with packets lost by chance.
  ///
  /// @param share part of all packets, 0 to 1
  /// @param together how many in a row, on average
  public Plan losing(double share, int together) {
    return new Plan(
        bitsPerSecond, rttNanos, queueBytes, share, together, reordering, heldBackNanos, markNanos);
  }

  /// The same with packets that are overtaken, held back by an eighth of the round trip
  /// at most.
  ///
  /// @param share part of all packets, 0 to 1
  public Plan reordering(double share) {
    return new Plan(
        bitsPerSecond, rttNanos, queueBytes, loss, burst, share, rttNanos / 8, markNanos);
  }

  /// The same with marks for what waits longer than that in the queue.
  public Plan marking(long nanos) {
    return new Plan(
        bitsPerSecond, rttNanos, queueBytes, loss, burst, reordering, heldBackNanos, nanos);
  }

  /// Octets that the line holds by itself.
  public long productBytes() {
    return bitsPerSecond * (rttNanos / 1_000) / 8_000_000;
  }
}
