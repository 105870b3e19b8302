package dev.sluice.stack.firewall;

import dev.sluice.wire.IpProtocol;

/// What a packet carries, as far as rules tell it apart.
public enum Protocol {
  TCP("tcp"),
  UDP("udp"),
  /// ICMP and ICMPv6.
  ICMP("icmp"),
  /// Anything else; only rules without a protocol speak of it.
  OTHER("other");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /// The protocol of an [IpProtocol] number.
  public static Protocol of(int number) {
    return switch (number) {
      case IpProtocol.TCP -> TCP;
      case IpProtocol.UDP -> UDP;
      case IpProtocol.ICMP, IpProtocol.ICMPV6 -> ICMP;
      default -> OTHER;
    };
  }

  /// Whether packets of it have ports.
  public boolean hasPorts() {
    return this == TCP || this == UDP;
  }

  /// The word that names it in a file of rules.
  public String word() {
    return word;
  }
}
