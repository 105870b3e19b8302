package dev.sluice.tcp.recovery;

/// Paces a reduction of the window by what arrives: for each octet that has left the
/// network, so much of one is sent that what is in flight comes to ssthresh when the
/// round trip is over. Below ssthresh it sends no more than arrived, and a segment more
/// on each ACK that moves the left edge and tells of no new loss.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9937#section-6 RFC 9937 §6
public final class ProportionalRateReduction {
  private long recoverFlightSize;
  private long delivered;
  private long sent;

  /// A reduction begins.
  ///
  /// @param flightSize octets outstanding when it began, less those SACKed before
  void begin(long flightSize) {
    recoverFlightSize = Math.max(1, flightSize);
    delivered = 0;
    sent = 0;
  }

  /// Something was sent, for the first time or again.
  void onSent(int octets) {
    sent += octets;
  }

  /// An ACK arrived.
  ///
  /// @param deliveredNow octets that it newly reports as arrived
  /// @param inFlight octets in flight now, what is lost not counted
  /// @param ssthresh what to come to
  /// @param safe whether the left edge moved and nothing new is lost
  /// @param mss octets of a full segment
  /// @return the window that lets out what may be sent now
  long window(int deliveredNow, int inFlight, long ssthresh, boolean safe, int mss) {
    delivered += deliveredNow;
    long count;
    if (inFlight > ssthresh) {
      count = (delivered * ssthresh + recoverFlightSize - 1) / recoverFlightSize - sent;
    } else {
      count = Math.max(delivered - sent, deliveredNow) + (safe ? mss : 0);
      count = Math.min(ssthresh - inFlight, count);
    }
    count = Math.max(count, sent == 0 ? mss : 0); // the first repeat goes out in any case
    return inFlight + count;
  }

  /// Octets reported as arrived since the reduction began.
  long delivered() {
    return delivered;
  }

  /// Octets sent since then.
  long sent() {
    return sent;
  }
}
