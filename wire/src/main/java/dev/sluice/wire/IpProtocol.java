package dev.sluice.wire;

/// Numbers of the protocols and extension headers that follow an IP header.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8200#section-4.1 RFC 8200 §4.1
public final class IpProtocol {
  public static final int HOP_BY_HOP = 0;
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ROUTING = 43;
  public static final int FRAGMENT = 44;
  public static final int ICMPV6 = 58;
  public static final int NO_NEXT_HEADER = 59;
  public static final int DESTINATION_OPTIONS = 60;

  private IpProtocol() {}

  /// Whether it is an extension header that [IpHeader] walks over.
  static boolean isExtension(int nextHeader) {
    return nextHeader == HOP_BY_HOP
        || nextHeader == ROUTING
        || nextHeader == FRAGMENT
        || nextHeader == DESTINATION_OPTIONS;
  }
}
