package dev.sluice.tcp.congestion;

/// What one ACK told. One object for each connection, filled anew for each ACK.
///
/// Places in the stream are positions in 64 bits, so that nobody has to think of
/// wrapping.
public final class AckSample {
  /// When the ACK was looked at.
  public long nowNanos;
  /// Octets of text that SND.UNA moved over.
  public int ackedBytes;
  /// Octets newly known to have arrived: acknowledged and not SACKed before, or SACKed
  /// now.
  public int deliveredBytes;
  /// Segments that this ACK says have arrived, a SYN or FIN among them.
  public int deliveredSegments;
  /// Octets delivered so far, those of this ACK counted.
  public long deliveredTotal;
  /// Octets delivered while the newest segment that this ACK tells of was on its way, 0
  /// if that is not known.
  public long rateBytes;
  /// How long that took.
  public long rateNanos;
  /// Whether the application and not the network was the limit meanwhile.
  public boolean applicationLimited;
  /// What was in flight before this ACK, octets (RFC 6675's pipe).
  public int inFlightBefore;
  /// Position of SND.UNA, this ACK counted.
  public long una;
  /// Position of SND.NXT.
  public long nxt;
  /// The round trip that this ACK measured, -1 if none.
  public long rttNanos;
  /// The smallest round trip measured so far, [Long#MAX_VALUE] before one.
  public long minRttNanos;
  /// Smoothed round trip, 0 before one.
  public long srttNanos;
}
