package dev.sluice.cli.run;

import dev.sluice.cli.view.HostView;
import dev.sluice.socket.Stack;
import java.util.List;

/// One host of this process.
///
/// @param name `server`, `front`, or `sluice` for the only one
/// @param addresses its addresses with prefix lengths, IPv4 first
/// @param stack its stack
public record RunningHost(String name, List<String> addresses, Stack stack) {
  /// How it stands.
  public HostView view() {
    return HostView.of(name, addresses, stack.call((host, now) -> host.snapshot(now)));
  }

  /// Connections that are not over yet.
  public int connectionCount() {
    return stack.call((host, now) -> host.connectionCount());
  }
}
