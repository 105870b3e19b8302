package dev.sluice.wire;

/// One TCP segment, parsed or about to be encoded. One object is reused for many
/// segments.
///
/// The field names are the RFC's. Numbers that the wire holds unsigned are held so
/// here, except sequence numbers and timestamps, which are `int` modulo 2^32 (see [Seq]).
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.1 RFC 9293 §3.1
public final class Segment {
  /// Most SACK blocks that fit into the 40 octets of options (RFC 2018 §3).
  public static final int MAX_SACK_BLOCKS = 4;

  /// Octets of the longest fast open cookie (RFC 7413 §4.1.1).
  public static final int MAX_COOKIE = 16;

  /// In [#mss], [#windowScale], [#fastOpenLength] and [#userTimeout]: the option is not
  /// there.
  public static final int ABSENT = -1;

  /// Most fields of an AccECN option (RFC 9768 §3.2.3).
  public static final int MAX_ACC_ECN_FIELDS = 3;

  // ---- IP, as far as TCP cares
  public long sourceHigh;
  public long sourceLow;
  public long destinationHigh;
  public long destinationLow;
  /// DSCP in the upper six bits, ECN in the lower two (RFC 2474, RFC 3168).
  public int trafficClass;
  /// TTL or hop limit.
  public int ttl;

  // ---- the header
  public int sourcePort;
  public int destinationPort;
  /// SEG.SEQ.
  public int seq;
  /// SEG.ACK, meaningful with [Flags#ACK].
  public int ack;
  /// The control bits, see [Flags].
  public int flags;
  /// The window field as it stands on the wire, 0 to 65,535, not yet scaled.
  public int window;
  /// The urgent pointer, 0 to 65,535, meaningful with [Flags#URG].
  public int urgentPointer;

  // ---- options
  /// Maximum segment size, or [#ABSENT].
  public int mss;
  /// Window scale shift count as sent, or [#ABSENT].
  public int windowScale;
  public boolean sackPermitted;
  public boolean hasTimestamps;
  public int tsVal;
  public int tsEcr;
  /// How many of the SACK edges below are in use.
  public int sackCount;
  public final int[] sackLeft = new int[MAX_SACK_BLOCKS];
  public final int[] sackRight = new int[MAX_SACK_BLOCKS];
  /// Fast open: octets of the cookie, 0 for a request of one, or [#ABSENT] (RFC 7413
  /// §4.1.1). An option of another length than 0 or an even 4 to 16 is as if it were not
  /// there.
  public int fastOpenLength = ABSENT;
  /// The cookie, [#fastOpenLength] octets of it.
  public final byte[] fastOpenCookie = new byte[MAX_COOKIE];
  /// Whether the option has the form of the experiment (kind 254, 0xF989) that came
  /// before kind 34.
  public boolean fastOpenExperimental;
  /// User timeout as it stands on the wire: the top bit says minutes, the others how
  /// many of them or of seconds; or [#ABSENT] (RFC 5482 §2).
  public int userTimeout = ABSENT;

  /// Which of the two AccECN options there is, 0 or 1, or [#ABSENT] (RFC 9768 §3.2.3).
  public int accEcnOrder = ABSENT;
  /// How many of its fields there are, 0 to [#MAX_ACC_ECN_FIELDS].
  public int accEcnCount;
  /// Its fields, 24 bits each, in their order on the wire.
  public final int[] accEcnFields = new int[MAX_ACC_ECN_FIELDS];

  // ---- text
  public Payload payload = Payload.NONE;
  /// Position of the first octet of text in [#payload].
  public long payloadPosition;
  /// Octets of text.
  public int payloadLength;
  /// Outbound: octets of text in each packet on the wire when a link is to cut this
  /// segment (TSO). Inbound: the same for a merged one. 0 when the segment is one packet.
  public int segmentSize;
  /// Inbound: when the link took it in, in the driver's nanoseconds.
  public long arrivalNanos;

  /// Makes it an empty segment: no flags, options or text. Addresses and ports stay.
  public void clear() {
    trafficClass = 0;
    ttl = 0;
    seq = 0;
    ack = 0;
    flags = 0;
    window = 0;
    urgentPointer = 0;
    mss = ABSENT;
    windowScale = ABSENT;
    sackPermitted = false;
    hasTimestamps = false;
    tsVal = 0;
    tsEcr = 0;
    sackCount = 0;
    fastOpenLength = ABSENT;
    fastOpenExperimental = false;
    userTimeout = ABSENT;
    accEcnOrder = ABSENT;
    accEcnCount = 0;
    payload = Payload.NONE;
    payloadPosition = 0;
    payloadLength = 0;
    segmentSize = 0;
    arrivalNanos = 0;
  }

  /// Addresses the segment to the far end of `tuple`.
  public void address(FourTuple tuple) {
    sourceHigh = tuple.local().high();
    sourceLow = tuple.local().low();
    destinationHigh = tuple.remote().high();
    destinationLow = tuple.remote().low();
    sourcePort = tuple.localPort();
    destinationPort = tuple.remotePort();
  }

  /// Addresses the segment back to where `in` came from.
  public void addressReplyTo(Segment in) {
    sourceHigh = in.destinationHigh;
    sourceLow = in.destinationLow;
    destinationHigh = in.sourceHigh;
    destinationLow = in.sourceLow;
    sourcePort = in.destinationPort;
    destinationPort = in.sourcePort;
  }

  /// Forgets all options of a SYN but the MSS, as if it had not carried them.
  public void keepMssOnly() {
    windowScale = ABSENT;
    sackPermitted = false;
    hasTimestamps = false;
    tsVal = 0;
    tsEcr = 0;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /// SEG.LEN: the text, and one for each of SYN and FIN.
  public int length() {
    return payloadLength + (has(Flags.SYN) ? 1 : 0) + (has(Flags.FIN) ? 1 : 0);
  }

  /// The sequence number after the segment's last.
  public int endSeq() {
    return seq + length();
  }

  public boolean isV4() {
    return IpAddress.isV4(destinationHigh, destinationLow);
  }

  public IpAddress source() {
    return new IpAddress(sourceHigh, sourceLow);
  }

  public IpAddress destination() {
    return new IpAddress(destinationHigh, destinationLow);
  }

  /// The connection that an arrived segment belongs to, seen from this host.
  public FourTuple localTuple() {
    return new FourTuple(destination(), destinationPort, source(), sourcePort);
  }

  /// One line in the manner of tcpdump, see [SegmentText].
  @Override
  public String toString() {
    return SegmentText.of(this);
  }
}
