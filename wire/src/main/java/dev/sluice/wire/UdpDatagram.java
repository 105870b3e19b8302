package dev.sluice.wire;

/// One UDP datagram, parsed or about to be encoded. One object is reused for many
/// datagrams; the addresses are in the [IpHeader].
///
/// @spec https://www.rfc-editor.org/rfc/rfc768 RFC 768
public final class UdpDatagram {
  /// 0 when the sender wants no answer.
  public int sourcePort;
  public int destinationPort;
  public Payload payload = Payload.NONE;
  /// Position of the first octet of data in [#payload].
  public long payloadPosition;
  /// Octets of data, 0 to 65,507 over IPv4 and 65,527 over IPv6.
  public int payloadLength;
}
