package dev.sluice.cli.run;

import dev.sluice.cli.text.EndpointText;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Turns what people call a host into an address.
public final class Names {
  private Names() {}

  /// A literal address, the name of one of our hosts, or a name the system knows.
  ///
  /// @throws IOException in one line if it is none of these
  public static InetSocketAddress resolve(String host, int port, List<RunningHost> hosts)
      throws IOException {
    for (RunningHost running : hosts) {
      if (running.name().equals(host)) {
        String first = running.addresses().getFirst();
        return new InetSocketAddress(InterfaceAddress.parse(first).address().toInetAddress(), port);
      }
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw new IOException("no host is called '" + host + "'", e);
    }
  }

  /// The literal address and port.
  public static String text(InetSocketAddress address) {
    return new EndpointText(IpAddress.of(address.getAddress()).toString(), address.getPort())
        .toString();
  }
}
