package dev.sluice.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.json.Json;
import dev.sluice.stack.HostCounter;
import dev.sluice.stack.HostSnapshot;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.Gatekeeper;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.CongestionState;
import dev.sluice.tcp.tcb.ConnectionDetail;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.MemoryLimits;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetstatTableTest {
  private static final long SECOND = 1_000_000_000L;

  private static FourTuple tuple(String local, int localPort, String remote, int remotePort) {
    return new FourTuple(IpAddress.parse(local), localPort, IpAddress.parse(remote), remotePort);
  }

  private static final ConnectionDetail DETAIL = new ConnectionDetail(
      new ConnectionDetail.Agreed(true, false, true, EcnMode.OFF, false, false, 7, 8),
      new ConnectionDetail.Timing(20_000_000, 0, 0, 40_000_000, 1_000_000, 2_000_000, 3_000_000),
      new ConnectionDetail.Sending(
          CongestionAlgorithm.NEW_RENO,
          CongestionState.OPEN,
          3,
          0,
          0,
          0,
          3,
          12,
          10,
          new ConnectionDetail.Rates(90, 2, 1_000, true, 0)),
      new ConnectionDetail.Recovery(1, 2, 0, 3, 4, 2, 600_000_000),
      new ConnectionDetail.Sizes(1_460, 1_448, 1_500),
      new ConnectionDetail.Receiving(1_048_576, 1_048_576, 20_000_000, 65_536, 1),
      new ConnectionDetail.Traffic(7, 8, 2, 3, 1, 0, 0),
      new ConnectionDetail.Limits(5_000_000, 4_000_000, 0));

  private static final HostSnapshot SNAPSHOT = new HostSnapshot(
      0,
      List.of(
          new HostSnapshot.Listening(1, IpAddress.ANY_V6, 7, 2, 128, 1, HostSnapshot.Syns.NONE),
          new HostSnapshot.Listening(
              2, IpAddress.parse("198.18.0.2"), 8_080, 0, 5, 0, HostSnapshot.Syns.NONE)),
      List.of(new HostSnapshot.HalfOpen(
          0, 1, tuple("198.18.0.2", 7, "198.18.0.1", 40_001), 1, 3 * SECOND)),
      List.of(
          new HostSnapshot.Connected(
              3,
              new ConnectionInfo(
                  tuple("198.18.0.2", 7, "198.18.0.1", 40_000),
                  State.ESTABLISHED,
                  17,
                  4_096,
                  "keepalive",
                  7_195_120_000_000L,
                  0,
                  20_100_000,
                  3_200_000,
                  220_000_000,
                  14_600,
                  Integer.MAX_VALUE,
                  65_535,
                  65_535,
                  1_460,
                  100,
                  90,
                  50,
                  1_460,
                  "ts wscale:7,8",
                  DETAIL)),
          new HostSnapshot.Connected(
              4,
              new ConnectionInfo(
                  tuple("fd5a::2", 80, "fd5a::1", 40_002),
                  State.FIN_WAIT_2,
                  0,
                  0,
                  null,
                  0,
                  0,
                  0,
                  0,
                  SECOND,
                  14_600,
                  29_200,
                  65_535,
                  65_535,
                  1_440,
                  0,
                  0,
                  0,
                  0,
                  "",
                  DETAIL))),
      List.of(new HostSnapshot.Waiting(
          5, tuple("198.18.0.2", 13, "198.18.0.1", 40_003), 119_990_000_000L)),
      new HostSnapshot.Memory(32_768, MemoryLimits.upTo(1 << 20), false, 0, 1),
      Map.of(HostCounter.PACKETS_IN, 12L),
      Map.of(TcpCounter.PASSIVE_OPENS, 3L),
      Map.of("checksum is wrong", 2L),
      new Gatekeeper(Firewall.OPEN, 1, 2, SECOND).snapshot());

  private static StackView stack(String... names) {
    return new StackView(
        "serve",
        4_711,
        List.of(names).stream()
            .map(name -> HostView.of(name, List.of("198.18.0.2/24"), SNAPSHOT))
            .toList());
  }

  @Test
  void connectionsHalfOpenPeersAndTimeWaitsAreShownWithoutListeners() {
    String text =
        NetstatTable.sockets(stack("server"), new NetstatTable.Choice(false, true, true, false));

    assertThat(text).isEqualTo("""
            Active Sluice connections (w/o servers)
            Proto Recv-Q Send-Q Local Address           Foreign Address         State       ID
            tcp        0      0 198.18.0.2:7            198.18.0.1:40001        SYN_RECV    -
            tcp       17   4096 198.18.0.2:7            198.18.0.1:40000        ESTABLISHED 3
            tcp6       0      0 fd5a::2:80              fd5a::1:40002           FIN_WAIT2   4
            tcp        0      0 198.18.0.2:13           198.18.0.1:40003        TIME_WAIT   5
            """);
  }

  @Test
  void listenersAloneShowTheirQueueAndItsLimit() {
    String text =
        NetstatTable.sockets(stack("server"), new NetstatTable.Choice(true, false, false, false));

    assertThat(text).isEqualTo("""
            Active Sluice connections (only servers)
            Proto Recv-Q Send-Q Local Address           Foreign Address         State       ID
            tcp6       2    128 *:echo                  *:*                     LISTEN      1
            tcp        0      5 198.18.0.2:8080         *:*                     LISTEN      2
            """);
  }

  @Test
  void timersAreSpelledAsLinuxDoes() {
    String text =
        NetstatTable.sockets(stack("server"), new NetstatTable.Choice(false, true, true, true));

    assertThat(text.lines().map(line -> line.substring(Math.min(line.length(), 80))))
        .containsExactly(
            "",
            "ID Timer                         RTT/var   RTO  Cwnd Ssthresh Retrans",
            "-  on (3.00/1/0)                       -     -     -        -       -",
            "3  keepalive (7195.12/0/0) 20.1ms/3.20ms 220ms 14.3k        -    1460",
            "4  off (0.00/0/0)                      - 1.00s 14.3k    28.5k       0",
            "5  timewait (119.99/0/0)               -     -     -        -       -");
  }

  @Test
  void idsNameTheirHostWhereThereAreTwo() {
    String text = NetstatTable.sockets(
        stack("server", "front"), new NetstatTable.Choice(false, true, true, false));

    assertThat(text).contains(" server/3\n").contains(" front/5\n").contains("SYN_RECV    -\n");
  }

  @Test
  void listenersOfOnePortAreCountedTogetherAndPeersThatAreNotListedAreTold() {
    HostSnapshot.Syns syns = new HostSnapshot.Syns(500, 0, 0, 20, 3, 1);
    HostSnapshot flooded = new HostSnapshot(
        0,
        List.of(
            new HostSnapshot.Listening(1, IpAddress.ANY_V4, 7, 0, 128, 300, syns),
            new HostSnapshot.Listening(2, IpAddress.ANY_V6, 7, 0, 128, 5, syns)),
        SNAPSHOT.halfOpen(),
        List.of(),
        List.of(),
        SNAPSHOT.memory(),
        Map.of(),
        Map.of(),
        Map.of(),
        SNAPSHOT.firewall());
    StackView view = new StackView(
        "serve", 4_711, List.of(HostView.of("server", List.of("198.18.0.2/24"), flooded)));

    assertThat(NetstatTable.sockets(view, new NetstatTable.Choice(false, true, true, false)))
        .endsWith("... and 304 more in SYN_RECV (netstat -s counts them)\n");
    assertThat(NetstatTable.sockets(view, new NetstatTable.Choice(true, false, true, false)))
        .doesNotContain("more in SYN_RECV");
    assertThat(NetstatTable.statistics(view))
        .contains("Listener at port 7:\n    1000 SYNs received\n    305 half-open now\n");
  }

  @Test
  void statisticsShowWhatIsNotZeroAndWhyPacketsWereDropped() {
    assertThat(NetstatTable.statistics(stack("server")))
        .isEqualTo("""
            Host:
                12 packets received from the link
            Tcp:
                3 active opens
            Memory:
                32768 octets in buffers, by what they cost
                524288 octets at which memory is short no more
                786432 octets at which memory is short
                1048576 octets at which connections are reset
                1 connections that their users have closed
            Dropped:
                2 checksum is wrong
            """.replace("active", "passive"));
  }

  @Test
  void jsonCarriesEverythingThereAndBack() {
    StackView view = stack("server", "front");

    assertThat(StackView.of(Json.object(Json.text(view.toJson())))).isEqualTo(view);
  }

  @Test
  void jsonKeepsItsNames() {
    String json = Json.text(stack("server").toJson());

    assertThat(json)
        .startsWith(
            "{\"format\":1,\"stack\":\"serve\",\"pid\":4711,\"hosts\":[{\"name\":\"server\","
                + "\"addresses\":[\"198.18.0.2/24\"],\"sockets\":[{\"id\":1,\"proto\":\"tcp6\","
                + "\"state\":\"LISTEN\",\"localAddress\":\"*\",\"localPort\":7,"
                + "\"remoteAddress\":\"*\",\"remotePort\":0,\"receiveQueue\":2,\"sendQueue\":128}")
        .contains("\"timer\":{\"name\":\"keepalive\",\"nanos\":7195120000000,"
            + "\"retransmissions\":0,\"probes\":0},\"srttNanos\":20100000");
  }
}
