package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.PacketLine;
import dev.sluice.packetdrill.language.PacketLine.IcmpLine;
import dev.sluice.packetdrill.language.PacketLine.TcpLine;
import dev.sluice.packetdrill.language.PacketLine.UdpLine;
import dev.sluice.packetdrill.language.TcpOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Injects the packets of a script and judges those of the host.
final class PacketSteps {
  /// How long after its time an expected packet is waited for.
  private static final long PATIENCE_NANOS = 2_000_000_000L;
  /// How long with `*`, virtually for ever.
  private static final long EVER_NANOS = 86_400_000_000_000L;

  private final VirtualHost host;
  private final FlowTracker flows;
  private final ScriptOptions options;
  private final Timeline timeline;
  private final boolean strict;
  private final StrictChecks checks = new StrictChecks();
  private final long startNanos;
  private final PacketWriter writer;
  private final IcmpWriter icmp;

  PacketSteps(
      VirtualHost host,
      FlowTracker flows,
      ScriptOptions options,
      Timeline timeline,
      long startNanos,
      boolean strict) {
    this.host = host;
    this.flows = flows;
    this.options = options;
    this.timeline = timeline;
    this.strict = strict;
    this.startNanos = startNanos;
    Addresses addresses = options.addresses();
    this.writer = new PacketWriter(addresses, options.extrapolateEchoes);
    this.icmp = new IcmpWriter(addresses, writer);
  }

  // ---- inbound

  void inject(PacketLine line) {
    refuseEncapsulation(line);
    byte[] packet = switch (line) {
      case TcpLine tcp -> {
        if (tcp.udp() != null) {
          throw new NotRun("TCP in UDP (udp_encapsulation)");
        }
        Flow flow = flows.forInbound(tcp);
        checks.onInbound(tcp, flow);
        yield writer.tcp(tcp, flow);
      }
      case UdpLine udp -> writer.udp(udp, flows.flow());
      case IcmpLine message -> icmp.write(message, flows.flow());
    };
    timeline.add(host.sinceStart(), "< " + text(line, packet));
    boolean merged = line instanceof TcpLine tcp
        && options.mergedSegmentBytes > 0
        && tcp.sequence().length() > options.mergedSegmentBytes;
    host.inject(packet, merged ? options.mergedSegmentBytes : 0);
  }

  private String text(PacketLine line, byte[] packet) {
    return switch (line) {
      case TcpLine tcp -> inbound(tcp);
      case UdpLine udp -> "udp (" + udp.length() + ")";
      case IcmpLine message -> "icmp " + message.type() + ", " + packet.length + " octets";
    };
  }

  private static String inbound(TcpLine line) {
    PacketLine.Sequence sequence = line.sequence();
    String start = Integer.toUnsignedString(sequence.start());
    String end = Integer.toUnsignedString(sequence.start() + sequence.length());
    StringBuilder text = new StringBuilder(SegmentView.flagText(line.flags(), line.ace() > 0));
    text.append(' ').append(start).append(':').append(end);
    text.append('(').append(sequence.length()).append(')');
    if (line.ack() != null) {
      text.append(" ack ").append(Integer.toUnsignedString(line.ack()));
    }
    text.append(" win ").append(line.window());
    List<TcpOption> list = line.options();
    if (list != null && !list.isEmpty()) {
      text.append(" <")
          .append(String.join(",", list.stream().map(OptionOctets::text).toList()));
      text.append('>');
    }
    return text.toString();
  }

  private static void refuseEncapsulation(PacketLine line) {
    if (!line.encapsulations().isEmpty()) {
      throw new NotRun("encapsulation " + line.encapsulations().getFirst().split(" ", 3)[0]);
    }
  }

  // ---- outbound

  void expect(PacketLine line, When when) {
    refuseEncapsulation(line);
    if (!(line instanceof TcpLine tcp)) {
      throw new NotRun("an outbound packet that is not TCP");
    }
    if (tcp.udp() != null) {
      throw new NotRun("TCP in UDP (udp_encapsulation)");
    }
    long limit = when.any() ? host.nowNanos() + EVER_NANOS : when.endNanos() + PATIENCE_NANOS;
    Aggregate seen = collect(tcp, limit);
    checkTimestamp(tcp, seen.first());
    SegmentView view = SegmentView.of(tcp, seen, flows.flow());
    String problem = "";
    if (view.differs()) {
      problem = "not the segment that was expected";
    } else if (!when.fits(seen.last().timeNanos)) {
      problem = "at " + script(seen.last().timeNanos) + " s, expected " + expectedTime(when);
    }
    if (!problem.isEmpty() && !options.packetsNotFatal) {
      throw new Failure(problem + "\n" + view.sideBySide());
    }
    if (strict) {
      checks.onOutbound(seen.last(), tcp, flows.flow());
    }
  }

  private String script(long nanos) {
    return Timeline.seconds(nanos - startNanos);
  }

  private String expectedTime(When when) {
    String range = script(when.startNanos())
        + (when.endNanos() > when.startNanos() ? " to " + script(when.endNanos()) : "");
    return "at " + range + " s (tolerance " + Timeline.seconds(when.toleranceNanos()) + " s)";
  }

  /// The next segment of the flow, and those that continue it up to the length that the
  /// script expects.
  private Aggregate collect(TcpLine line, long limitNanos) {
    LivePacket first = next(limitNanos);
    if (first == null) {
      throw new Failure(
          "no segment came until " + script(host.nowNanos()) + " s\nexpected > " + inbound(line));
    }
    flows.onOutbound(first, line);
    note(first);
    Aggregate seen = new Aggregate(new ArrayList<>(List.of(first)));
    int wanted = line.sequence().length();
    while (!options.strictSegments && seen.payloadLength() < wanted && first.payloadLength() > 0) {
      LivePacket more = peek(limitNanos);
      if (more == null
          || !seen.takes(more)
          || seen.payloadLength() + more.payloadLength() > wanted) {
        break;
      }
      host.outbox().removeFirst();
      note(more);
      seen.parts().add(more);
    }
    return seen;
  }

  private void note(LivePacket packet) {
    timeline.add(packet.timeNanos - startNanos, "> " + SegmentView.text(packet, flows.flow()));
  }

  private @Nullable LivePacket next(long limitNanos) {
    LivePacket packet = peek(limitNanos);
    if (packet != null) {
      host.outbox().removeFirst();
    }
    return packet;
  }

  /// The next packet of the flow, which then heads the outbox; packets of others before
  /// it are passed over, as the original tool does.
  private @Nullable LivePacket peek(long limitNanos) {
    while (true) {
      Iterator<VirtualHost.Sent> sent = host.outbox().iterator();
      while (sent.hasNext()) {
        VirtualHost.Sent candidate = sent.next();
        LivePacket packet = new LivePacket(candidate.timeNanos(), candidate.packet());
        if (flows.flow().matches(packet)) {
          return packet;
        }
        timeline.add(candidate.timeNanos() - startNanos, "> (of another connection)");
        sent.remove();
      }
      if (!host.step(limitNanos)) {
        return null;
      }
    }
  }

  /// Ties the script's timestamp to the live one, and compares it if ticks are given.
  private void checkTimestamp(TcpLine line, LivePacket packet) {
    List<TcpOption> list = line.options();
    if (list == null) {
      return;
    }
    for (TcpOption option : list) {
      if (option instanceof TcpOption.Timestamps wanted) {
        checkTimestamp(wanted, packet);
      }
    }
  }

  private void checkTimestamp(TcpOption.Timestamps wanted, LivePacket packet) {
    for (LivePacket.Option live : packet.options()) {
      if (live.kind() == 8) {
        compareTimestamp(wanted, (int) OptionOctets.unsigned(live.data(), 0, 4), packet);
      }
    }
  }

  private void compareTimestamp(TcpOption.Timestamps wanted, int liveVal, LivePacket packet) {
    Flow flow = flows.flow();
    flow.sawTimestamp(wanted, liveVal);
    if (options.timestampTickMicros == 0 || wanted.ignoreVal()) {
      return;
    }
    long apart = Math.abs((long) flow.tsValToScript(liveVal) - (int) wanted.val());
    long elapsed = packet.timeNanos - startNanos;
    long tolerance =
        Math.max(options.toleranceNanos, (long) (elapsed * options.tolerancePercent / 100));
    if (apart * options.timestampTickMicros * 1_000 > tolerance) {
      throw new Failure("TS val: expected " + wanted.val() + ", seen "
          + Integer.toUnsignedString(flow.tsValToScript(liveVal)));
    }
  }

  /// Fails if the host sent something on the connection that nobody expected.
  void expectSilence() {
    for (VirtualHost.Sent sent : host.outbox()) {
      LivePacket packet = new LivePacket(sent.timeNanos(), sent.packet());
      if (flows.flow().matches(packet)) {
        throw new Failure(
            "a segment that nobody expected\n    seen > " + SegmentView.text(packet, flows.flow()));
      }
    }
  }
}
