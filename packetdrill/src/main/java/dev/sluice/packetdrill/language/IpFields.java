package dev.sluice.packetdrill.language;

import org.jspecify.annotations.Nullable;

/// What a script says of the IP header in `[ ]` or `( )`. Null: not said.
///
/// @param ecn how the two ECN bits are meant
/// @param trafficClass the whole octet, 0 to 255
/// @param dscp the upper six bits, 0 to 63
/// @param ttl TTL or hop limit
/// @param flowLabel the script's label, mapped to a live one
public record IpFields(
    @Nullable Ecn ecn,
    @Nullable Integer trafficClass,
    @Nullable Integer dscp,
    @Nullable Integer ttl,
    @Nullable Integer flowLabel) {
  /// Nothing said.
  public static final IpFields NONE = new IpFields(null, null, null, null, null);

  /// The ECN field as scripts write it.
  public enum Ecn {
    NOECN,
    ECT1,
    ECT0,
    CE,
    /// Either of the two ECN-capable code points.
    ECT01
  }

  IpFields withEcn(Ecn value) {
    return new IpFields(value, trafficClass, dscp, ttl, flowLabel);
  }

  IpFields withTrafficClass(int value) {
    return new IpFields(ecn, value, dscp, ttl, flowLabel);
  }

  IpFields withDscp(int value) {
    return new IpFields(ecn, trafficClass, value, ttl, flowLabel);
  }

  IpFields withTtl(int value) {
    return new IpFields(ecn, trafficClass, dscp, value, flowLabel);
  }

  IpFields withFlowLabel(int value) {
    return new IpFields(ecn, trafficClass, dscp, ttl, value);
  }
}
