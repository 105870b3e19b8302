package dev.sluice.stack.firewall;

import dev.sluice.wire.IpAddress;

/// Packets for the tests, as a line each.
final class Facts {
  static final String HOST = "198.18.0.2";

  private Facts() {}

  /// A packet to [#HOST] or its IPv6 sister.
  static PacketFacts in(Protocol protocol, String from, int fromPort, int port) {
    PacketFacts facts = new PacketFacts();
    facts.direction = Direction.IN;
    facts.protocol = protocol;
    IpAddress source = IpAddress.parse(from);
    facts.sourceHigh = source.high();
    facts.sourceLow = source.low();
    IpAddress host = IpAddress.parse(source.isV4() ? HOST : "fd5a::2");
    facts.destinationHigh = host.high();
    facts.destinationLow = host.low();
    facts.sourcePort = fromPort;
    facts.destinationPort = port;
    facts.octets = 60;
    return facts;
  }

  static PacketFacts syn(String from, int fromPort, int port) {
    return in(Protocol.TCP, from, fromPort, port);
  }

  /// The same packet the other way: from the host to that address.
  static PacketFacts out(PacketFacts in) {
    PacketFacts out = new PacketFacts();
    out.direction = Direction.OUT;
    out.protocol = in.protocol;
    out.sourceHigh = in.destinationHigh;
    out.sourceLow = in.destinationLow;
    out.destinationHigh = in.sourceHigh;
    out.destinationLow = in.sourceLow;
    out.sourcePort = in.destinationPort;
    out.destinationPort = in.sourcePort;
    out.octets = in.octets;
    return out;
  }
}
