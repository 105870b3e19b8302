package dev.sluice.bench.flood;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.util.Arrays;

/// Clients that mean it: a Sluice that opens a connection every few milliseconds, resets
/// it as soon as it stands, and writes down how long that took.
///
/// A handshake is over when the server's answer to the first text is back, not when its
/// SYN-ACK is: a server that has forgotten the client would send a SYN-ACK all the same.
final class Honest {
  static final String ADDRESS = "10.0.0.1";
  private static final int MOST = 100_000;

  private final Host host;
  private final IpAddress target = IpAddress.parse(Target.ADDRESS);
  private final long[] connectNanos = new long[MOST];
  private int tried;
  private int connected;

  Honest() {
    HostConfig config = new HostConfig();
    config.link = new LinkCapabilities(Target.MTU, Target.MTU, Target.MTU, false);
    config.addresses.add(InterfaceAddress.parse(ADDRESS + "/24"));
    host = new Host(config);
  }

  /// One more tries.
  void connect(long nowNanos) throws IOException {
    if (tried >= MOST) {
      return;
    }
    tried++;
    long[] clock = {nowNanos};
    Connection connection = host.connect(
        null,
        target,
        Target.PORT,
        new ConnectionOptions(),
        (it, event) -> onEvent(it, event, clock[0]),
        nowNanos);
    assert connection.tuple().remotePort() == Target.PORT;
  }

  private void onEvent(Connection connection, Event event, long beganNanos) {
    if (event == Event.Signal.CONNECTED) {
      connection.write(java.nio.ByteBuffer.allocate(1));
      connection.shutdownOutput(System.nanoTime());
    } else if (event == Event.Signal.FIN_ACKNOWLEDGED) {
      connectNanos[connected++] = System.nanoTime() - beganNanos;
      connection.abort(System.nanoTime());
      host.attend(connection);
    }
  }

  void give(PacketBuffer packet, long nowNanos) {
    packet.arrivalNanos(nowNanos);
    host.onPacket(packet, nowNanos);
  }

  boolean poll(PacketBuffer out, long nowNanos) {
    if (host.nextDeadlineNanos() <= nowNanos) {
      host.onDeadlines(nowNanos);
    }
    return host.pollPacket(out, nowNanos);
  }

  int tried() {
    return tried;
  }

  int connected() {
    return connected;
  }

  /// How long the given share of those who connected took at most.
  long quantileNanos(double share) {
    long[] sorted = Arrays.copyOf(connectNanos, connected);
    Arrays.sort(sorted);
    return connected == 0 ? 0 : sorted[(int) Math.min(connected - 1, connected * share)];
  }
}
