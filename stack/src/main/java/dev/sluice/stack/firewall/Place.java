package dev.sluice.stack.firewall;

import java.util.List;

/// One end of a packet's way: some addresses, and there some ports.
///
/// @param prefixes none for any address
/// @param ports none for any port, and for packets without ports
public record Place(List<Prefix> prefixes, List<PortRange> ports) {
  /// Everywhere.
  public static final Place ANY = new Place(List.of(), List.of());

  public Place {
    prefixes = List.copyOf(prefixes);
    ports = List.copyOf(ports);
  }

  /// Whether an end is here.
  ///
  /// @param port 0 for a packet without ports, which no list of ports speaks of
  public boolean contains(long high, long low, int port) {
    return containsPort(port) && containsAddress(high, low);
  }

  private boolean containsAddress(long high, long low) {
    int count = prefixes.size();
    for (int i = 0; i < count; i++) {
      if (prefixes.get(i).contains(high, low)) {
        return true;
      }
    }
    return count == 0;
  }

  /// Whether a port is one of these.
  public boolean containsPort(int port) {
    int count = ports.size();
    for (int i = 0; i < count; i++) {
      if (ports.get(i).contains(port)) {
        return true;
      }
    }
    return count == 0;
  }
}
