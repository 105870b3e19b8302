package dev.sluice.tcp.handshake;

import dev.sluice.wire.FourTuple;

/// Initial sequence numbers: a clock of 4 us ticks plus a keyed hash of the four-tuple.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6528#section-3 RFC 6528 §3
public final class InitialSequence {
  /// @param key0 first half of a secret of 128 bits
  /// @param key1 second half
  public InitialSequence(long key0, long key1) {}

  /// ISS for a connection that starts now.
  public int iss(FourTuple tuple, long nowNanos) {
    return 0;
  }
}
