package dev.sluice.tcp.tcb;

/// What else there is to know of a connection at one moment, in groups; together with
/// [ConnectionInfo] it is what TCP_INFO tells on other systems. Amounts are octets, times
/// nanoseconds, unless the name says segments.
///
/// @param agreed what both ends agreed on when it opened
/// @param timing round trips and how long ago things happened
/// @param sending what is in flight and how fast it goes
/// @param recovery what loss recovery has met with
/// @param sizes how large segments may be
/// @param receiving what the receiver makes of what comes
/// @param traffic what went over the wire
/// @param limits what sending waited for
public record ConnectionDetail(
    Agreed agreed,
    Timing timing,
    Sending sending,
    Recovery recovery,
    Sizes sizes,
    Receiving receiving,
    Traffic traffic,
    Limits limits) {

  /// What both ends agreed on.
  ///
  /// @param timestamps RFC 7323 §3
  /// @param selectiveAcks RFC 2018
  /// @param windowScaling RFC 7323 §2
  /// @param ecn RFC 3168, RFC 9768
  /// @param ecnSeen whether a packet with ECT or CE came
  /// @param fastOpenText whether text went with a SYN and was taken (RFC 7413)
  /// @param sendShift bits that the peer's windows are shifted by
  /// @param receiveShift bits that our windows are shifted by
  public record Agreed(
      boolean timestamps,
      boolean selectiveAcks,
      boolean windowScaling,
      EcnMode ecn,
      boolean ecnSeen,
      boolean fastOpenText,
      int sendShift,
      int receiveShift) {}

  /// Round trips and timers.
  ///
  /// @param minRttNanos the shortest round trip, 0 before one was measured
  /// @param backoff how often the retransmission timeout was doubled
  /// @param probes zero-window or keep-alive probes without an answer
  /// @param ackDelayNanos how long an ACK may wait at present
  /// @param sinceTextSentNanos since text was last sent, or since it opened
  /// @param sinceTextReceivedNanos since text last came, or since it opened
  /// @param sinceAckReceivedNanos since an ACK last came, or since it opened
  public record Timing(
      long minRttNanos,
      int backoff,
      int probes,
      long ackDelayNanos,
      long sinceTextSentNanos,
      long sinceTextReceivedNanos,
      long sinceAckReceivedNanos) {}

  /// The sender.
  ///
  /// @param congestion which rules decide how much may be in flight
  /// @param state what it makes of the ACKs it gets
  /// @param unackedSegments sent and not acknowledged
  /// @param sackedSegments of those, the peer holds beyond a gap
  /// @param lostSegments of those, taken for lost
  /// @param resentSegments of those, sent again and in flight
  /// @param reordering how many segments apart order may be changed without a loss
  /// @param notSentBytes written and not sent yet
  /// @param inFlightBytes in the network, by RFC 6675's reckoning
  /// @param rates how fast it goes
  public record Sending(
      CongestionAlgorithm congestion,
      CongestionState state,
      int unackedSegments,
      int sackedSegments,
      int lostSegments,
      int resentSegments,
      int reordering,
      long notSentBytes,
      long inFlightBytes,
      Rates rates) {}

  /// How fast it goes.
  ///
  /// @param deliveredBytes octets of text that are known to have arrived
  /// @param deliveredSegments segments that are known to have arrived, SYN and FIN
  ///     counted
  /// @param deliveryBytesPerSecond how fast they did lately, 0 before it was measured
  /// @param applicationLimited whether the user had nothing more to send meanwhile, so
  ///     that the path may be faster
  /// @param pacingBytesPerSecond how fast sending is paced, [Long#MAX_VALUE] if it is not
  public record Rates(
      long deliveredBytes,
      long deliveredSegments,
      long deliveryBytesPerSecond,
      boolean applicationLimited,
      long pacingBytesPerSecond) {}

  /// What loss recovery has met with so far.
  ///
  /// @param reorderings how many ACKs told that segments had overtaken each other
  /// @param duplicatesReported segments of ours that the peer says came twice (RFC 2883)
  /// @param duplicateAcks in a row, without anything acknowledged since; counted where
  ///     selective acknowledgments were not agreed on
  /// @param tailProbes tail loss probes sent (RFC 8985 §7)
  /// @param timeouts how often the retransmission timer expired, for our SYN too
  /// @param timeoutRuns of those, the first ones: not those that followed another before
  ///     anything was acknowledged
  /// @param timeoutNanos how long that took together, from each first one until something
  ///     new was acknowledged
  public record Recovery(
      int reorderings,
      long duplicatesReported,
      int duplicateAcks,
      long tailProbes,
      long timeouts,
      long timeoutRuns,
      long timeoutNanos) {}

  /// Sizes of segments and packets.
  ///
  /// @param announcedMss the MSS option that we send
  /// @param largestReceived the longest text that one segment brought, or what is taken
  ///     for it before
  /// @param pathMtu the largest packet that the path carries, as far as is known
  public record Sizes(int announcedMss, int largestReceived, int pathMtu) {}

  /// The receiver.
  ///
  /// @param bufferBytes how much may wait to be read
  /// @param windowLimitBytes the largest window that could be offered now, were all read
  /// @param roundTripNanos the round trip as the receiver sees it, 0 before a window of
  ///     text has come
  /// @param readBytes what was last read in a round trip; 0 before, and where the buffer
  ///     has a size that the user chose
  /// @param outOfOrderSegments segments with text beyond a gap
  public record Receiving(
      int bufferBytes,
      int windowLimitBytes,
      long roundTripNanos,
      long readBytes,
      long outOfOrderSegments) {}

  /// What went over the wire, retransmissions counted each time.
  ///
  /// @param segmentsIn all segments received
  /// @param segmentsOut all segments sent
  /// @param textSegmentsIn of those received, with text
  /// @param textSegmentsOut of those sent, with text
  /// @param segmentsRetransmitted of those sent, sent before
  /// @param markedDelivered segments of ours that the peer reports as marked by a router
  /// @param markedReceived segments of the peer that a router marked
  public record Traffic(
      long segmentsIn,
      long segmentsOut,
      long textSegmentsIn,
      long textSegmentsOut,
      long segmentsRetransmitted,
      long markedDelivered,
      long markedReceived) {}

  /// How long there was something to send, and what it waited for meanwhile.
  ///
  /// @param busyNanos something was written and not acknowledged
  /// @param windowNanos of that, the peer's window was too small
  /// @param bufferNanos of that, the send buffer was too small: all in it was sent, the
  ///     congestion window had room, and the user had more
  public record Limits(long busyNanos, long windowNanos, long bufferNanos) {}
}
