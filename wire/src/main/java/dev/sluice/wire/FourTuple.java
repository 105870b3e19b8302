package dev.sluice.wire;

/// The pair of sockets that names a connection, seen from this host.
///
/// @param local our address
/// @param localPort our port, 1 to 65,535
/// @param remote the peer's address, of the same family
/// @param remotePort the peer's port, 1 to 65,535
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.4 RFC 9293 §3.4
public record FourTuple(IpAddress local, int localPort, IpAddress remote, int remotePort)
    implements Comparable<FourTuple> {
  public FourTuple {
    if (local.isV4() != remote.isV4()) {
      throw new IllegalArgumentException("one family for both ends: " + local + ", " + remote);
    }
  }

  public boolean isV4() {
    return local.isV4();
  }

  /// Any total order, so that a map's collisions cost a logarithm.
  @Override
  public int compareTo(FourTuple other) {
    int byRemote = remote.compareTo(other.remote);
    if (byRemote != 0) {
      return byRemote;
    }
    int byPort = Integer.compare(remotePort, other.remotePort);
    if (byPort != 0) {
      return byPort;
    }
    int byLocal = local.compareTo(other.local);
    return byLocal != 0 ? byLocal : Integer.compare(localPort, other.localPort);
  }

  @Override
  public String toString() {
    return text(local, localPort) + " > " + text(remote, remotePort);
  }

  /// `198.18.0.2:7` or `[fd5a::2]:7`.
  public static String text(IpAddress address, int port) {
    return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
  }
}
