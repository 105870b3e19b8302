package dev.sluice.cli.run;

import dev.sluice.cli.view.HostView;
import dev.sluice.guard.Watchman;
import dev.sluice.guard.alarm.Alarm;
import dev.sluice.socket.Stack;
import dev.sluice.stack.HostSnapshot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One host of this process.
///
/// @param name `server`, `front`, or `sluice` for the only one
/// @param addresses its addresses with prefix lengths, IPv4 first
/// @param stack its stack
/// @param watchman who watches it for floods and scans, or null
public record RunningHost(
    String name,
    List<String> addresses,
    Stack stack,
    @Nullable Watchman watchman) {
  /// What is asked for on the loop at once.
  private record Seen(HostSnapshot snapshot, Map<String, Long> alarms) {}

  /// An alarm that goes on.
  ///
  /// @param nowNanos the driver's clock
  public record GoingOn(Alarm alarm, long nowNanos) {}

  /// How it stands.
  public HostView view() {
    Seen seen = stack.call((host, now) ->
        new Seen(host.snapshot(now), watchman == null ? Map.of() : watchman.counters()));
    HostView view = HostView.of(name, addresses, seen.snapshot);
    if (watchman != null) {
      view.counters().put("alarms", seen.alarms);
    }
    return view;
  }

  /// The alarms that go on now.
  public List<GoingOn> alarms() {
    Watchman asked = watchman;
    if (asked == null) {
      return List.of();
    }
    return stack.call((host, now) ->
        asked.active().stream().map(alarm -> new GoingOn(alarm, now)).toList());
  }

  /// Connections that are not over yet.
  public int connectionCount() {
    return stack.call((host, now) -> host.connectionCount());
  }
}
