package dev.sluice.cli.text;

import dev.sluice.wire.IpAddress;

/// A host or address with a port: `198.18.0.2:7`, `[fd5a::2]:7`, `fd5a::2.7` is none.
///
/// @param host an address or name, without brackets
/// @param port 0 to 65,535
public record EndpointText(String host, int port) {
  /// The largest port number.
  public static final int MAX_PORT = 65_535;

  /// Reads `ADDRESS:PORT`; an IPv6 address stands in brackets.
  ///
  /// @throws IllegalArgumentException saying what was expected
  public static EndpointText parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0) {
      String host = withoutBrackets(text.substring(0, colon));
      boolean bracketed = text.charAt(0) == '[' && text.charAt(colon - 1) == ']';
      if (bracketed || host.indexOf(':') < 0) {
        return new EndpointText(host, parsePort(text.substring(colon + 1), 0));
      }
    }
    throw new IllegalArgumentException("not an address with port: '" + text
        + "' (expected one like 198.18.0.2:4000" + " or [fd5a::2]:4000)");
  }

  /// Reads a port number.
  ///
  /// @param lowest 0 or 1
  /// @throws IllegalArgumentException saying what was expected
  public static int parsePort(String text, int lowest) {
    int port = -1;
    if (!text.isEmpty() && text.length() <= 5) {
      port = 0;
      for (int i = 0; i < text.length(); i++) {
        int digit = text.charAt(i) - '0';
        port = digit >= 0 && digit <= 9 && port >= 0 ? port * 10 + digit : -1;
      }
    }
    if (port < lowest || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "not a port: '" + text + "' (expected " + lowest + " to 65535)");
    }
    return port;
  }

  private static String withoutBrackets(String host) {
    boolean bracketed = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  /// The literal address.
  ///
  /// @throws IllegalArgumentException if the host is a name
  public IpAddress address() {
    return IpAddress.parse(host);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
