package dev.sluice.guard.capture;

import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.link.PcapngWriter.Direction;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;

/// A link that shows a memory what passes.
public final class RememberingLink implements Link {
  private final Link link;
  private final PacketMemory memory;

  /// @param link what is wrapped; closed with this one
  /// @param memory what remembers
  public RememberingLink(Link link, PacketMemory memory) {
    this.link = link;
    this.memory = memory;
  }

  @Override
  public LinkCapabilities capabilities() {
    return link.capabilities();
  }

  @Override
  public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
    boolean received = link.receive(target, nowNanos);
    if (received) {
      memory.note(target, Direction.INBOUND, nowNanos);
    }
    return received;
  }

  @Override
  public boolean send(PacketBuffer packet, long nowNanos) throws IOException {
    boolean sent = link.send(packet, nowNanos);
    if (sent) {
      memory.note(packet, Direction.OUTBOUND, nowNanos);
    }
    return sent;
  }

  @Override
  public boolean gathers() {
    return link.gathers();
  }

  @Override
  public long nextArrivalNanos() {
    return link.nextArrivalNanos();
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    link.await(timeoutNanos);
  }

  @Override
  public void wakeup() {
    link.wakeup();
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
