package dev.sluice.stack;

import dev.sluice.wire.IpAddress;
import dev.sluice.wire.SipHash;

/// A hash of four-tuples that nobody without the key can predict, so that nobody can
/// choose tuples which fall together. Allocates nothing.
final class TupleHash {
  private final SipHash sip;

  TupleHash(long key0, long key1) {
    sip = new SipHash(key0, key1);
  }

  /// The hash, for a table.
  ///
  /// @param ports up to seven octets: both ports, or whatever tells tuples apart
  int hash(long localHigh, long localLow, long remoteHigh, long remoteLow, long ports) {
    return (int) hash64(localHigh, localLow, remoteHigh, remoteLow, ports);
  }

  /// The same with all its bits.
  long hash64(long localHigh, long localLow, long remoteHigh, long remoteLow, long ports) {
    if (IpAddress.isV4(localHigh, localLow) && IpAddress.isV4(remoteHigh, remoteLow)) {
      return sip.begin().add((localLow << 32) | (remoteLow & 0xffff_ffffL)).finish(ports, 7);
    }
    return sip.begin()
        .add(localHigh)
        .add(localLow)
        .add(remoteHigh)
        .add(remoteLow)
        .finish(ports, 7);
  }
}
