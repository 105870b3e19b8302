package dev.sluice.cli.run;

import dev.sluice.cli.text.DurationText;
import dev.sluice.cli.view.HostView;
import dev.sluice.link.Impairments;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.tcb.TcpCounter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What `serve` says first and last.
public final class Wording {
  private Wording() {}

  /// What is there, and what to try.
  public static List<String> opening(Serving serving) {
    List<String> lines = new ArrayList<>();
    lines.add(whatItIs(serving));
    for (Offer offer : Offer.values()) {
      List<String> places = serving.entrances(offer).stream().map(Names::text).toList();
      if (!places.isEmpty()) {
        lines.add("  %-8s %s".formatted(offer.text(), String.join("  ", places)));
      }
    }
    lines.add("");
    lines.add("Try, in another terminal:");
    tryOut(serving).forEach(line -> lines.add("  " + line));
    lines.add("Ctrl-C closes all connections in order and ends.");
    lines.add("");
    return lines;
  }

  private static String whatItIs(Serving serving) {
    ServeConfig config = serving.config();
    List<String> hosts = new ArrayList<>();
    for (RunningHost host : serving.hosts().reversed()) {
      hosts.add(host.name() + " " + String.join(" ", bare(host)));
    }
    String wire = config.impairments.isNone() ? "" : ", " + wire(config);
    if (config.tun != null) {
      return "Sluice is on " + config.tun + " as "
          + String.join(" and ", bare(serving.hosts().getFirst())) + wire + ":";
    }
    return "Sluice serves on a wire in memory: " + String.join(" <--> ", hosts) + wire;
  }

  private static List<String> bare(RunningHost host) {
    return host.addresses().stream()
        .map(text -> InterfaceAddress.parse(text).address().toString())
        .toList();
  }

  private static String wire(ServeConfig config) {
    Impairments wire = config.impairments;
    List<String> parts = new ArrayList<>();
    if (wire.delayNanos() > 0) {
      parts.add("delay " + DurationText.format(wire.delayNanos()));
    }
    addShare(parts, "loss", wire.loss());
    addShare(parts, "reorder", wire.reorder());
    addShare(parts, "duplicate", wire.duplicate());
    parts.add("seed " + config.seed);
    return String.join(", ", parts);
  }

  private static void addShare(List<String> parts, String name, double share) {
    if (share > 0) {
      parts.add(name + " " + Math.round(share * 1_000_000) / 10_000.0 + "%");
    }
  }

  private static List<String> tryOut(Serving serving) {
    List<String> lines = new ArrayList<>();
    for (InetSocketAddress echo : firstOf(serving, Offer.ECHO)) {
      lines.add("nc " + echo.getAddress().getHostAddress() + " " + echo.getPort());
    }
    for (InetSocketAddress http : firstOf(serving, Offer.HTTP)) {
      String port = http.getPort() == 80 ? "" : ":" + http.getPort();
      String address = http.getAddress().getHostAddress();
      lines.add(
          "curl http://" + (address.indexOf(':') < 0 ? address : "[" + address + "]") + port + "/");
    }
    lines.add("./sluice netstat -a -o");
    if (serving.config().capture != null) {
      lines.add("wireshark " + serving.config().capture);
    } else if (serving.hosts().size() > 1) {
      lines.add("./sluice connect server 13");
    } else {
      lines.add("ping " + bare(serving.hosts().getFirst()).getFirst());
    }
    return lines;
  }

  private static List<InetSocketAddress> firstOf(Serving serving, Offer offer) {
    List<InetSocketAddress> all = serving.entrances(offer);
    return all.isEmpty() ? all : all.subList(0, 1);
  }

  /// What happened; ask after [Serving#close].
  public static List<String> totals(Serving serving) {
    List<String> lines = new ArrayList<>();
    for (HostView host : serving.lastView().hosts()) {
      Map<String, Long> tcp = host.counters().getOrDefault("tcp", Map.of());
      long dropped = host.counters().getOrDefault("dropped", Map.of()).values().stream()
          .mapToLong(Long::longValue)
          .sum();
      lines.add(("%s: %d connections accepted, %d opened; %d segments in, %d out, %d sent again;"
              + " packets dropped: %d")
          .formatted(
              host.name(),
              count(tcp, TcpCounter.PASSIVE_OPENS),
              count(tcp, TcpCounter.ACTIVE_OPENS),
              count(tcp, TcpCounter.SEGMENTS_IN),
              count(tcp, TcpCounter.SEGMENTS_OUT),
              count(tcp, TcpCounter.SEGMENTS_RETRANSMITTED),
              dropped));
    }
    List<String> wire = new ArrayList<>();
    serving.wireCounters().forEach((text, count) -> {
      if (count > 0) {
        wire.add(count + " " + text);
      }
    });
    if (!wire.isEmpty()) {
      lines.add("wire: packets " + String.join(", ", wire));
    }
    if (serving.config().capture != null) {
      lines.add("captured to " + serving.config().capture);
    }
    return lines;
  }

  private static long count(Map<String, Long> counters, TcpCounter counter) {
    return counters.getOrDefault(counter.text(), 0L);
  }
}
