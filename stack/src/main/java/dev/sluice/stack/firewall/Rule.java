package dev.sluice.stack.firewall;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One rule. A packet that it speaks of is not shown to those behind it.
///
/// @param action what it does
/// @param direction of the packets it speaks of
/// @param protocol of the packets it speaks of, null for all
/// @param source where they come from
/// @param destination where they go to
/// @param state what they are to the host; null for all but the established ones
/// @param withIcmp of a `reject`: whether TCP too is told by ICMP
/// @param limits of an `allow`, at most one of each kind
/// @param origin where it is written
public record Rule(
    Action action,
    Direction direction,
    @Nullable Protocol protocol,
    Place source,
    Place destination,
    @Nullable FlowState state,
    boolean withIcmp,
    List<Limit> limits,
    Origin origin) {
  public Rule {
    limits = List.copyOf(limits);
  }

  /// Where a rule is written.
  ///
  /// @param line its number, from 1
  /// @param text the line without its comment
  public record Origin(int line, String text) {}

  /// Whether it speaks of a packet.
  public boolean matches(PacketFacts packet) {
    return direction == packet.direction
        && (protocol == null || protocol == packet.protocol)
        && (state == null ? packet.state != FlowState.ESTABLISHED : state == packet.state)
        && destination.contains(
            packet.destinationHigh, packet.destinationLow, packet.destinationPort)
        && source.contains(packet.sourceHigh, packet.sourceLow, packet.sourcePort);
  }

  /// Its limit of that kind, or null.
  public @Nullable Limit limit(Limit.Kind kind) {
    int count = limits.size();
    for (int i = 0; i < count; i++) {
      if (limits.get(i).kind() == kind) {
        return limits.get(i);
      }
    }
    return null;
  }

  /// What becomes of a packet that it stops.
  Verdict stop(Protocol of) {
    if (action == Action.DROP) {
      return Verdict.DROP;
    }
    return of == Protocol.TCP && !withIcmp ? Verdict.REJECT_WITH_RST : Verdict.REJECT_WITH_ICMP;
  }
}
