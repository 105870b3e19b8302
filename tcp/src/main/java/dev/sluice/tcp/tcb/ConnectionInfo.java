package dev.sluice.tcp.tcb;

import dev.sluice.wire.FourTuple;
import org.jspecify.annotations.Nullable;

/// A connection as it stands at one moment, for `netstat` and for tests. Plain values
/// only.
///
/// @param tuple both sockets
/// @param state the state
/// @param receiveQueue octets that wait to be read
/// @param sendQueue octets that wait to be sent or acknowledged
/// @param timer the timer that runs out next, or null
/// @param timerNanos how long until then
/// @param retransmissions of the octets at the left edge, so far
/// @param srttNanos smoothed round-trip time, 0 before a sample
/// @param rttvarNanos its variation
/// @param rtoNanos retransmission timeout
/// @param cwnd congestion window, octets
/// @param ssthresh slow-start threshold, octets
/// @param sendWindow SND.WND, octets
/// @param receiveWindow RCV.WND, octets
/// @param effectiveMss octets of text that a segment carries
/// @param bytesSent octets of text sent, repeats not counted
/// @param bytesAcked of those, acknowledged
/// @param bytesReceived octets of text received in order
/// @param bytesRetransmitted octets of text sent again
/// @param features options agreed on, as a short text such as `ts wscale:7,8`
/// @param detail all the rest, in groups
public record ConnectionInfo(
    FourTuple tuple,
    State state,
    int receiveQueue,
    int sendQueue,
    @Nullable String timer,
    long timerNanos,
    int retransmissions,
    long srttNanos,
    long rttvarNanos,
    long rtoNanos,
    long cwnd,
    long ssthresh,
    long sendWindow,
    long receiveWindow,
    int effectiveMss,
    long bytesSent,
    long bytesAcked,
    long bytesReceived,
    long bytesRetransmitted,
    String features,
    ConnectionDetail detail) {}
