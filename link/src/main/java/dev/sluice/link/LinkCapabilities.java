package dev.sluice.link;

/// What a link can do, so that the stack leaves to it what it does better.
///
/// @param mtu the longest IP packet on the wire, in octets, 1,280 or more where IPv6 is
///     used
/// @param maxSendBytes the longest IP packet that [Link#send] takes: `mtu`, or up to
///     65,535 for a link that cuts a TCP segment itself (TSO)
/// @param maxReceiveBytes the longest IP packet that [Link#receive] may give (`mtu`, or
///     more with GRO)
/// @param finishesChecksum whether [Link#send] takes a TCP packet with a partial checksum
public record LinkCapabilities(
    int mtu, int maxSendBytes, int maxReceiveBytes, boolean finishesChecksum) {
  /// The smallest MTU an IPv4 link may have (RFC 791).
  public static final int MIN_MTU = 68;

  public LinkCapabilities {
    if (mtu < MIN_MTU || mtu > 65_535) {
      throw new IllegalArgumentException("an MTU is 68 to 65,535 octets: " + mtu);
    }
    if (maxSendBytes < mtu || maxReceiveBytes < mtu) {
      throw new IllegalArgumentException("a link carries at least its MTU both ways");
    }
  }

  /// A link that does nothing for anyone.
  public static LinkCapabilities plain(int mtu) {
    return new LinkCapabilities(mtu, mtu, mtu, false);
  }
}
