package dev.sluice.tcp.tcb;

import org.jspecify.annotations.Nullable;

/// What a user may set on one connection, before it opens or while it lives. Loop
/// thread only.
///
/// A listener has one of these too; each connection it accepts starts with a copy.
public final class ConnectionOptions {
  private static final long SECOND = 1_000_000_000L;

  /// TCP_NODELAY: no Nagle (RFC 9293 §3.7.4, MUST-17).
  public boolean noDelay;
  /// TCP_SYNCNT: retransmissions of a SYN before an open fails, or 0 for what the stack
  /// holds.
  public int synRetries;
  /// TCP_NOTSENT_LOWAT: a write takes no more while so many octets wait to be sent, and
  /// there is room again when fewer than half as many do. So little that is old waits
  /// in front of what is new. 0: what the stack holds; negative: no such limit.
  public int notSentLowatBytes;
  /// How far one write may go beyond the send buffer and [#notSentLowatBytes] as long as
  /// there is any room, octets.
  public int sendOvershootBytes;
  /// TCP_CORK: only full segments go out until it is taken off, for one RTO at most.
  public boolean cork;
  /// SO_KEEPALIVE, off by default (MUST-25).
  public boolean keepAlive;
  /// Silence before the first probe; two hours by default (MUST-28).
  public long keepIdleNanos = 7_200 * SECOND;
  /// Time between probes.
  public long keepIntervalNanos = 75 * SECOND;
  /// Unanswered probes that end the connection (MUST-29: never just one).
  public int keepCount = 9;
  /// How long data may stay unacknowledged before the connection ends, or 0: R2 decides
  /// (RFC 9293 §3.8.3, RFC 5482).
  public long userTimeoutNanos;
  /// Whether the peer is told of the user timeout, and its advice taken where
  /// [#userTimeoutNanos] is 0 (RFC 5482; ENABLED, off by default).
  public boolean userTimeoutOption;
  /// Whether the send buffer grows with the congestion window, up to
  /// [TcpSettings#maxSendBufferBytes]. Whoever sets a size of his own switches it off.
  public boolean sendAutoTuning;
  /// Whether the receive buffer grows with what the application reads in a round trip, up
  /// to [TcpSettings#maxReceiveBufferBytes]. Whoever sets a size of his own switches it
  /// off.
  public boolean receiveAutoTuning;
  /// Octets that wait here to be sent or acknowledged, at most.
  public int sendBufferBytes = 256 * 1024;
  /// Octets that wait here to be read, at most: the largest window offered.
  public int receiveBufferBytes = 1024 * 1024;
  /// TTL or hop limit of what is sent, 1 to 255 (MUST-49).
  public int ttl = 64;
  /// Differentiated services code point, 0 to 63 (MUST-48, RFC 2474).
  public int dscp;
  /// TCP_MAXSEG: an upper bound for segments both ways, or 0 for what the path allows.
  public int maxSegmentBytes;
  /// TCP_NOOPT of FreeBSD: our SYN carries no option, not even an MSS, and nothing is
  /// agreed to but the peer's MSS. For peers that cannot parse options; a peer may then
  /// send no more than 536 octets (IPv4) or 1,220 (IPv6) at once.
  public boolean noSynOptions;
  /// TCP_KEEPINIT of FreeBSD: how long an open may take, or 0: as long as its
  /// retransmissions last. Less than 3 minutes is less than MUST-23 asks.
  public long openTimeoutNanos;
  /// TCP_QUICKACK: acknowledge every segment at once.
  public boolean quickAck;
  /// TCP_WINDOW_CLAMP: the most that is offered as a window, octets, or 0: what the
  /// receive buffer has room for. The window scale is chosen by it when the connection
  /// begins.
  public int windowClampBytes;
  /// TCP_LINGER2: how long the connection waits in FIN-WAIT-2 for the peer's FIN after
  /// the user has closed it. 0: as the stack holds; negative: not at all, it is reset.
  public long finWait2Nanos;
  /// TCP_CONGESTION: the rules that decide how much may be in flight, or null for the
  /// stack's. May be changed while the connection lives: window and threshold stay.
  public @Nullable CongestionAlgorithm congestion;
  /// SO_MAX_PACING_RATE: octets of text a second at most, or 0 for no limit. With a limit
  /// sending is paced.
  public long maxPacingBytesPerSecond;
  /// TCP_FASTOPEN_CONNECT: what is written first rides on the SYN if the server gave us a
  /// cookie; else a cookie is asked for (RFC 7413). The server may then see those octets
  /// twice, if the network duplicates the SYN: only for requests that do no harm twice.
  public boolean fastOpen;
  /// TCP_FASTOPEN of a listener: how many connections that began with text on their SYN
  /// may wait for the end of their handshake at once; 0: text on a SYN is not taken (RFC
  /// 7413 §4.2.2). Such text may come twice.
  public int fastOpenQueue;
  /// TCP_DEFER_ACCEPT of a listener: a handshake is over only when text has come. Until
  /// this time the ACK that ends it is not enough; after it the SYN-ACK is sent once
  /// more, and an ACK will do. 0: any ACK does. Rounded up to when a SYN-ACK is due
  /// again.
  public long deferAcceptNanos;
  /// TCP_FASTOPEN_NO_COOKIE: text on a SYN needs no cookie, neither as client nor as
  /// listener. Only where nobody can lie about its address (RFC 7413 §4.1).
  public boolean fastOpenWithoutCookie;
  /// TCP_FASTOPEN_KEY of a listener, or null for the stack's.
  public @Nullable FastOpenKey fastOpenKey;
  /// The second key beside [#fastOpenKey], or null.
  public @Nullable FastOpenKey fastOpenBackupKey;

  /// A copy that can be changed apart.
  public ConnectionOptions copy() {
    ConnectionOptions copy = new ConnectionOptions();
    copy.noDelay = noDelay;
    copy.synRetries = synRetries;
    copy.notSentLowatBytes = notSentLowatBytes;
    copy.sendOvershootBytes = sendOvershootBytes;
    copy.cork = cork;
    copy.keepAlive = keepAlive;
    copy.keepIdleNanos = keepIdleNanos;
    copy.keepIntervalNanos = keepIntervalNanos;
    copy.keepCount = keepCount;
    copy.userTimeoutNanos = userTimeoutNanos;
    copy.sendAutoTuning = sendAutoTuning;
    copy.receiveAutoTuning = receiveAutoTuning;
    copy.sendBufferBytes = sendBufferBytes;
    copy.receiveBufferBytes = receiveBufferBytes;
    copy.ttl = ttl;
    copy.dscp = dscp;
    copy.maxSegmentBytes = maxSegmentBytes;
    copy.quickAck = quickAck;
    copy.noSynOptions = noSynOptions;
    copy.openTimeoutNanos = openTimeoutNanos;
    copy.congestion = congestion;
    copy.windowClampBytes = windowClampBytes;
    copy.finWait2Nanos = finWait2Nanos;
    copy.maxPacingBytesPerSecond = maxPacingBytesPerSecond;
    copy.userTimeoutOption = userTimeoutOption;
    copy.fastOpen = fastOpen;
    copy.fastOpenQueue = fastOpenQueue;
    copy.deferAcceptNanos = deferAcceptNanos;
    copy.fastOpenWithoutCookie = fastOpenWithoutCookie;
    copy.fastOpenKey = fastOpenKey;
    copy.fastOpenBackupKey = fastOpenBackupKey;
    return copy;
  }

  /// Whether all of them are the same.
  @SuppressWarnings("ReferenceEquality") // a key is never made twice
  public boolean isLike(ConnectionOptions other) {
    return noDelay == other.noDelay
        && synRetries == other.synRetries
        && notSentLowatBytes == other.notSentLowatBytes
        && sendOvershootBytes == other.sendOvershootBytes
        && cork == other.cork
        && keepAlive == other.keepAlive
        && keepIdleNanos == other.keepIdleNanos
        && keepIntervalNanos == other.keepIntervalNanos
        && keepCount == other.keepCount
        && userTimeoutNanos == other.userTimeoutNanos
        && sendAutoTuning == other.sendAutoTuning
        && receiveAutoTuning == other.receiveAutoTuning
        && sendBufferBytes == other.sendBufferBytes
        && receiveBufferBytes == other.receiveBufferBytes
        && ttl == other.ttl
        && dscp == other.dscp
        && maxSegmentBytes == other.maxSegmentBytes
        && quickAck == other.quickAck
        && noSynOptions == other.noSynOptions
        && openTimeoutNanos == other.openTimeoutNanos
        && congestion == other.congestion
        && windowClampBytes == other.windowClampBytes
        && finWait2Nanos == other.finWait2Nanos
        && maxPacingBytesPerSecond == other.maxPacingBytesPerSecond
        && userTimeoutOption == other.userTimeoutOption
        && fastOpen == other.fastOpen
        && fastOpenQueue == other.fastOpenQueue
        && deferAcceptNanos == other.deferAcceptNanos
        && fastOpenWithoutCookie == other.fastOpenWithoutCookie
        && fastOpenKey == other.fastOpenKey
        && fastOpenBackupKey == other.fastOpenBackupKey;
  }
}
