package dev.sluice.lab.flood;

import dev.sluice.sim.Node;
import dev.sluice.sim.PacketQueue;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.util.Map;
import java.util.TreeMap;

/// Knocks at one port after another with a SYN and writes down what comes back; a SYN-ACK
/// it answers with RST, so that no connection comes of it, as scanners do.
final class Scanner implements Node {
  /// What a port looks like from outside.
  enum Look {
    OPEN("SYN-ACK"),
    CLOSED("RST"),
    FORBIDDEN("ICMP unreachable"),
    FILTERED("nothing");

    private final String answer;

    Look(String answer) {
      this.answer = answer;
    }

    /// What came back.
    String answer() {
      return answer;
    }
  }

  private static final int PORT = 54_321;

  private final IpAddress address;
  private final IpAddress target;
  private final Map<Integer, Look> looks = new TreeMap<>();
  private final PacketQueue out = new PacketQueue();

  Scanner(IpAddress address, IpAddress target) {
    this.address = address;
    this.target = target;
  }

  /// Knocks at a port, which looks filtered until something comes back.
  void knock(int port) {
    looks.put(port, Look.FILTERED);
    out.add(PacketBuilder.tcp(new FourTuple(address, PORT, target, port))
        .seq(port)
        .with(Flags.SYN)
        .mss(1_460)
        .build());
  }

  /// What each port looks like, in order.
  Map<Integer, Look> looks() {
    return looks;
  }

  @Override
  public String name() {
    return "scanner";
  }

  @Override
  public void onPacket(PacketBuffer packet, long nowNanos) {
    WirePacket in = WirePacket.parse(packet.toArray());
    if (!in.isTcp()) {
      int quote = 28 + 20; // IP, ICMP, and the IP header that is quoted
      if (packet.length() >= quote + 4) {
        looks.put(packet.u16(quote + 2), Look.FORBIDDEN);
      }
    } else if (in.has(Flags.RST)) {
      looks.put(in.sourcePort(), Look.CLOSED);
    } else if (in.has(Flags.SYN | Flags.ACK)) {
      looks.put(in.sourcePort(), Look.OPEN);
      out.add(
          PacketBuilder.tcp(in.receiverTuple()).seq(in.ack()).with(Flags.RST).build());
    }
  }

  @Override
  public boolean pollPacket(PacketBuffer buffer, long nowNanos) {
    return out.poll(buffer);
  }
}
