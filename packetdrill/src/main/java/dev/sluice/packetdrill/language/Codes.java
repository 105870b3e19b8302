package dev.sluice.packetdrill.language;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names of numbers on the wire: DSCPs, ICMP and ICMPv6 types and codes.
public final class Codes {
  /// Differentiated services code points by name (RFC 2474, 2597, 3246, 5865).
  static final Map<String, Integer> DSCP = dscp();

  private static final Map<String, Integer> V4_TYPES = Map.ofEntries(
      Map.entry("echo_reply", 0),
      Map.entry("unreachable", 3),
      Map.entry("source_quench", 4),
      Map.entry("redirect", 5),
      Map.entry("echo_request", 8),
      Map.entry("time_exceeded", 11),
      Map.entry("parameter_problem", 12));

  private static final Map<String, Integer> V6_TYPES = Map.of(
      "unreachable", 1,
      "packet_too_big", 2,
      "time_exceeded", 3,
      "parameter_problem", 4,
      "echo_request", 128,
      "echo_reply", 129);

  private static final Map<Integer, Map<String, Integer>> V4_CODES = Map.of(
      3,
      numbered(
          "net_unreachable",
          "host_unreachable",
          "protocol_unreachable",
          "port_unreachable",
          "frag_needed",
          "source_route_failed",
          "net_unknown",
          "host_unknown",
          "source_host_isolated",
          "net_prohibited",
          "host_prohibited",
          "net_unreachable_for_tos",
          "host_unreachable_for_tos",
          "packet_filtered",
          "precedence_violation",
          "precedence_cutoff"),
      5,
      numbered("redirect_net", "redirect_host", "redirect_net_for_tos", "redirect_host_for_tos"),
      11,
      numbered("ttl_exceeded_in_transit", "frag_reass_exceeded"),
      12,
      numbered("code_0", "code_1", "code_2"));

  private static final Map<Integer, Map<String, Integer>> V6_CODES = Map.of(
      1,
      numbered(
          "no_route",
          "admin_prohibited",
          "not_neighbour",
          "address_unreachable",
          "port_unreachable"),
      3,
      numbered("exceeded_hop_limit", "exceeded_frag_time"),
      4,
      numbered("header_field", "unknown_next_header", "unknown_option"));

  private Codes() {}

  /// An ICMP type.
  ///
  /// @return null for a name that the family does not have
  public static @Nullable Integer icmpType(boolean v4, String name) {
    return name.matches("\\d+") ? Integer.valueOf(name) : (v4 ? V4_TYPES : V6_TYPES).get(name);
  }

  /// An ICMP code.
  ///
  /// @return null for a name that the type does not have
  public static @Nullable Integer icmpCode(boolean v4, int type, String name) {
    if (name.matches("\\d+")) {
      return Integer.valueOf(name);
    }
    return (v4 ? V4_CODES : V6_CODES).getOrDefault(type, Map.of()).get(name);
  }

  private static Map<String, Integer> numbered(String... names) {
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      map.put(names[i], i);
    }
    return Map.copyOf(map);
  }

  private static Map<String, Integer> dscp() {
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < 8; i++) {
      map.put("cs" + i, i << 3);
    }
    for (int group = 1; group <= 4; group++) {
      for (int drop = 1; drop <= 3; drop++) {
        map.put("af" + group + drop, (group << 3) | (drop << 1));
      }
    }
    map.put("ef", 46);
    map.put("va", 44);
    map.put("le", 1);
    return Map.copyOf(map);
  }
}
