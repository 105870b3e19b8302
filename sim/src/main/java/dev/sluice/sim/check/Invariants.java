package dev.sluice.sim.check;

import dev.sluice.sim.packet.WirePacket;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// All rules of [Rule], checked as packets pass and states change.
///
/// A rule that is broken throws a [Violation] at once, with the host still standing where
/// it broke the rule.
public final class Invariants {
  private static final int EVENTS_BETWEEN_TIDYING = 256;

  private final Map<Place, Flow> flows = new LinkedHashMap<>();
  private final Map<String, Integer> mtus = new HashMap<>();
  private final List<Bound> bounds = new ArrayList<>();
  private int eventsUntilTidy = EVENTS_BETWEEN_TIDYING;
  private final Set<Rule> off = EnumSet.noneOf(Rule.class);
  private final Verdict verdict = new Verdict();
  private final SegmentRules segments = new SegmentRules(verdict);
  private final AckRules acks = new AckRules(verdict);
  private final ResetRules resets = new ResetRules(verdict);
  private final StateRules states = new StateRules(verdict);
  private @Nullable WirePacket cause;
  private @Nullable String causeAt;

  private record Place(String host, FourTuple tuple) {}

  private record Bound(
      String host, String what, LongSupplier value, long most, BooleanSupplier over) {}

  /// Turns a broken rule into a [Violation], unless the rule is off.
  final class Verdict {
    void broken(Rule rule, String host, long nowNanos, String details) {
      if (!off.contains(rule)) {
        throw new Violation(rule, host, nowNanos, details);
      }
    }

    void broken(Rule rule, Flow flow, long nowNanos, Object details) {
      broken(rule, flow.host, nowNanos, details.toString());
    }
  }

  // ---- what is checked

  /// Leaves rules out, for a test that breaks them on purpose; say there why.
  public void without(Rule... rules) {
    off.addAll(List.of(rules));
  }

  /// No packet of this host is to be longer.
  public void mtu(String host, int octets) {
    mtus.put(host, octets);
  }

  /// How many ACKs that tell nothing new, and that no segment with text, SYN or FIN
  /// provoked, one side of a connection may send in a second. 40 unless told.
  public void emptyAcksPerSecond(int most) {
    acks.emptyAcksPerSecond(most);
  }

  /// A value that must never be above `most`, looked at after every event.
  public void bound(String host, String what, LongSupplier value, long most) {
    bound(host, what, value, most, () -> false);
  }

  /// A value that must not be above `most` until something is over, after which it need
  /// not be looked at any more.
  public void bound(String host, String what, LongSupplier value, long most, BooleanSupplier over) {
    bounds.add(new Bound(host, what, value, most, over));
  }

  // ---- what happens

  /// A packet is about to be handled by a host.
  public void onDelivered(String host, WirePacket packet, long nowNanos) {
    cause = packet;
    causeAt = host;
    if (!packet.isSoundTcp() || packet.source().isV4() != packet.destination().isV4()) {
      return;
    }
    Flow flow = flow(host, packet.receiverTuple());
    flow.remember(packet);
    if (packet.has(Flags.RST)) {
      ResetRules.onDelivered(flow, packet);
    } else if (flow.open) {
      acks.onDelivered(flow, packet, nowNanos);
    }
  }

  /// A host sent a packet.
  ///
  /// @throws Violation if it must not have
  public void onSent(String host, WirePacket packet, long nowNanos) {
    if (packet.fault() != null) {
      verdict.broken(Rule.WELL_FORMED, host, nowNanos, packet.toString());
      return;
    }
    Integer mtu = mtus.get(host);
    if (mtu != null && packet.length() > mtu) {
      verdict.broken(
          Rule.MTU, host, nowNanos, packet.length() + " octets, MTU " + mtu + ": " + packet);
    }
    if (!packet.isTcp()) {
      return;
    }
    Flow flow = flow(host, packet.senderTuple());
    if (packet.has(Flags.RST)) {
      resets.onSent(flow, packet, host.equals(causeAt) ? cause : null, nowNanos);
    } else {
      segments.onSent(flow, packet, nowNanos);
      acks.onSent(flow, packet, nowNanos);
    }
  }

  /// A host says that a connection went from one state to another.
  ///
  /// @throws Violation if there is no such arrow
  public void onTransition(
      String host, FourTuple tuple, State from, State to, String why, long nowNanos) {
    states.onTransition(host, tuple, new StateRules.Arrow(from, to, why), nowNanos);
    if (to == State.CLOSED || to == State.LISTEN) {
      flow(host, tuple).settleAcks();
    }
  }

  /// All that an event caused has happened.
  ///
  /// @throws Violation if something is late or above its bound
  public void afterEvent(long nowNanos) {
    cause = null;
    causeAt = null;
    acks.afterEvent(nowNanos);
    if (--eventsUntilTidy == 0) {
      eventsUntilTidy = EVENTS_BETWEEN_TIDYING;
      bounds.removeIf(bound -> bound.over().getAsBoolean());
    }
    for (Bound bound : bounds) {
      long value = bound.value().getAsLong();
      if (value > bound.most()) {
        verdict.broken(
            Rule.MEMORY,
            bound.host(),
            nowNanos,
            bound.what() + ": " + value + " > " + bound.most());
      }
    }
  }

  /// The world ends: what can only be judged now.
  ///
  /// @throws Violation if an orderly close went by without TIME-WAIT
  public void atEnd(long nowNanos) {
    for (Flow flow : flows.values()) {
      Flow other = otherSide(flow);
      if (other != null
          && closedInOrder(flow)
          && closedInOrder(other)
          && !states.timeWaitSeen(flow.host, flow.tuple)
          && !states.timeWaitSeen(other.host, other.tuple)) {
        verdict.broken(Rule.TIME_WAIT, flow, nowNanos, flow.tuple + ": neither side");
      }
    }
  }

  /// What is neither closed nor listening, as texts of host, sockets and state.
  public List<String> stillOpen() {
    return states.stillOpen();
  }

  /// The state that a host last told of, or null if it never did.
  public @Nullable State state(String host, FourTuple tuple) {
    return states.state(host, tuple);
  }

  /// Whether one side of a connection has been in TIME-WAIT.
  public boolean timeWaitSeen(String host, FourTuple tuple) {
    return states.timeWaitSeen(host, tuple);
  }

  private static boolean closedInOrder(Flow flow) {
    return flow.ownFinAcked() && flow.peerFinAcked() && !flow.resetSent && !flow.deadByPeer;
  }

  private @Nullable Flow otherSide(Flow flow) {
    FourTuple tuple = flow.tuple;
    FourTuple mirrored =
        new FourTuple(tuple.remote(), tuple.remotePort(), tuple.local(), tuple.localPort());
    for (Flow other : flows.values()) {
      if (other != flow && other.tuple.equals(mirrored)) {
        return other;
      }
    }
    return null;
  }

  private Flow flow(String host, FourTuple tuple) {
    return flows.computeIfAbsent(new Place(host, tuple), place -> new Flow(host, tuple));
  }
}
