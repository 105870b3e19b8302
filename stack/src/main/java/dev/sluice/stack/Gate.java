package dev.sluice.stack;

import dev.sluice.stack.firewall.Cause;
import dev.sluice.stack.firewall.Direction;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSnapshot;
import dev.sluice.stack.firewall.FlowState;
import dev.sluice.stack.firewall.Gatekeeper;
import dev.sluice.stack.firewall.PacketFacts;
import dev.sluice.stack.firewall.Protocol;
import dev.sluice.stack.firewall.ReplyLimits;
import dev.sluice.stack.firewall.Verdict;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.Segment;

/// Where the host asks its firewall, and how much it may answer strangers. The rules can
/// be replaced at any time; open connections live on.
final class Gate {
  /// Inputs of the keyed hash that no four-tuple has, and of which secrets are made.
  private static final int KEYS_FROM = 1;

  private final Observers observers;
  private final Tally tally;
  private final ReplyLimits replyLimits;
  private final long key0;
  private final long key1;
  private final long halfOpenNanos;
  private final PacketFacts facts = new PacketFacts();
  private Gatekeeper keeper;
  private boolean open;
  private boolean inside;

  Gate(HostConfig config, TupleHash secret, Observers observers, Tally tally) {
    this.observers = observers;
    this.tally = tally;
    key0 = secretOf(secret, 0);
    key1 = secretOf(secret, 1);
    replyLimits = new ReplyLimits(
        secretOf(secret, 2),
        secretOf(secret, 3),
        config.resetsPerSecond,
        config.icmpErrorsPerSecond,
        config.echoRepliesPerSecond,
        config.synAcksPerSecond);
    halfOpenNanos = halfOpenNanos(config.tcp);
    keeper = new Gatekeeper(config.firewall, key0, key1, halfOpenNanos);
    open = config.firewall.isOpen();
  }

  private static long secretOf(TupleHash secret, int which) {
    return secret.hash64(0, 0, 0, 0, KEYS_FROM + which);
  }

  /// How long a listener waits for a handshake: until the last SYN-ACK is given up.
  private static long halfOpenNanos(TcpSettings settings) {
    if (settings.synTimeoutNanos > 0) {
      return settings.synTimeoutNanos;
    }
    long rto = settings.initialRtoNanos;
    long sum = rto;
    for (int i = 0; i < settings.synAckRetries && sum < Long.MAX_VALUE / 8; i++) {
      rto *= 2;
      sum += rto;
    }
    return sum;
  }

  // ---- the rules

  Firewall firewall() {
    return keeper.firewall();
  }

  /// Puts other rules in place.
  ///
  /// @param flows whose accepted connections count from now on for the new rules' limits
  void firewall(Firewall firewall, FlowTable flows) {
    Gatekeeper next = new Gatekeeper(firewall, key0, key1, halfOpenNanos);
    next.takeCounts(keeper);
    keeper = next;
    open = firewall.isOpen();
    flows.demux.forEach(flow -> {
      if (flow instanceof Flow.Connected connected && connected.accepted) {
        onAccepted(connected.tuple);
      }
    });
  }

  FirewallSnapshot snapshot() {
    return keeper.snapshot();
  }

  /// Whether nobody answers at ports where nobody listens.
  boolean isSilent() {
    return keeper.firewall().silentPorts();
  }

  // ---- packets in

  /// Whether the packet that is next comes from this host itself: those pass, and may be
  /// answered.
  void inside(boolean from) {
    inside = from;
  }

  /// A segment of no open connection came in.
  ///
  /// @param octets of the whole packet
  Verdict onStranger(Segment in, int octets, long nowNanos) {
    if (open || inside) {
      return Verdict.PASS;
    }
    boolean opens = (in.flags & (Flags.SYN | Flags.ACK | Flags.RST)) == Flags.SYN;
    describe(in, Direction.IN, opens ? FlowState.NEW : FlowState.STRAY, octets);
    return judge(nowNanos);
  }

  /// A segment of an open connection came in or goes out.
  Verdict onKnown(Segment segment, Direction direction, int octets, long nowNanos) {
    boolean judged = !open && keeper.judgesEstablished(direction);
    if (!judged || (inside && direction == Direction.IN)) {
      return Verdict.PASS;
    }
    describe(segment, direction, FlowState.ESTABLISHED, octets);
    return judge(nowNanos);
  }

  private void describe(Segment segment, Direction direction, FlowState state, int octets) {
    facts.direction = direction;
    facts.protocol = Protocol.TCP;
    facts.state = state;
    facts.sourceHigh = segment.sourceHigh;
    facts.sourceLow = segment.sourceLow;
    facts.destinationHigh = segment.destinationHigh;
    facts.destinationLow = segment.destinationLow;
    facts.sourcePort = segment.sourcePort;
    facts.destinationPort = segment.destinationPort;
    facts.octets = octets;
  }

  /// Something else than TCP came in.
  ///
  /// @param protocol an `IpProtocol`
  Verdict onDatagram(IpHeader ip, int protocol, int sourcePort, int port, long nowNanos) {
    if (open || inside) {
      return Verdict.PASS;
    }
    facts.direction = Direction.IN;
    facts.protocol = Protocol.of(protocol);
    facts.state = FlowState.NEW;
    facts.sourceHigh = ip.sourceHigh;
    facts.sourceLow = ip.sourceLow;
    facts.destinationHigh = ip.destinationHigh;
    facts.destinationLow = ip.destinationLow;
    facts.sourcePort = sourcePort;
    facts.destinationPort = port;
    facts.octets = ip.headerLength + ip.payloadLength;
    return judge(nowNanos);
  }

  /// As what a packet that was just stopped is counted.
  DropReason reason() {
    return switch (facts.cause) {
      case NONE, RULE, DEFAULT -> DropReason.FILTERED;
      case BOGON -> DropReason.FILTERED_BOGON;
      case NEW_RATE -> DropReason.FILTERED_RATE;
      case HALF_OPEN -> DropReason.FILTERED_HALF_OPEN;
      case CONNECTIONS -> DropReason.FILTERED_CONNECTIONS;
    };
  }

  private Verdict judge(long nowNanos) {
    Verdict verdict = keeper.judge(facts, nowNanos);
    if (verdict != Verdict.PASS) {
      observers.onFiltered(facts, nowNanos);
    }
    return verdict;
  }

  // ---- connections

  /// Whether a connection may be opened outward. One that may not is counted; one that
  /// may is counted by its SYN.
  ///
  /// @return null if it may, else what forbids it, for people
  @org.jspecify.annotations.Nullable
  String refusal(FourTuple tuple, long nowNanos) {
    if (open) {
      return null;
    }
    facts.direction = Direction.OUT;
    facts.protocol = Protocol.TCP;
    facts.state = FlowState.NEW;
    facts.sourceHigh = tuple.local().high();
    facts.sourceLow = tuple.local().low();
    facts.destinationHigh = tuple.remote().high();
    facts.destinationLow = tuple.remote().low();
    facts.sourcePort = tuple.localPort();
    facts.destinationPort = tuple.remotePort();
    facts.octets = 0;
    if (keeper.wouldPass(facts)) {
      return null;
    }
    judge(nowNanos);
    tally.host().increment(HostCounter.CONNECTS_REFUSED);
    return facts.cause == Cause.RULE
        ? "the firewall's rule at line " + facts.ruleLine
        : "the firewall's default";
  }

  /// Whether a segment of a flow may leave.
  boolean letsOut(Segment out, int octets, long nowNanos) {
    if (open) {
      return true;
    }
    Verdict verdict;
    if ((out.flags & (Flags.SYN | Flags.ACK)) == Flags.SYN) {
      describe(out, Direction.OUT, FlowState.NEW, octets);
      verdict = judge(nowNanos);
    } else {
      verdict = onKnown(out, Direction.OUT, octets, nowNanos);
    }
    if (verdict != Verdict.PASS) {
      tally.host().increment(HostCounter.SEGMENTS_OUT_FILTERED);
    }
    return verdict == Verdict.PASS;
  }

  /// A peer completed its handshake.
  void onAccepted(FourTuple tuple) {
    keeper.onAccepted(tuple.local(), tuple.localPort(), tuple.remote(), tuple.remotePort());
  }

  /// A handshake that we answered is complete.
  void onHandshake(FourTuple tuple) {
    replyLimits.onHandshake(tuple.remote().high(), tuple.remote().low());
    onAccepted(tuple);
  }

  /// An accepted connection is over.
  void onClosed(FourTuple tuple) {
    keeper.onClosed(tuple.local(), tuple.localPort(), tuple.remote(), tuple.remotePort());
  }

  // ---- answers to strangers

  /// Whether an address may be answered with one more of these.
  boolean mayAnswer(ReplyLimits.Kind kind, long high, long low, long nowNanos) {
    if (inside || replyLimits.take(kind, high, low, nowNanos)) {
      return true;
    }
    tally
        .host()
        .increment(
            switch (kind) {
              case RESET -> HostCounter.RESETS_HELD_BACK;
              case ICMP_ERROR, ECHO_REPLY -> HostCounter.ICMP_HELD_BACK;
              case SYN_ACK -> HostCounter.SYN_ACKS_HELD_BACK;
            });
    return false;
  }
}
