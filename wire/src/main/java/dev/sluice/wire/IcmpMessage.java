package dev.sluice.wire;

/// One ICMP or ICMPv6 message, parsed. One object is reused for many messages.
///
/// @spec https://www.rfc-editor.org/rfc/rfc792 RFC 792
/// @spec https://www.rfc-editor.org/rfc/rfc4443 RFC 4443
public final class IcmpMessage {
  /// What a message is, the same for both families.
  public enum Kind {
    /// Please answer.
    ECHO_REQUEST,
    /// An answer.
    ECHO_REPLY,
    /// Something happened to a packet that claims to be ours: the quote is filled in.
    ERROR,
    /// Anything else, neighbour discovery among it.
    OTHER
  }

  public Kind kind = Kind.OTHER;
  /// The ICMP or ICMPv6 type.
  public int type;
  public int code;
  /// Of an echo: which program asks.
  public int identifier;
  /// Of an echo: which of its requests.
  public int sequence;
  /// Of fragmentation needed and packet too big: octets of the next hop's MTU, 0 if it
  /// does not say (RFC 1191 §4), at most 2^31 - 1.
  public int mtu;
  /// Index in the packet of what follows the first eight octets.
  public int bodyOffset;
  /// Octets that follow the first eight.
  public int bodyLength;

  // ---- the packet that an error is about, as the sender of it, us, saw it
  public long quotedSourceHigh;
  public long quotedSourceLow;
  public long quotedDestinationHigh;
  public long quotedDestinationLow;
  /// An [IpProtocol]. The fields below are filled in for TCP and UDP only.
  public int quotedProtocol;
  public int quotedSourcePort;
  public int quotedDestinationPort;
  /// Of TCP, the sequence number.
  public int quotedSeq;

  void clear() {
    kind = Kind.OTHER;
    type = 0;
    code = 0;
    identifier = 0;
    sequence = 0;
    mtu = 0;
    bodyOffset = 0;
    bodyLength = 0;
    quotedSourceHigh = 0;
    quotedSourceLow = 0;
    quotedDestinationHigh = 0;
    quotedDestinationLow = 0;
    quotedProtocol = 0;
    quotedSourcePort = 0;
    quotedDestinationPort = 0;
    quotedSeq = 0;
  }

  /// Our side of the conversation that an error is about.
  public FourTuple quotedTuple() {
    return new FourTuple(
        new IpAddress(quotedSourceHigh, quotedSourceLow),
        quotedSourcePort,
        new IpAddress(quotedDestinationHigh, quotedDestinationLow),
        quotedDestinationPort);
  }
}
