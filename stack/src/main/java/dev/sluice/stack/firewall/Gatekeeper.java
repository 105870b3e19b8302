package dev.sluice.stack.firewall;

import dev.sluice.wire.IpAddress;
import dev.sluice.wire.SipHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Applies the rules of a [Firewall] to packets, and remembers what each source has asked
/// for. Single-threaded; allocates nothing per packet.
///
/// Memory: 1.5 MiB if any rule has a limit, and 2 MiB more if any limits half-open
/// peers; nothing else grows.
public final class Gatekeeper {
  /// Sources that are remembered at once, counted for each limit.
  private static final int SOURCES = 65_536;
  /// Handshakes that are remembered at once.
  private static final int PENDING = 65_536;

  private final Firewall firewall;
  private final Rule[] rules;
  private final long[] packets;
  private final long[] octets;
  /// Packets of bogons, then by default inward, then by default outward.
  private final long[] otherPackets = new long[3];

  private final long[] otherOctets = new long[3];
  private final boolean judgesEstablishedIn;
  private final boolean judgesEstablishedOut;
  private final boolean countsConnections;
  private final SipHash sip;
  private final @Nullable SourceTable sources;
  private final @Nullable PendingHandshakes pending;
  private final PacketFacts own = new PacketFacts();

  /// @param firewall the rules
  /// @param key0 half of a secret
  /// @param key1 the other half
  /// @param halfOpenNanos how long a listener waits for a handshake
  public Gatekeeper(Firewall firewall, long key0, long key1, long halfOpenNanos) {
    this.firewall = firewall;
    rules = firewall.rules().toArray(Rule[]::new);
    packets = new long[rules.length];
    octets = new long[rules.length];
    judgesEstablishedIn = firewall.judgesEstablished(Direction.IN);
    judgesEstablishedOut = firewall.judgesEstablished(Direction.OUT);
    sip = new SipHash(key0, key1);
    boolean countsHalfOpen = firewall.limits(Limit.Kind.HALF_OPEN);
    countsConnections = countsHalfOpen || firewall.limits(Limit.Kind.CONNECTIONS);
    sources =
        countsConnections || firewall.limits(Limit.Kind.NEW) ? new SourceTable(SOURCES) : null;
    pending = countsHalfOpen && sources != null
        ? new PendingHandshakes(sources, PENDING, halfOpenNanos)
        : null;
  }

  /// The rules that it applies.
  public Firewall firewall() {
    return firewall;
  }

  /// Whether packets of open connections that go this way have to be judged at all.
  public boolean judgesEstablished(Direction direction) {
    return direction == Direction.IN ? judgesEstablishedIn : judgesEstablishedOut;
  }

  // ---- packets

  /// Judges a packet, counts it, and leaves the cause in it. An established packet passes
  /// unless a rule speaks of established ones.
  public Verdict judge(PacketFacts packet, long nowNanos) {
    packet.cause = Cause.NONE;
    packet.ruleLine = 0;
    boolean established = packet.state == FlowState.ESTABLISHED;
    boolean inward = packet.direction == Direction.IN;
    if (inward && !established && firewall.isBogon(packet.sourceHigh, packet.sourceLow)) {
      packet.cause = Cause.BOGON;
      count(0, packet);
      return Verdict.DROP;
    }
    int index = ruleFor(packet);
    if (index >= 0) {
      return apply(index, packet, nowNanos);
    }
    if (established) {
      return Verdict.PASS;
    }
    count(inward ? 1 : 2, packet);
    return byDefault(packet);
  }

  private void count(int other, PacketFacts packet) {
    otherPackets[other]++;
    otherOctets[other] += packet.octets;
  }

  private Verdict byDefault(PacketFacts packet) {
    Action action = firewall.byDefault(packet.direction);
    if (action == Action.ALLOW) {
      return Verdict.PASS;
    }
    packet.cause = Cause.DEFAULT;
    if (action == Action.DROP) {
      return Verdict.DROP;
    }
    return packet.protocol == Protocol.TCP ? Verdict.REJECT_WITH_RST : Verdict.REJECT_WITH_ICMP;
  }

  /// Whether a packet would pass, limits aside. Counts nothing.
  public boolean wouldPass(PacketFacts packet) {
    int index = ruleFor(packet);
    Action action = index < 0 ? firewall.byDefault(packet.direction) : rules[index].action();
    return action == Action.ALLOW;
  }

  private int ruleFor(PacketFacts packet) {
    for (int i = 0; i < rules.length; i++) {
      if (rules[i].matches(packet)) {
        return i;
      }
    }
    return -1;
  }

  private Verdict apply(int index, PacketFacts packet, long nowNanos) {
    Rule rule = rules[index];
    packets[index]++;
    octets[index] += packet.octets;
    packet.ruleLine = rule.origin().line();
    if (rule.action() != Action.ALLOW) {
      packet.cause = Cause.RULE;
      return rule.stop(packet.protocol);
    }
    if (!rule.limits().isEmpty() && packet.state != FlowState.ESTABLISHED && sources != null) {
      packet.cause = exceeded(index, sources, packet, nowNanos);
    }
    return packet.cause == Cause.NONE ? Verdict.PASS : Verdict.DROP;
  }

  // ---- limits

  /// Which limit of a rule a packet exceeds; if none, what it uses is taken.
  private Cause exceeded(int index, SourceTable table, PacketFacts packet, long nowNanos) {
    Rule rule = rules[index];
    boolean isNew = packet.state == FlowState.NEW;
    Limit connections = rule.limit(Limit.Kind.CONNECTIONS);
    if (connections != null) {
      int entry = table.find(key(index, connections, packet));
      if (entry >= 0 && table.connections(entry) >= connections.amount()) {
        return Cause.CONNECTIONS;
      }
    }
    if (!isNew) {
      return Cause.NONE;
    }
    Limit halfOpen = rule.limit(Limit.Kind.HALF_OPEN);
    boolean begins = halfOpen != null && pending != null && begins(packet, pending, nowNanos);
    if (halfOpen != null && begins) {
      int entry = table.find(key(index, halfOpen, packet));
      if (entry >= 0 && table.halfOpen(entry) >= halfOpen.amount()) {
        return Cause.HALF_OPEN;
      }
    }
    Limit rate = rule.limit(Limit.Kind.NEW);
    if (rate != null) {
      int entry = table.claim(key(index, rate, packet), nowNanos);
      if (!table.take(entry, rate.intervalNanos(), rate.aheadNanos(), nowNanos)) {
        return Cause.NEW_RATE;
      }
    }
    if (halfOpen != null && begins && pending != null) {
      pending.add(tupleHash(packet), key(index, halfOpen, packet), nowNanos);
    }
    return Cause.NONE;
  }

  /// Whether a SYN is the first of its handshake.
  private boolean begins(PacketFacts packet, PendingHandshakes handshakes, long nowNanos) {
    handshakes.expire(nowNanos);
    return !handshakes.contains(tupleHash(packet));
  }

  private long tupleHash(PacketFacts packet) {
    long ports = (long) packet.sourcePort << 16 | packet.destinationPort;
    return notZero(sip.begin()
        .add(packet.sourceHigh)
        .add(packet.sourceLow)
        .add(packet.destinationHigh)
        .add(packet.destinationLow)
        .finish(ports, 7));
  }

  private long key(int index, Limit limit, PacketFacts packet) {
    int bits = limit.grouping().bitsOf(packet.sourceHigh, packet.sourceLow);
    return notZero(sip.begin()
        .add(packet.sourceHigh & Prefix.highMask(bits))
        .add(packet.sourceLow & Prefix.lowMask(bits))
        .finish((long) index << 2 | limit.kind().ordinal(), 6));
  }

  private static long notZero(long hash) {
    return hash == 0 ? 1 : hash;
  }

  // ---- connections

  /// A peer completed its handshake.
  public void onAccepted(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    if (countsConnections) {
      own(local, localPort, remote, remotePort);
      if (pending != null) {
        pending.remove(tupleHash(own));
      }
      addConnection(1);
    }
  }

  /// An accepted connection is over.
  public void onClosed(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    if (countsConnections) {
      own(local, localPort, remote, remotePort);
      addConnection(-1);
    }
  }

  private void own(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    own.direction = Direction.IN;
    own.protocol = Protocol.TCP;
    own.state = FlowState.NEW;
    own.sourceHigh = remote.high();
    own.sourceLow = remote.low();
    own.destinationHigh = local.high();
    own.destinationLow = local.low();
    own.sourcePort = remotePort;
    own.destinationPort = localPort;
  }

  private void addConnection(int change) {
    int index = ruleFor(own);
    Limit limit = index < 0 ? null : rules[index].limit(Limit.Kind.CONNECTIONS);
    if (limit == null || sources == null) {
      return;
    }
    long key = key(index, limit, own);
    int entry = change > 0 ? sources.claim(key, Long.MIN_VALUE / 2) : sources.find(key);
    if (entry >= 0) {
      sources.addConnections(entry, change);
    }
  }

  // ---- what it has done

  /// Takes over the counts of another, rule by rule, where the text is the same: those
  /// who reload a file want to go on counting.
  public void takeCounts(Gatekeeper before) {
    boolean[] taken = new boolean[before.rules.length];
    for (int i = 0; i < rules.length; i++) {
      for (int j = 0; j < taken.length; j++) {
        if (!taken[j]
            && before.rules[j].origin().text().equals(rules[i].origin().text())) {
          packets[i] = before.packets[j];
          octets[i] = before.octets[j];
          taken[j] = true;
          break;
        }
      }
    }
    System.arraycopy(before.otherPackets, 0, otherPackets, 0, otherPackets.length);
    System.arraycopy(before.otherOctets, 0, otherOctets, 0, otherOctets.length);
  }

  /// What each rule has done so far.
  public FirewallSnapshot snapshot() {
    List<FirewallSnapshot.Line> lines = new ArrayList<>();
    for (int i = 0; i < rules.length; i++) {
      Rule.Origin origin = rules[i].origin();
      lines.add(new FirewallSnapshot.Line(origin.line(), origin.text(), packets[i], octets[i]));
    }
    return new FirewallSnapshot(
        firewall,
        List.copyOf(lines),
        other(0, "bogons " + (firewall.dropsBogons() ? "drop" : "allow")),
        other(1, "default in " + firewall.defaultIn().word()),
        other(2, "default out " + firewall.defaultOut().word()));
  }

  private FirewallSnapshot.Line other(int which, String text) {
    return new FirewallSnapshot.Line(0, text, otherPackets[which], otherOctets[which]);
  }

  @Override
  public String toString() {
    return "Gatekeeper" + Arrays.toString(packets);
  }
}
