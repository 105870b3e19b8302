package dev.sluice.bench.kernel;

import dev.sluice.bench.line.Flow;
import dev.sluice.bench.line.Plan;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;

/// Sluice at one end, on the thread of the wire.
final class SluiceSide implements Side {
  private final Host host;
  private final boolean sends;
  private final Flow flow;
  private final ConnectionOptions options = new ConnectionOptions();

  SluiceSide(boolean sends, Plan plan) {
    this.sends = sends;
    HostConfig config = new HostConfig();
    config.link = new LinkCapabilities(Wire.MTU, Wire.MTU, Wire.MTU, false);
    config.addresses.add(InterfaceAddress.parse((sends ? Wire.SENDER : Wire.RECEIVER) + "/24"));
    host = new Host(config);
    flow = new Flow(host, host);
    options.sendBufferBytes = (int) (4 * plan.productBytes() + 4 * 1024 * 1024);
    options.receiveBufferBytes = options.sendBufferBytes;
  }

  @Override
  public void begin(long nowNanos) throws IOException {
    if (sends) {
      IpAddress peer = IpAddress.parse(Wire.RECEIVER);
      flow.sends(host.connect(null, peer, Wire.PORT, options, (it, event) -> {}, nowNanos));
      return;
    }
    host.listen(
        host.bind(IpAddress.ANY_V4, Wire.PORT, true),
        options,
        new ListenerLimits(8, 8),
        (listener, connection) -> {
          listener.onAccepted();
          flow.receives(connection);
          return (it, event) -> {};
        });
  }

  @Override
  public boolean poll(PacketBuffer out, long nowNanos) {
    if (host.nextDeadlineNanos() <= nowNanos) {
      host.onDeadlines(nowNanos);
    }
    if (sends) {
      flow.write();
    } else {
      flow.read(nowNanos);
    }
    return host.pollPacket(out, nowNanos);
  }

  @Override
  public void give(PacketBuffer packet, long nowNanos) {
    packet.arrivalNanos(nowNanos);
    host.onPacket(packet, nowNanos);
  }

  @Override
  public long readBytes() {
    return flow.readBytes();
  }

  @Override
  public void close() {
    host.abortAll(0);
  }
}
