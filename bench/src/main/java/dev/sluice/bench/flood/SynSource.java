package dev.sluice.bench.flood;

import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.util.SplittableRandom;

/// SYNs from random addresses of 198.18.0.0/15, which is set aside for benchmarks (RFC
/// 2544): made beforehand, and given out again and again with other numbers.
///
/// Nothing is sent from here to anywhere but a [Target] of this process.
final class SynSource {
  private static final int NETWORK = 0xc612_0000;
  private static final int HOSTS = 1 << 17;
  private static final int MADE = 1 << 16;

  private final PacketBuffer[] packets = new PacketBuffer[MADE];
  private int next;

  SynSource(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    IpAddress target = IpAddress.parse(Target.ADDRESS);
    Segment syn = new Segment();
    for (int i = 0; i < MADE; i++) {
      syn.clear();
      syn.sourceLow = IpAddress.lowOfV4(NETWORK + random.nextInt(HOSTS));
      syn.destinationLow = target.low();
      syn.sourcePort = random.nextInt(1_024, 65_536);
      syn.destinationPort = Target.PORT;
      syn.ttl = 64;
      syn.flags = Flags.SYN;
      syn.seq = random.nextInt();
      syn.window = 64_240;
      syn.mss = 1_460;
      syn.sackPermitted = true;
      syn.windowScale = 7;
      syn.hasTimestamps = (i & 1) == 0;
      syn.tsVal = random.nextInt();
      packets[i] = new PacketBuffer(256);
      TcpCodec.encode(syn, OptionLayout.LINUX, false, packets[i]);
    }
  }

  /// The next one.
  PacketBuffer next() {
    PacketBuffer packet = packets[next];
    next = (next + 1) % MADE;
    return packet;
  }

  /// Whether the packet goes back to such an address.
  static boolean isAnswer(PacketBuffer packet) {
    return packet.length() >= 20 && (packet.i32(16) & -HOSTS) == NETWORK;
  }
}
