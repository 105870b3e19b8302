package dev.sluice.lab.ladder;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line of a diagram: what happens at one end or at both.
///
/// @param departure what leaves, or null
/// @param arrival what arrives, or null; of the same segment if both are there
/// @param call what a program asks for, or null
/// @param note a remark, or null
/// @param states what each end is in from here on
/// @param times when, for the ends at which something happens
record Row(
    Moment.@Nullable Departure departure,
    Moment.@Nullable Arrival arrival,
    Moment.@Nullable Call call,
    @Nullable String note,
    Map<Side, String> states,
    Map<Side, Long> times) {

  static Row note(String text) {
    return new Row(null, null, null, text, Map.of(), Map.of());
  }

  static Row call(Moment.Call call) {
    Map<Side, Long> times = times(call.side(), call.atNanos());
    return new Row(null, null, call, null, new EnumMap<>(Side.class), times);
  }

  static Row alone(Side side, long atNanos, String cause) {
    return new Row(null, null, null, cause, new EnumMap<>(Side.class), times(side, atNanos));
  }

  static Row passing(Moment.@Nullable Departure departure, Moment.@Nullable Arrival arrival) {
    Map<Side, Long> times = new EnumMap<>(Side.class);
    if (departure != null) {
      times.put(departure.side(), departure.atNanos());
    }
    if (arrival != null) {
      times.put(arrival.side(), arrival.atNanos());
    }
    return new Row(departure, arrival, null, null, new EnumMap<>(Side.class), times);
  }

  private static Map<Side, Long> times(Side side, long atNanos) {
    Map<Side, Long> times = new EnumMap<>(Side.class);
    times.put(side, atNanos);
    return times;
  }
}
