package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.PacketLine.TcpLine;
import dev.sluice.packetdrill.language.TcpOption;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Seq;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What must hold for every segment of a host, whether the script says so or not: the
/// timestamp echo is as written, and the window is never taken back.
final class StrictChecks {
  private @Nullable Flow flow;
  private boolean hasEdge;
  private int edge;
  private int ourShift;
  private boolean peerScales;

  /// A segment of the script goes in.
  void onInbound(TcpLine line, Flow current) {
    follow(current);
    List<TcpOption> options = line.options();
    if ((line.flags() & Flags.SYN) != 0 && options != null) {
      peerScales = options.stream().anyMatch(TcpOption.WindowScale.class::isInstance);
    }
  }

  /// A segment of the host came out.
  ///
  /// @throws Failure naming what is wrong
  void onOutbound(LivePacket packet, TcpLine line, Flow current) {
    follow(current);
    if (packet.has(Flags.SYN)) {
      for (LivePacket.Option option : packet.options()) {
        ourShift = option.kind() == 3 ? (int) OptionOctets.unsigned(option.data(), 0, 1) : ourShift;
      }
    }
    echo(packet, line);
    if (packet.has(Flags.ACK) && !packet.has(Flags.RST)) {
      window(packet);
    }
  }

  private void follow(Flow current) {
    if (flow != current) {
      flow = current;
      hasEdge = false;
      ourShift = 0;
      peerScales = false;
    }
  }

  private void window(LivePacket packet) {
    boolean scaled = peerScales && !packet.has(Flags.SYN);
    int right = packet.ack() + (packet.window() << (scaled ? ourShift : 0));
    if (hasEdge && Seq.lt(right, edge)) {
      throw new Failure("the right edge of the window moved left by " + (edge - right)
          + " octets (RFC 9293 SHLD-14)");
    }
    hasEdge = true;
    edge = right;
  }

  private static void echo(LivePacket packet, TcpLine line) {
    List<TcpOption> options = line.options();
    if (options == null) {
      return;
    }
    for (TcpOption wanted : options) {
      for (LivePacket.Option live : packet.options()) {
        if (wanted instanceof TcpOption.Timestamps ts && live.kind() == 8) {
          compare(ts.ecr(), OptionOctets.unsigned(live.data(), 4, 4));
        }
      }
    }
  }

  private static void compare(long expected, long seen) {
    if (expected != seen) {
      throw new Failure("TS ecr: expected " + expected + ", seen " + seen);
    }
  }
}
