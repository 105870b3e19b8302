package dev.sluice.packetdrill.run;

import dev.sluice.wire.IpAddress;

/// The two ends of a script's connection.
///
/// @param local the host under test
/// @param remote who the script plays
/// @param mapped whether sockets are IPv6 ones that carry IPv4
/// @param bindPort what `...` means in bind
/// @param connectPort what `...` means in connect
record Addresses(IpAddress local, IpAddress remote, boolean mapped, int bindPort, int connectPort) {
  boolean v4() {
    return local.isV4();
  }

  /// The octets of an address as they stand in a packet.
  static byte[] octets(IpAddress address) {
    int count = address.isV4() ? 4 : 16;
    byte[] octets = new byte[count];
    for (int i = 0; i < count; i++) {
      int fromEnd = count - 1 - i;
      long word = fromEnd < 8 ? address.low() : address.high();
      octets[i] = (byte) (word >>> (8 * (fromEnd % 8)));
    }
    return octets;
  }
}
