package dev.sluice.stack;

import dev.sluice.wire.DropReason;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A host in virtual time, with what it sent.
final class TestHost {
  final HostConfig config = new HostConfig();
  final Host host;
  private final PacketBuffer buffer = PacketBuffer.ofMaximumSize();
  private final List<byte[]> sent = new ArrayList<>();
  long nowNanos;

  TestHost(String... cidrs) {
    this(change -> {}, cidrs);
  }

  TestHost(java.util.function.Consumer<HostConfig> change, String... cidrs) {
    for (String cidr : cidrs) {
      config.addresses.add(InterfaceAddress.parse(cidr));
    }
    config.random = new Random(1);
    change.accept(config);
    host = new Host(config);
  }

  /// A host with one address of each family.
  static TestHost usual() {
    return new TestHost(TestPackets.HOST_V4 + "/24", TestPackets.HOST_V6 + "/64");
  }

  /// Gives the host a packet and lets it answer.
  void receive(byte[] packet) {
    buffer.reset(packet.length);
    buffer.copyFrom(packet);
    host.onPacket(buffer, nowNanos);
    poll();
  }

  void poll() {
    while (host.pollPacket(buffer, nowNanos)) {
      sent.add(buffer.toArray());
    }
  }

  /// What was sent since the last call.
  List<byte[]> takeSent() {
    List<byte[]> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /// The drop reasons that occurred, with their counts.
  Map<DropReason, Long> drops() {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      if (host.drops().get(reason) > 0) {
        drops.put(reason, host.drops().get(reason));
      }
    }
    return drops;
  }

  /// A sent packet, understood.
  static Segment parse(byte[] packet) {
    PacketBuffer copy = PacketBuffer.ofMaximumSize();
    copy.copyFrom(packet);
    IpHeader ip = new IpHeader();
    Segment segment = new Segment();
    DropReason reason = ip.parse(copy);
    reason = reason == DropReason.NONE ? TcpCodec.parse(copy, ip, segment) : reason;
    if (reason != DropReason.NONE) {
      throw new AssertionError("the host sent a bad packet: " + reason.text());
    }
    return segment;
  }
}
