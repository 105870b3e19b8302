package dev.sluice.cli.view;

import dev.sluice.cli.json.Fields;
import dev.sluice.stack.HostSnapshot;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One host of a running `serve`, as plain values.
///
/// @param name its name, such as `server`
/// @param addresses its addresses with prefix lengths
/// @param sockets listeners first, then half-open peers, connections, TIME-WAITs
/// @param counters sections (`host`, `tcp`, `memory`, `dropped`) of counters by their
///     text
public record HostView(
    String name,
    List<String> addresses,
    List<SocketView> sockets,
    Map<String, Map<String, Long>> counters) {

  /// The counter of half-open peers that a listener knows beside those among the sockets.
  public static final String NOT_LISTED = "half-open now, not listed";

  /// From what the stack says of itself.
  public static HostView of(String name, List<String> addresses, HostSnapshot snapshot) {
    List<SocketView> sockets = new ArrayList<>();
    for (HostSnapshot.Listening listening : snapshot.listeners()) {
      sockets.add(listener(listening));
    }
    for (HostSnapshot.HalfOpen halfOpen : snapshot.halfOpen()) {
      SocketView.TimerView timer =
          new SocketView.TimerView("on", halfOpen.remainingNanos(), halfOpen.retransmissions(), 0);
      sockets.add(small(halfOpen.id(), halfOpen.tuple(), State.SYN_RECEIVED, timer));
    }
    for (HostSnapshot.Connected connected : snapshot.connections()) {
      sockets.add(connection(connected.id(), connected.info()));
    }
    for (HostSnapshot.Waiting waiting : snapshot.timeWaits()) {
      SocketView.TimerView timer =
          new SocketView.TimerView("timewait", waiting.remainingNanos(), 0, 0);
      sockets.add(small(waiting.id(), waiting.tuple(), State.TIME_WAIT, timer));
    }
    Map<String, Map<String, Long>> counters = new LinkedHashMap<>();
    Map<String, Long> host = new LinkedHashMap<>();
    snapshot.host().forEach((counter, value) -> host.put(counter.text(), value));
    counters.put("host", host);
    Map<String, Long> tcp = new LinkedHashMap<>();
    snapshot.tcp().forEach((counter, value) -> tcp.put(counter.text(), value));
    counters.put("tcp", tcp);
    counters.put("memory", memory(snapshot.memory()));
    for (HostSnapshot.Listening listening : snapshot.listeners()) {
      if (listening.syns().arrived() > 0) {
        long listed = snapshot.halfOpen().stream()
            .filter(peer -> peer.listenerId() == listening.id())
            .count();
        syns(listening, listed)
            .forEach((text, value) -> counters
                .computeIfAbsent("listener at port " + listening.port(), _ -> new LinkedHashMap<>())
                .merge(text, value, Long::sum));
      }
    }
    counters.put("dropped", new LinkedHashMap<>(snapshot.drops()));
    return new HostView(name, List.copyOf(addresses), List.copyOf(sockets), counters);
  }

  private static Map<String, Long> memory(HostSnapshot.Memory memory) {
    Map<String, Long> values = new LinkedHashMap<>();
    values.put("octets in buffers, by what they cost", memory.usedBytes());
    values.put("octets at which memory is short no more", memory.limits().lowBytes());
    values.put("octets at which memory is short", memory.limits().pressureBytes());
    values.put("octets at which connections are reset", memory.limits().highBytes());
    values.put("times that memory became short", memory.timesPressed());
    values.put("connections that their users have closed", (long) memory.orphans());
    return values;
  }

  private static Map<String, Long> syns(HostSnapshot.Listening listening, long listed) {
    HostSnapshot.Syns syns = listening.syns();
    Map<String, Long> counters = new LinkedHashMap<>();
    counters.put("SYNs received", syns.arrived());
    counters.put("SYNs dropped", syns.dropped());
    counters.put("half-open now", (long) listening.halfOpen());
    counters.put(NOT_LISTED, (long) listening.halfOpen() - listed);
    counters.put("half-open forgotten for others", syns.evicted());
    counters.put("SYN-ACKs left to their cookie", syns.cookiesSent());
    counters.put("connections made from a cookie", syns.cookiesValid());
    counters.put("cookies refused", syns.cookiesRefused());
    return counters;
  }

  private static SocketView listener(HostSnapshot.Listening listening) {
    IpAddress address = listening.address();
    return new SocketView(
        listening.id(),
        address.isV4(),
        "LISTEN",
        address.isAny() ? SocketView.ANY : address.toString(),
        listening.port(),
        SocketView.ANY,
        0,
        listening.acceptQueue(),
        listening.backlog(),
        null,
        null);
  }

  private static SocketView small(
      long id, FourTuple tuple, State state, SocketView.TimerView timer) {
    return new SocketView(
        id,
        tuple.isV4(),
        state.name(),
        tuple.local().toString(),
        tuple.localPort(),
        tuple.remote().toString(),
        tuple.remotePort(),
        0,
        0,
        timer,
        null);
  }

  private static SocketView connection(long id, ConnectionInfo info) {
    FourTuple tuple = info.tuple();
    return new SocketView(
        id,
        tuple.isV4(),
        info.state().name(),
        tuple.local().toString(),
        tuple.localPort(),
        tuple.remote().toString(),
        tuple.remotePort(),
        info.receiveQueue(),
        info.sendQueue(),
        timerOf(info),
        SocketView.Detail.of(info));
  }

  private static SocketView.@Nullable TimerView timerOf(ConnectionInfo info) {
    String name = info.timer();
    if (name == null) {
      return null;
    }
    boolean probing = name.equals("keepalive") || name.equals("probe");
    int count = info.retransmissions();
    return new SocketView.TimerView(
        name, Math.max(0, info.timerNanos()), probing ? 0 : count, probing ? count : 0);
  }

  /// As JSON.
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("addresses", addresses);
    json.put("sockets", sockets.stream().map(SocketView::toJson).toList());
    json.put("counters", counters);
    return json;
  }

  /// Back from JSON.
  ///
  /// @throws IllegalArgumentException naming the field that is wrong
  public static HostView of(Fields json) {
    Map<String, Map<String, Long>> counters = new LinkedHashMap<>();
    Fields sections = json.object("counters");
    for (String section : sections.map().keySet()) {
      Fields values = sections.object(section);
      Map<String, Long> byText = new LinkedHashMap<>();
      values.map().keySet().forEach(text -> byText.put(text, values.number(text)));
      counters.put(section, byText);
    }
    return new HostView(
        json.string("name"),
        json.strings("addresses"),
        json.objects("sockets").stream().map(SocketView::of).toList(),
        counters);
  }
}
