package dev.sluice.cli.view;

import dev.sluice.cli.text.Columns;
import dev.sluice.cli.text.Columns.Align;
import dev.sluice.cli.text.DurationText;
import dev.sluice.cli.text.SizeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A running stack in the columns of `netstat`.
public final class NetstatTable {
  /// Which sockets, and how.
  ///
  /// @param listeners whether listeners are shown
  /// @param others whether all else is shown
  /// @param numeric whether ports are digits, not names
  /// @param timers whether the columns of `-o` are there
  public record Choice(boolean listeners, boolean others, boolean numeric, boolean timers) {}

  private NetstatTable() {}

  /// The table of sockets, titles first.
  public static String sockets(StackView stack, Choice choice) {
    Columns columns = new Columns()
        .column("Proto", Align.LEFT, 5)
        .column("Recv-Q", Align.RIGHT, 6)
        .column("Send-Q", Align.RIGHT, 6)
        .column("Local Address", Align.LEFT, 23)
        .column("Foreign Address", Align.LEFT, 23)
        .column("State", Align.LEFT, 11)
        .column("ID", Align.LEFT, 2);
    if (choice.timers) {
      columns
          .column("Timer", Align.LEFT, 5)
          .column("RTT/var", Align.RIGHT, 7)
          .column("RTO", Align.RIGHT, 3)
          .column("Cwnd", Align.RIGHT, 4)
          .column("Ssthresh", Align.RIGHT, 8)
          .column("Retrans", Align.RIGHT, 7);
    }
    for (HostView host : stack.hosts()) {
      for (SocketView socket : host.sockets()) {
        if (socket.isListener() ? choice.listeners : choice.others) {
          columns.row(cells(stack, host, socket, choice));
        }
      }
    }
    return title(choice) + columns.text() + (choice.others ? more(stack) : "");
  }

  /// What is not among the rows: a flood's half-open peers would be too many.
  private static String more(StackView stack) {
    long more = 0;
    for (HostView host : stack.hosts()) {
      for (Map<String, Long> section : host.counters().values()) {
        more += section.getOrDefault(HostView.NOT_LISTED, 0L);
      }
    }
    return more == 0 ? "" : "... and " + more + " more in SYN_RECV (netstat -s counts them)\n";
  }

  private static String title(Choice choice) {
    if (!choice.others) {
      return "Active Sluice connections (only servers)\n";
    }
    return choice.listeners
        ? "Active Sluice connections (servers and established)\n"
        : "Active Sluice connections (w/o servers)\n";
  }

  private static List<String> cells(
      StackView stack, HostView host, SocketView socket, Choice choice) {
    List<String> cells = new ArrayList<>();
    cells.add(socket.v4() ? "tcp" : "tcp6");
    cells.add(Long.toString(socket.receiveQueue()));
    cells.add(Long.toString(socket.sendQueue()));
    cells.add(endpoint(socket.localAddress(), socket.localPort(), choice.numeric));
    cells.add(endpoint(socket.remoteAddress(), socket.remotePort(), choice.numeric));
    cells.add(netstatState(socket.state()));
    cells.add(stack.idText(host, socket));
    if (choice.timers) {
      cells.add(timer(socket.timer()));
      addDetail(cells, socket.detail());
    }
    return cells;
  }

  private static void addDetail(List<String> cells, SocketView.@Nullable Detail detail) {
    if (detail == null) {
      cells.addAll(List.of("-", "-", "-", "-", "-"));
      return;
    }
    cells.add(
        detail.srttNanos() == 0
            ? "-"
            : DurationText.format(detail.srttNanos())
                + "/"
                + DurationText.format(detail.rttvarNanos()));
    cells.add(DurationText.format(detail.rtoNanos()));
    cells.add(SizeText.format(detail.cwnd()));
    boolean unset = detail.ssthresh() <= 0 || detail.ssthresh() >= Integer.MAX_VALUE / 2;
    cells.add(unset ? "-" : SizeText.format(detail.ssthresh()));
    cells.add(SizeText.format(detail.bytesRetransmitted()));
  }

  /// `keepalive (7195.12/0/0)`: seconds, retransmissions, probes; `off (0.00/0/0)`.
  static String timer(SocketView.@Nullable TimerView timer) {
    if (timer == null) {
      return "off (0.00/0/0)";
    }
    return timer.name()
        + " ("
        + DurationText.secondsTwoPlaces(timer.nanos())
        + "/"
        + timer.retransmissions()
        + "/"
        + timer.probes()
        + ")";
  }

  /// An address and port with a colon between them, as `netstat` has it, IPv6 too.
  static String endpoint(String address, int port, boolean numeric) {
    String portText = port == 0 ? "*" : Integer.toString(port);
    return address + ":" + (numeric ? portText : ServiceNames.of(port));
  }

  /// The state as `netstat` on Linux spells it: `FIN_WAIT2`, `SYN_RECV`.
  public static String netstatState(String state) {
    return switch (state) {
      case "SYN_RECEIVED" -> "SYN_RECV";
      case "FIN_WAIT_1" -> "FIN_WAIT1";
      case "FIN_WAIT_2" -> "FIN_WAIT2";
      default -> state;
    };
  }

  /// The counters that are not zero, a section each, drop reasons last.
  public static String statistics(StackView stack) {
    StringBuilder out = new StringBuilder();
    for (HostView host : stack.hosts()) {
      String prefix = stack.hosts().size() == 1 ? "" : host.name() + " ";
      host.counters()
          .forEach((section, counters) -> appendSection(out, prefix + section, counters));
    }
    return out.toString();
  }

  private static void appendSection(StringBuilder out, String title, Map<String, Long> counters) {
    out.append(Character.toUpperCase(title.charAt(0))).append(title, 1, title.length());
    out.append(":\n");
    int before = out.length();
    counters.forEach((text, value) -> {
      if (value != 0) {
        out.append("    ").append(value.longValue()).append(' ').append(text).append('\n');
      }
    });
    if (out.length() == before) {
      out.append("    nothing\n");
    }
  }
}
