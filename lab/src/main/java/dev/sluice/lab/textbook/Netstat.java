package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.TimeText;
import dev.sluice.lab.page.Table;
import dev.sluice.lab.page.Table.Cell;
import dev.sluice.stack.HostSnapshot;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import java.util.List;
import java.util.Locale;

/// A host's sockets in the columns of `netstat`.
final class Netstat {
  private Netstat() {}

  static void columns(Table table) {
    table
        .left("Host", "host")
        .right("Recv-Q", "recvQ")
        .right("Send-Q", "sendQ")
        .left("Local Address", "local")
        .left("Foreign Address", "foreign")
        .left("State", "state")
        .left("Timer", "timer");
  }

  static void rows(Table table, String host, HostSnapshot snapshot) {
    snapshot
        .listeners()
        .forEach(it -> table.row(List.of(
            Cell.of(host),
            Cell.of(it.acceptQueue()),
            Cell.of(it.backlog()),
            Cell.of("*:" + it.port()),
            Cell.of("*:*"),
            Cell.of("LISTEN"),
            Cell.of("-"))));
    snapshot
        .halfOpen()
        .forEach(it ->
            row(table, host, it.tuple(), State.SYN_RECEIVED, "on (" + left(it.remainingNanos())));
    for (HostSnapshot.Connected it : snapshot.connections()) {
      ConnectionInfo info = it.info();
      String timer = info.timer();
      String when = timer == null ? "-" : name(timer) + " (" + left(info.timerNanos());
      table.row(List.of(
          Cell.of(host),
          Cell.of(info.receiveQueue()),
          Cell.of(info.sendQueue()),
          Cell.of(local(info.tuple())),
          Cell.of(foreign(info.tuple())),
          Cell.of(spelling(info.state())),
          Cell.of(when)));
    }
    snapshot
        .timeWaits()
        .forEach(it -> row(
            table, host, it.tuple(), State.TIME_WAIT, "timewait (" + left(it.remainingNanos())));
  }

  private static void row(Table table, String host, FourTuple tuple, State state, String timer) {
    table.row(List.of(
        Cell.of(host),
        Cell.of(0),
        Cell.of(0),
        Cell.of(local(tuple)),
        Cell.of(foreign(tuple)),
        Cell.of(spelling(state)),
        Cell.of(timer)));
  }

  private static String name(String timer) {
    return timer.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String left(long nanos) {
    return TimeText.of(nanos) + ")";
  }

  private static String local(FourTuple tuple) {
    return FourTuple.text(tuple.local(), tuple.localPort());
  }

  private static String foreign(FourTuple tuple) {
    return FourTuple.text(tuple.remote(), tuple.remotePort());
  }

  /// As `netstat` on Linux spells it: `SYN_RECV`, `FIN_WAIT2`.
  static String spelling(State state) {
    return switch (state) {
      case SYN_RECEIVED -> "SYN_RECV";
      case FIN_WAIT_1 -> "FIN_WAIT1";
      case FIN_WAIT_2 -> "FIN_WAIT2";
      case CLOSED, LISTEN, SYN_SENT, ESTABLISHED, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
        state.name();
    };
  }
}
