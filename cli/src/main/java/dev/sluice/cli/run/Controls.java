package dev.sluice.cli.run;

import dev.sluice.cli.control.ControlServer;
import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.control.Request;
import dev.sluice.cli.json.Fields;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.text.EndpointText;
import dev.sluice.cli.view.HostView;
import dev.sluice.cli.view.InfoView;
import dev.sluice.cli.view.SocketView;
import dev.sluice.guard.Watchman;
import dev.sluice.guard.log.AlarmWords;
import dev.sluice.stack.Host;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.ConnectionInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a running `serve` does when another command asks.
public final class Controls {
  private final Serving serving;

  /// @param serving who is asked
  public Controls(Serving serving) {
    this.serving = serving;
  }

  /// The requests by name.
  public Map<String, Request> requests() {
    return Map.of(
        "netstat", (question, channel) -> Map.of("view", serving.view().toJson()),
        "firewall", (question, channel) -> Map.of("firewall", serving.firewall().toJson()),
        "firewall-reload", (question, channel) -> reload(question),
        "ports", (question, channel) -> Map.of("ports", serving.ports().toJson()),
        "info", (question, channel) -> info(question),
        "alarms", (question, channel) -> alarms(),
        "close", (question, channel) -> close(question),
        "set", (question, channel) -> set(question),
        "connect", this::connect);
  }

  /// A socket that a person named.
  private record Target(RunningHost host, long id) {}

  private Target target(String text) {
    int slash = text.indexOf('/');
    long id = number(text.substring(slash + 1));
    List<RunningHost> hosts = new ArrayList<>(serving.hosts());
    if (slash >= 0) {
      String name = text.substring(0, slash);
      hosts.removeIf(host -> !host.name().equals(name));
    }
    hosts.removeIf(host -> host.view().sockets().stream().noneMatch(s -> s.id() == id));
    if (id <= 0 || hosts.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no connection '" + text + "'; ./sluice netstat -a shows the IDs");
    }
    if (hosts.size() > 1) {
      List<String> choices = hosts.stream().map(host -> host.name() + "/" + id).toList();
      throw new IllegalArgumentException("'" + text + "' could be " + String.join(" or ", choices));
    }
    return new Target(hosts.getFirst(), id);
  }

  private Map<String, Object> info(Fields question) {
    String text = question.string("id");
    Target target = target(text);
    ConnectionInfo info = target.host.stack().call((host, now) -> {
      Connection connection = host.connection(target.id);
      return connection == null ? null : connection.info(now);
    });
    if (info == null) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a connection that tells of itself: " + describe(socket(target)));
    }
    return Map.of("info", InfoView.groups(info));
  }

  /// Where the log is, and what goes on.
  private Map<String, Object> alarms() {
    Watchman.Post post = serving.config().alarms;
    if (post == null) {
      throw new IllegalArgumentException(
          "this stack watches for no alarms: it was started with --no-alarms");
    }
    List<String> now = new ArrayList<>();
    for (RunningHost host : serving.hosts()) {
      for (RunningHost.GoingOn one : host.alarms()) {
        now.add(AlarmWords.goingOn(one.alarm(), one.nowNanos()));
      }
    }
    return Map.of("directory", post.directory().toString(), "name", post.stack(), "now", now);
  }

  private static long number(String text) {
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || i > 17) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return text.isEmpty() ? -1 : number;
  }

  private Map<String, Object> close(Fields question) throws IOException {
    String text = question.string("id");
    boolean reset = question.flag("reset");
    Target target = target(text);
    SocketView socket = socket(target);
    String what = describe(socket);
    if (socket.isListener()
        && target.host.equals(serving.hosts().getFirst())
        && serving.endService(socket.localPort())) {
      return said("ended " + what);
    }
    boolean found = target
        .host
        .stack()
        .call((host, now) -> reset ? host.abort(target.id, now) : host.close(target.id, now));
    if (!found) {
      throw new IOException("'" + text + "' (" + what + ") can only be ended with --reset");
    }
    return said((reset ? "reset " : "closing ") + what);
  }

  private static SocketView socket(Target target) {
    HostView view = target.host.view();
    return view.sockets().stream()
        .filter(s -> s.id() == target.id)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("it has just ended"));
  }

  private static String describe(SocketView socket) {
    EndpointText local = new EndpointText(socket.localAddress(), socket.localPort());
    if (socket.isListener()) {
      return "the listener on port " + socket.localPort();
    }
    return local
        + " > "
        + new EndpointText(socket.remoteAddress(), socket.remotePort())
        + " in "
        + socket.state().replace('_', '-');
  }

  private Map<String, Object> set(Fields question) {
    String text = question.string("id");
    List<String> changes = question.strings("changes");
    if (text.equals("stack")) {
      return said(String.join(" ", setStack(changes)));
    }
    List<ConnectionSetting.Change> parsed = ConnectionSetting.Change.parseAll(changes);
    Target target = target(text);
    List<String> result =
        target.host.stack().call((host, now) -> apply(host, target.id, parsed, now));
    if (result.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a connection that has options: " + describe(socket(target)));
    }
    return said(String.join(" ", result));
  }

  private static List<String> apply(
      Host host, long id, List<ConnectionSetting.Change> changes, long nowNanos) {
    List<String> result = new ArrayList<>();
    Connection connection = host.connection(id);
    if (connection != null) {
      for (ConnectionSetting.Change change : changes) {
        result.add(change.apply(connection.options()));
      }
      connection.onOptionsChanged(nowNanos);
      host.attend(connection);
    }
    return result;
  }

  private List<String> setStack(List<String> changes) {
    List<String> result = List.of();
    for (RunningHost running : serving.hosts()) {
      result =
          running.stack().call((host, now) -> StackSetting.applyAll(host.config().tcp, changes));
    }
    return result; // alike on all hosts: they started alike
  }

  private Map<String, Object> reload(Fields question) throws IOException {
    String file = question.optionalString("file");
    return said(serving.reloadFirewall(file == null ? null : Path.of(file)));
  }

  private static Map<String, Object> said(String text) {
    return Map.of("said", text);
  }

  /// Opens a connection, answers, and then carries frames both ways until it is over. The
  /// channel is of no use for another question afterwards.
  private Map<String, Object> connect(Fields question, LineChannel channel) throws IOException {
    InetSocketAddress remote =
        Names.resolve(question.string("host"), (int) question.number("port"), serving.hosts());
    if (!serving.reaches(remote.getAddress())) {
      throw new SocketException(Names.text(remote) + ": Network is unreachable");
    }
    String source = question.optionalString("source");
    try (SocketChannel connection = serving.client().stack().openSocketChannel()) {
      if (source != null) {
        EndpointText local = EndpointText.parse(source);
        connection.bind(new InetSocketAddress(local.address().toInetAddress(), local.port()));
      }
      Carrier carrier = new Carrier(channel, connection);
      try {
        carrier.connect(remote);
      } catch (IOException e) {
        String what = Names.text(remote) + ": " + e.getMessage();
        channel.writeLine(Json.text(ControlServer.failure(what)));
        return Map.of();
      }
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("ok", true);
      answer.put("said", "connected to " + Names.text(remote));
      channel.writeLine(Json.text(answer));
      carrier.run();
      return Map.of();
    }
  }
}
