package dev.sluice.cli.view;

import dev.sluice.cli.json.Fields;
import dev.sluice.cli.text.Columns;
import dev.sluice.stack.firewall.PortCheck;
import dev.sluice.stack.firewall.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is open on a running stack, and what the firewall says of it.
///
/// @param ports open ports in the order of their numbers
/// @param warnings what a person should look at
public record PortsView(List<Port> ports, List<String> warnings) {
  /// The first port that needs no privilege on other systems.
  private static final int FIRST_UNPRIVILEGED = 1_024;

  /// An open port.
  ///
  /// @param id of the listener, as `netstat` shows it
  /// @param address where it listens, `*` for everywhere
  /// @param owner who opened it
  /// @param rules the rules that name it
  public record Port(int port, long id, String address, String owner, List<String> rules) {
    /// Whether other systems let only privileged users open it.
    public boolean isPrivileged() {
      return port < FIRST_UNPRIVILEGED;
    }

    private Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("port", port);
      json.put("privileged", isPrivileged());
      json.put("id", id);
      json.put("address", address);
      json.put("owner", owner);
      json.put("rules", rules);
      return json;
    }

    private static Port of(Fields json) {
      return new Port(
          (int) json.number("port"),
          json.number("id"),
          json.string("address"),
          json.string("owner"),
          json.strings("rules"));
    }
  }

  /// Of the listeners of a host.
  ///
  /// @param owners who opened a port, where that is known
  public static PortsView of(HostView host, Map<Integer, String> owners, PortCheck check) {
    List<Port> ports = new ArrayList<>();
    for (SocketView socket : host.sockets()) {
      if (socket.isListener()) {
        int port = socket.localPort();
        ports.add(new Port(
            port,
            socket.id(),
            socket.localAddress(),
            owners.getOrDefault(port, "program"),
            check.naming(port).stream().map(PortsView::text).toList()));
      }
    }
    ports.sort((a, b) -> Integer.compare(a.port, b.port));
    return new PortsView(
        List.copyOf(ports), check.warnings(ports.stream().map(Port::port).toList()));
  }

  private static String text(Rule rule) {
    return "line " + rule.origin().line() + " " + rule.action().word();
  }

  /// As JSON, `ports --json`.
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ports", ports.stream().map(Port::toJson).toList());
    json.put("warnings", warnings);
    return json;
  }

  /// Back from JSON.
  ///
  /// @throws IllegalArgumentException naming the field that is wrong
  public static PortsView of(Fields json) {
    return new PortsView(
        json.objects("ports").stream().map(Port::of).toList(), json.strings("warnings"));
  }

  /// As tables for people, privileged ports and others apart.
  public String text() {
    StringBuilder text = new StringBuilder();
    append(text, "Privileged ports (below 1024)", true);
    append(text, "Other ports", false);
    for (String warning : warnings) {
      text.append("warning: ").append(warning).append('\n');
    }
    return text.toString();
  }

  private void append(StringBuilder text, String title, boolean privileged) {
    List<Port> these =
        ports.stream().filter(port -> port.isPrivileged() == privileged).toList();
    text.append(title);
    if (these.isEmpty()) {
      text.append(": none\n");
      return;
    }
    Columns columns = new Columns()
        .column("  Port", Columns.Align.RIGHT, 6)
        .column("Address", Columns.Align.LEFT, 16)
        .column("Opened by", Columns.Align.LEFT, 16)
        .column("Rules that name it", Columns.Align.LEFT, 4);
    for (Port port : these) {
      columns.row(List.of(
          Integer.toString(port.port),
          port.address,
          port.owner,
          port.rules.isEmpty() ? "-" : String.join(", ", port.rules)));
    }
    text.append('\n').append(columns.text());
  }
}
