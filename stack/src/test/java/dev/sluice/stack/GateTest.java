package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.HOST_V6;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static dev.sluice.stack.TestPackets.PEER_V6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSyntaxException;
import dev.sluice.stack.firewall.PacketFacts;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The firewall in its place: what a host does with packets that it stops, and what it
/// answers strangers.
class GateTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<String> filtered = new ArrayList<>();

  private static Firewall rules(String text) {
    try {
      return Firewall.parse(text);
    } catch (FirewallSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private TestHost host(String rules) {
    TestHost host = new TestHost(
        config -> {
          config.firewall = rules(rules);
          config.observer = new HostObserver() {
            @Override
            public void onFiltered(PacketFacts packet, long nowNanos) {
              filtered.add(packet.toString());
            }
          };
        },
        HOST_V4 + "/24",
        HOST_V6 + "/64");
    listen(host, 80);
    return host;
  }

  private static void listen(TestHost host, int port) {
    try {
      Binding binding = host.host.bind(IpAddress.ANY_V6, port, true);
      host.host.listen(
          binding, new ConnectionOptions(), new ListenerLimits(10_000, 10_000), (l, connection) -> {
            l.onAccepted();
            return (source, event) -> {};
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int flagsOf(byte[] packet) {
    return TestHost.parse(packet).flags;
  }

  /// What the host answers a packet with, in a word.
  private static String answer(TestHost host, byte[] packet) {
    host.receive(packet);
    List<byte[]> sent = host.takeSent();
    if (sent.isEmpty()) {
      return "nothing";
    }
    byte[] answer = sent.getFirst();
    boolean v4 = (answer[0] & 0xf0) == 0x40;
    int protocol = v4 ? answer[9] : answer[6];
    if (protocol == 6) {
      return (flagsOf(answer) & Flags.RST) != 0 ? "RST" : "SYN,ACK";
    }
    int at = v4 ? 20 : 40;
    return "ICMP " + answer[at] + "/" + answer[at + 1];
  }

  private static byte[] packet(String what, boolean v4) {
    String from = v4 ? PEER_V4 : PEER_V6;
    String to = v4 ? HOST_V4 : HOST_V6;
    return switch (what) {
      case "open" -> TestPackets.tcp(from, to, 80, Flags.SYN);
      case "closed" -> TestPackets.tcp(from, to, 81, Flags.SYN);
      case "stray" -> TestPackets.tcp(from, to, 80, Flags.ACK);
      case "udp" -> TestPackets.udp(from, to, 9, 10);
      case "echo" -> TestPackets.echoRequest(from, to, 10);
      case "sctp" -> TestPackets.with(TestPackets.udp(from, to, 9, 8), v4 ? 9 : 6, 132);
      default -> throw new AssertionError(what);
    };
  }

  // ---- what is stopped, and how it is answered

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "default in allow             | open   | SYN,ACK   | SYN,ACK",
        "default in allow             | closed | RST       | RST",
        "default in allow             | stray  | RST       | RST",
        "default in allow             | udp    | ICMP 3/3  | ICMP 1/4",
        "default in allow             | echo   | ICMP 0/0  | ICMP -127/0",
        "default in allow             | sctp   | ICMP 3/2  | ICMP 4/1",
        "default in drop              | open   | nothing   | nothing",
        "default in drop              | closed | nothing   | nothing",
        "default in drop              | stray  | nothing   | nothing",
        "default in drop              | udp    | nothing   | nothing",
        "default in drop              | echo   | nothing   | nothing",
        "default in drop              | sctp   | nothing   | nothing",
        "default in reject            | open   | RST       | RST",
        "default in reject            | stray  | RST       | RST",
        "default in reject            | udp    | ICMP 3/13 | ICMP 1/1",
        "default in reject            | echo   | ICMP 3/13 | ICMP 1/1",
        "default in reject            | sctp   | ICMP 3/13 | ICMP 1/1",
        "reject in tcp with icmp      | open   | ICMP 3/13 | ICMP 1/1",
        "allow in tcp to port 80      | open   | SYN,ACK   | SYN,ACK",
        "allow in tcp to port 80      | closed | nothing   | nothing",
        "allow in udp                 | udp    | ICMP 3/3  | ICMP 1/4",
      })
  void packetIsAnsweredAsTheRulesSay(String rules, String what, String v4, String v6) {
    assertThat(answer(host(rules), packet(what, true))).isEqualTo(v4);
    assertThat(answer(host(rules), packet(what, false))).isEqualTo(v6);
  }

  /// A header that its sender wants to hear about does not get it past the rules.
  @ParameterizedTest
  @CsvSource({
    "default in allow, ICMP 4/0",
    "default in drop, nothing",
    "'default in allow\nbogons drop', nothing",
    "default in reject, nothing",
  })
  void parameterProblemIsToldOnlyToWhomTheRulesLetIn(String rules, String answer) {
    byte[] packet = packet("udp", false);
    packet[6] = 43; // a routing header
    packet[40] = 59; // with nothing behind it
    packet[41] = 0;
    packet[42] = 0;
    packet[43] = 1; // and a segment left
    assertThat(answer(host(rules), packet)).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({"closed, nothing", "udp, nothing", "open, 'SYN,ACK'"})
  void silentPortsAnswerNothing(String what, String answer) {
    TestHost host = host("default in allow\nclosed ports silent");
    assertThat(answer(host, packet(what, true))).isEqualTo(answer);
  }

  @Test
  void rejectAnswersThoughClosedPortsAreSilent() {
    assertThat(answer(host("default in reject\nclosed ports silent"), packet("closed", true)))
        .isEqualTo("RST");
  }

  @Test
  void stoppedPacketIsCountedByItsCauseAndTold() {
    TestHost host = host("""
        bogons drop except 198.18.0.0/24, fd00::/8
        drop in udp
        allow in tcp to port 80 limit new 1/s per source
        """);
    host.receive(TestPackets.udp(PEER_V4, HOST_V4, 9, 10));
    host.receive(TestPackets.echoRequest(PEER_V4, HOST_V4, 10));
    host.receive(TestPackets.tcp("198.19.0.1", HOST_V4, 80, Flags.SYN));
    host.receive(TestPackets.tcp(PEER_V4, HOST_V4, 80, Flags.SYN));
    host.receive(TestPackets.tcp(PEER_V4, HOST_V4, 80, s -> s.sourcePort = 43_211));
    assertThat(host.drops())
        .containsEntry(DropReason.FILTERED, 2L)
        .containsEntry(DropReason.FILTERED_BOGON, 1L)
        .containsEntry(DropReason.FILTERED_RATE, 1L);
    assertThat(filtered)
        .containsExactly(
            "in udp new 198.18.0.1 port 5000 > 198.18.0.2 port 9: a rule (line 2)",
            "in icmp new 198.18.0.1 port 0 > 198.18.0.2 port 0: the default",
            "in tcp new 198.19.0.1 port 43210 > 198.18.0.2 port 80: an impossible source address",
            "in tcp new 198.18.0.1 port 43211 > 198.18.0.2 port 80:"
                + " the limit on new connections (line 3)");
    assertThat(host.host.snapshot(0).firewall().rules())
        .map(line -> line.packets())
        .containsExactly(1L, 2L);
  }

  // ---- connections

  private static final String NOTHING = "default in drop\ndefault out drop";

  private static void say(TwoHosts hosts, Host host, TwoHosts.User user, String text) {
    user.toWrite.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    hosts.attend(host, user);
    hosts.settle();
  }

  @Test
  void connectionsSurviveAReloadThatWouldForbidThem() throws IOException {
    TwoHosts hosts = new TwoHosts();
    hosts.listen(80);
    TwoHosts.User client = hosts.connect(TwoHosts.SERVER_V4, 80);
    hosts.settle();
    hosts.server.firewall(rules(NOTHING));
    hosts.client.firewall(rules(NOTHING));
    say(hosts, hosts.client, client, "still");
    say(hosts, hosts.server, hosts.accepted.getFirst(), "here");
    assertThat(client.receivedOctets()).asString().isEqualTo("here");
    assertThat(hosts.accepted.getFirst().receivedOctets()).asString().isEqualTo("still");
    client.connection().close(hosts.nowNanos);
    hosts.accepted.getFirst().connection().close(hosts.nowNanos);
    hosts.client.attend(client.connection());
    hosts.server.attend(hosts.accepted.getFirst().connection());
    hosts.settle();
    assertThat(hosts.server.connectionCount()).isZero();
    assertThat(hosts.client.timeWaitCount() + hosts.server.timeWaitCount()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop in state established", "drop out state established"})
  void ruleAboutEstablishedOnesCutsThem(String rule) throws IOException {
    TwoHosts hosts = new TwoHosts();
    hosts.listen(80);
    TwoHosts.User client = hosts.connect(TwoHosts.SERVER_V4, 80);
    hosts.settle();
    hosts.server.firewall(rules("default in allow\n" + rule + " from any to any"));
    say(hosts, hosts.client, client, "x");
    hosts.advance(SECOND);
    assertThat(client.connection().info(hosts.nowNanos).retransmissions()).isPositive();
  }

  @Test
  void newSynForATimeWaitIsJudgedAsNew() throws IOException {
    TwoHosts hosts = new TwoHosts();
    hosts.listen(80);
    Binding binding = hosts.client.bind(IpAddress.parse(TwoHosts.CLIENT_V4), 5_000, true);
    TwoHosts.User client = hosts.connect(binding, TwoHosts.SERVER_V4, 80);
    hosts.settle();
    Connection server = hosts.accepted.getFirst().connection();
    server.close(hosts.nowNanos);
    hosts.server.attend(server);
    hosts.settle();
    client.connection().close(hosts.nowNanos);
    hosts.client.attend(client.connection());
    hosts.settle();
    assertThat(hosts.server.timeWaitCount()).isEqualTo(1);
    hosts.server.firewall(rules(NOTHING));
    hosts.nowNanos += 5 * SECOND;
    TwoHosts.User again = hosts.connect(binding, TwoHosts.SERVER_V4, 80);
    hosts.settle();
    assertThat(again.connection().state()).isEqualTo(State.SYN_SENT);
    assertThat(hosts.server.drops().get(DropReason.FILTERED)).isEqualTo(1);
    hosts.server.firewall(Firewall.OPEN);
    hosts.advance(2 * SECOND);
    assertThat(again.connection().state()).isEqualTo(State.ESTABLISHED);
  }

  @Test
  void limitOnConnectionsCountsThoseThatWereThereBeforeTheReload() throws IOException {
    TwoHosts hosts = new TwoHosts();
    hosts.listen(80);
    TwoHosts.User first = hosts.connect(TwoHosts.SERVER_V4, 80);
    hosts.settle();
    hosts.server.firewall(rules("allow in tcp limit connections 2 per source"));
    hosts.connect(TwoHosts.SERVER_V4, 80);
    hosts.settle();
    TwoHosts.User third = hosts.connect(TwoHosts.SERVER_V4, 80);
    hosts.settle();
    assertThat(third.connection().state()).isEqualTo(State.SYN_SENT);
    assertThat(hosts.server.drops().get(DropReason.FILTERED_CONNECTIONS)).isEqualTo(1);
    first.connection().abort(hosts.nowNanos);
    hosts.client.attend(first.connection());
    hosts.advance(2 * SECOND);
    assertThat(third.connection().state()).isEqualTo(State.ESTABLISHED);
  }

  @Test
  void limitOnHalfOpenOnesCountsAlsoThoseThatNoListenerKeeps() {
    TestHost host = host("allow in tcp limit half-open 3 per source");
    for (int i = 0; i < 10; i++) {
      int port = 20_000 + i;
      host.receive(TestPackets.tcp(PEER_V4, HOST_V4, 80, s -> s.sourcePort = port));
    }
    assertThat(host.takeSent()).hasSize(3);
    assertThat(host.host.drops().get(DropReason.FILTERED_HALF_OPEN)).isEqualTo(7);
  }

  // ---- outward

  @Test
  void connectionsOutwardAreThoseThatAreListed() throws IOException {
    TwoHosts hosts = new TwoHosts();
    hosts.listen(80);
    hosts.client.firewall(rules("""
        default out drop
        allow out tcp to 198.18.0.2 port 80
        reject out to port 99
        """));
    TwoHosts.User listed = hosts.connect(TwoHosts.SERVER_V4, 80);
    hosts.settle();
    assertThat(listed.connection().state()).isEqualTo(State.ESTABLISHED);
    assertThatThrownBy(() -> hosts.connect(TwoHosts.SERVER_V4, 81))
        .isInstanceOf(SocketException.class)
        .hasMessage("Operation not permitted (the firewall's default)");
    assertThatThrownBy(() -> hosts.connect(TwoHosts.SERVER_V6, 99))
        .isInstanceOf(SocketException.class)
        .hasMessage("Operation not permitted (the firewall's rule at line 3)");
    assertThat(hosts.client.counters().get(HostCounter.CONNECTS_REFUSED)).isEqualTo(2);
    assertThat(hosts.client.connectionCount()).isEqualTo(1);
    assertThat(hosts.client.snapshot(0).firewall().rules())
        .map(line -> line.packets())
        .containsExactly(1L, 1L);
  }

  @Test
  void openThatIsUnderWayIsStoppedByAReload() throws IOException {
    TwoHosts hosts = new TwoHosts();
    TwoHosts.User client = hosts.connect(TwoHosts.SERVER_V4, 80);
    hosts.client.firewall(rules("default out drop"));
    hosts.settle();
    assertThat(client.connection().state()).isEqualTo(State.SYN_SENT);
    assertThat(hosts.client.counters().get(HostCounter.SEGMENTS_OUT_FILTERED)).isEqualTo(1);
    assertThat(hosts.server.counters().get(HostCounter.PACKETS_IN)).isZero();
  }

  @Test
  void hostMayAlwaysTalkToItself() throws IOException {
    TwoHosts hosts = new TwoHosts(config -> config.firewall = rules(NOTHING));
    hosts.listen(80);
    TwoHosts.User user = hosts.new User();
    Connection connection = hosts.server.connect(
        null,
        IpAddress.parse(TwoHosts.SERVER_V4),
        80,
        new ConnectionOptions(),
        user,
        hosts.nowNanos);
    hosts.settle();
    assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
  }

  // ---- never a reflector

  private static TestHost answering(int resets, int errors, int synAcks) {
    TestHost host = new TestHost(
        config -> {
          config.tcp.listenerResetsPerSecond = 1_000_000; // the listener's own limit
          config.resetsPerSecond = resets;
          config.icmpErrorsPerSecond = errors;
          config.synAcksPerSecond = synAcks;
        },
        HOST_V4 + "/16",
        HOST_V6 + "/64");
    listen(host, 80);
    return host;
  }

  @ParameterizedTest
  @CsvSource({"81, SYN", "81, ACK", "80, ACK"})
  @Tag("ATTACK-40")
  void floodIsNotAnsweredWithOneResetEach(int port, String flag) {
    TestHost host = answering(100, 100, 100);
    int flags = flag.equals("SYN") ? Flags.SYN : Flags.ACK;
    for (int i = 0; i < 5_000; i++) {
      int from = 1_024 + i;
      host.nowNanos = i * SECOND / 5_000;
      host.receive(TestPackets.tcp("198.18.3." + i % 256, HOST_V4, port, s -> {
        s.sourcePort = from;
        s.flags = flags;
        s.ack = from;
      }));
    }
    assertThat(host.takeSent()).hasSizeBetween(199, 200);
    assertThat(host.host.counters().get(HostCounter.RESETS_HELD_BACK)).isBetween(4_800L, 4_801L);
    assertThat(answer(host, TestPackets.tcp("198.18.4.1", HOST_V4, 81, Flags.SYN)))
        .as("another prefix")
        .isEqualTo("RST");
  }

  @Test
  @Tag("ATTACK-40")
  void synsThatNobodyFollowsUpAreAnsweredToALimit() {
    TestHost host = answering(100, 100, 100);
    for (int i = 0; i < 1_000; i++) {
      int from = 1_024 + i;
      host.receive(TestPackets.tcp("198.18.3.1", HOST_V4, 80, s -> s.sourcePort = from));
    }
    assertThat(host.takeSent()).hasSize(100);
    assertThat(host.host.counters().get(HostCounter.SYN_ACKS_HELD_BACK)).isEqualTo(900);
    assertThat(host.host.drops().get(DropReason.REPLY_LIMIT)).isEqualTo(900);
  }

  @Test
  void whoCompletesHandshakesIsNotLimited() throws IOException {
    TwoHosts hosts = new TwoHosts(config -> config.synAcksPerSecond = 3);
    hosts.listen(80);
    for (int i = 0; i < 100; i++) {
      TwoHosts.User user = hosts.connect(TwoHosts.SERVER_V4, 80);
      hosts.settle();
      assertThat(user.connection().state()).as("connection %d", i).isEqualTo(State.ESTABLISHED);
    }
  }

  // ---- what an onlooker learns

  /// What an attacker sees of its own probes while it forges others in the name of
  /// somebody else.
  private static List<String> view(String rules, byte[] forged) {
    TestHost host = new TestHost(
        config -> {
          config.firewall = rules(rules);
          config.icmpErrorsPerSecond = 50;
          config.resetsPerSecond = 50;
          config.echoRepliesPerSecond = 50;
        },
        HOST_V4 + "/16");
    listen(host, 80);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      host.nowNanos = i * SECOND / 1_000;
      host.receive(forged);
      host.takeSent();
      seen.add(answer(host, TestPackets.udp("198.18.7.7", HOST_V4, 9, 10))
          + answer(host, TestPackets.tcp("198.18.7.7", HOST_V4, 81, Flags.SYN))
          + answer(host, TestPackets.echoRequest("198.18.7.7", HOST_V4, 10)));
    }
    return seen;
  }

  @Test
  @Tag("ATTACK-9")
  void answersToOthersDoNotShowInOnesOwn() {
    String rules = "default in allow\ndrop in udp to port 5353\ndrop in tcp to port 22";
    List<List<String>> views = IntStream.of(5_353, 5_354)
        .mapToObj(port -> view(rules, TestPackets.udp("198.18.9.9", HOST_V4, port, 10)))
        .toList();
    assertThat(views.get(0)).isEqualTo(views.get(1));
    assertThat(views.get(0)).contains("nothingnothingnothing", "ICMP 3/3RSTICMP 0/0");
    List<List<String>> overTcp = IntStream.of(22, 23, 80)
        .mapToObj(port -> view(rules, TestPackets.tcp("198.18.9.9", HOST_V4, port, Flags.ACK)))
        .toList();
    assertThat(overTcp).containsOnly(views.get(0));
  }

  @Test
  void lastSegmentOfAHandshakeThatComesTwiceIsNotOverTheLimit() {
    TestHost host = host("allow in tcp to port 80 limit connections 1 per source");
    host.receive(packet("open", true));
    Segment synAck = TestHost.parse(host.takeSent().getFirst());
    byte[] third = TestPackets.tcp(PEER_V4, HOST_V4, 80, s -> {
      s.flags = Flags.ACK;
      s.seq = 1_001;
      s.ack = synAck.seq + 1;
    });
    host.receive(third);
    host.receive(third);
    assertThat(host.host.connectionCount()).isEqualTo(1);
    assertThat(filtered).isEmpty();
  }
}
