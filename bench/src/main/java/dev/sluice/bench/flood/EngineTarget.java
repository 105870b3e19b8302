package dev.sluice.bench.flood;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;

/// A host without a link, on the thread of the run.
final class EngineTarget implements Target {
  /// Connections that wait to be accepted.
  static final int BACKLOG = 1_024;
  /// Half-open peers kept.
  static final int HALF_OPEN = 1_024;

  private final Host host;
  private final Listener listener;
  private long busyNanos;

  EngineTarget(SynCookieMode mode) throws IOException {
    HostConfig config = new HostConfig();
    config.link = new LinkCapabilities(MTU, MTU, MTU, true);
    config.addresses.add(InterfaceAddress.parse(ADDRESS + "/24"));
    config.tcp.synCookies = mode;
    host = new Host(config);
    listener = host.listen(
        host.bind(IpAddress.ANY_V4, PORT, true),
        new ConnectionOptions(),
        new ListenerLimits(BACKLOG, HALF_OPEN),
        (it, connection) -> {
          it.onAccepted();
          return (subject, event) -> {};
        });
  }

  @Override
  public boolean give(PacketBuffer packet, long nowNanos) {
    long begin = System.nanoTime();
    packet.arrivalNanos(nowNanos);
    host.onPacket(packet, nowNanos);
    busyNanos += System.nanoTime() - begin;
    return true;
  }

  @Override
  public boolean poll(PacketBuffer out, long nowNanos) {
    long begin = System.nanoTime();
    if (host.nextDeadlineNanos() <= nowNanos) {
      host.onDeadlines(nowNanos);
    }
    boolean sent = host.pollPacket(out, nowNanos);
    busyNanos += System.nanoTime() - begin;
    return sent;
  }

  @Override
  public long busyNanos() {
    return busyNanos;
  }

  @Override
  public long stateOctets() {
    return listener.halfOpenOctets();
  }

  @Override
  public void close() {
    host.abortAll(0);
  }
}
