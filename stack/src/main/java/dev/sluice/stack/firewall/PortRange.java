package dev.sluice.stack.firewall;

/// Ports from one to another.
///
/// @param first 1 to 65,535
/// @param last not below the first
public record PortRange(int first, int last) {
  public PortRange {
    if (first < 1 || last > 65_535 || first > last) {
      throw new IllegalArgumentException("no range of ports: " + first + " to " + last);
    }
  }

  /// Whether a port is in it.
  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
