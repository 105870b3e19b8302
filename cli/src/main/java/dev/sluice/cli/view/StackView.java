package dev.sluice.cli.view;

import dev.sluice.cli.json.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A running `serve` with its one or two hosts.
///
/// @param name its name
/// @param pid its process id
/// @param hosts the host with the services first
public record StackView(String name, long pid, List<HostView> hosts) {
  /// The number of this layout of the JSON; a change that breaks readers raises it.
  public static final int FORMAT = 1;

  /// As JSON, `netstat --json`.
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("stack", name);
    json.put("pid", pid);
    json.put("hosts", hosts.stream().map(HostView::toJson).toList());
    return json;
  }

  /// Back from JSON.
  ///
  /// @throws IllegalArgumentException naming the field that is wrong
  public static StackView of(Fields json) {
    return new StackView(
        json.string("stack"),
        json.number("pid"),
        json.objects("hosts").stream().map(HostView::of).toList());
  }

  /// The name by which `close` and `set` know a socket: `17`, or `server/17` where there
  /// are two hosts; `-` for one that has no number yet.
  public String idText(HostView host, SocketView socket) {
    if (socket.id() == 0) {
      return "-";
    }
    return hosts.size() == 1 ? Long.toString(socket.id()) : host.name() + "/" + socket.id();
  }
}
