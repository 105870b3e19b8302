package dev.sluice.stack;

import dev.sluice.wire.IpAddress;
import java.net.BindException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The host's own addresses, and what follows from them: what is ours, what is a
/// broadcast, where packets come from.
///
/// There is one link, so whatever is not ours is reached over it: no routes are needed.
final class AddressTable {
  static final IpAddress LOOPBACK_V4 = IpAddress.ofV4(127 << 24 | 1);
  static final IpAddress LOOPBACK_V6 = new IpAddress(0, 1);

  private final List<InterfaceAddress> addresses;
  private final long[] highs;
  private final long[] lows;
  /// The broadcast addresses of our IPv4 networks (RFC 922), as low halves.
  private final long[] broadcastLows;

  AddressTable(List<InterfaceAddress> addresses) {
    this.addresses = List.copyOf(addresses);
    highs = new long[addresses.size()];
    lows = new long[addresses.size()];
    List<Long> broadcasts = new ArrayList<>();
    for (int i = 0; i < highs.length; i++) {
      InterfaceAddress own = this.addresses.get(i);
      highs[i] = own.address().high();
      lows[i] = own.address().low();
      // Networks of 31 and 32 bits have none (RFC 3021).
      if (own.address().isV4() && own.prefixLength() <= 30) {
        int hostBits = -1 >>> own.prefixLength();
        broadcasts.add(IpAddress.lowOfV4(own.address().v4Bits() | hostBits));
      }
    }
    broadcastLows = broadcasts.stream().mapToLong(Long::longValue).toArray();
  }

  /// Whether it is one of the host's own, loopback not counted.
  boolean isOwn(long high, long low) {
    for (int i = 0; i < highs.length; i++) {
      if (lows[i] == low && highs[i] == high) {
        return true;
      }
    }
    return false;
  }

  /// Whether packets to it stay inside the host.
  boolean isLocal(long high, long low) {
    return isOwn(high, low) || IpAddress.isLoopback(high, low);
  }

  boolean isLocal(IpAddress address) {
    return isLocal(address.high(), address.low());
  }

  /// Whether it is the broadcast address of one of our networks, or of all.
  boolean isBroadcast(long high, long low) {
    if (high != 0) {
      return false;
    }
    for (long broadcast : broadcastLows) {
      if (broadcast == low) {
        return true;
      }
    }
    return IpAddress.isLimitedBroadcast(high, low);
  }

  /// Whether somebody may bind to it.
  ///
  /// @throws BindException in the JDK's words
  void requireBindable(IpAddress address) throws BindException {
    if (!address.isAny() && !isLocal(address)) {
      throw new BindException("Cannot assign requested address");
    }
  }

  /// Refuses what nobody can connect to (MUST-46).
  ///
  /// @throws SocketException in the JDK's words
  void requireConnectable(IpAddress remote) throws SocketException {
    boolean thisNetwork = remote.isV4() && remote.v4Bits() >>> 24 == 0;
    if (remote.isAny() || thisNetwork) {
      throw new SocketException("Invalid argument");
    }
    if (remote.isMulticast() || isBroadcast(remote.high(), remote.low())) {
      throw new SocketException("Network is unreachable");
    }
  }

  /// The address that packets to `remote` come from (MUST-44), chosen as RFC 6724 §5
  /// says: the destination itself, then one of the same scope, then the longest common
  /// prefix, then the first configured.
  ///
  /// @return null if there is none of that family
  @Nullable
  IpAddress sourceFor(IpAddress remote) {
    if (remote.isLoopback()) {
      return remote.isV4() ? LOOPBACK_V4 : LOOPBACK_V6;
    }
    IpAddress best = null;
    int bestRank = -1;
    for (InterfaceAddress own : addresses) {
      int rank = rank(own, remote);
      if (rank > bestRank) {
        best = own.address();
        bestRank = rank;
      }
    }
    return best;
  }

  private static int rank(InterfaceAddress own, IpAddress remote) {
    IpAddress address = own.address();
    if (address.isV4() != remote.isV4()) {
      return -1;
    }
    if (address.equals(remote)) {
      return 1_000;
    }
    int common = Math.min(commonPrefix(address, remote), prefix128(own));
    return (address.isLinkLocal() == remote.isLinkLocal() ? 500 : 0) + common;
  }

  private static int prefix128(InterfaceAddress own) {
    return own.prefixLength() + (own.address().isV4() ? 96 : 0);
  }

  /// Bits that both begin with, 0 to 128.
  static int commonPrefix(IpAddress a, IpAddress b) {
    int high = Long.numberOfLeadingZeros(a.high() ^ b.high());
    return high < 64 ? high : 64 + Long.numberOfLeadingZeros(a.low() ^ b.low());
  }
}
