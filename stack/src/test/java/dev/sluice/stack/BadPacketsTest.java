package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.HOST_V6;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static dev.sluice.stack.TestPackets.PEER_V6;
import static dev.sluice.stack.TestPackets.cut;
import static dev.sluice.stack.TestPackets.icmp;
import static dev.sluice.stack.TestPackets.icmpError;
import static dev.sluice.stack.TestPackets.tcp;
import static dev.sluice.stack.TestPackets.udp;
import static dev.sluice.stack.TestPackets.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What must be dropped, counted once by the right reason, and never answered. A
/// listener is there, so that an answer would be possible.
class BadPacketsTest {
  private final TestHost test = TestHost.usual();

  private static byte[] syn(String from, String to) {
    return tcp(from, to, 7, Flags.SYN);
  }

  private static final byte[] SYN = syn(PEER_V4, HOST_V4);
  private static final byte[] SYN6 = syn(PEER_V6, HOST_V6);
  private static final byte[] OWN = tcp(HOST_V4, PEER_V4, 80, Flags.SYN);
  private static final byte[] OWN6 = tcp(HOST_V6, PEER_V6, 80, Flags.SYN);

  static Stream<Arguments> ip() {
    return Stream.of(
        arguments("no octets", new byte[0], DropReason.IP_TOO_SHORT),
        arguments("19 octets", java.util.Arrays.copyOf(SYN, 19), DropReason.IP_TOO_SHORT),
        arguments("version 5", with(SYN, 0, 0x55), DropReason.IP_VERSION),
        arguments("IHL 4", with(SYN, 0, 0x44), DropReason.IP_HEADER_LENGTH),
        arguments("IHL beyond", with(SYN, 0, 0x4f), DropReason.IP_TOTAL_LENGTH),
        arguments("length beyond", with(SYN, 3, 200), DropReason.IP_TOTAL_LENGTH),
        arguments("v6 length beyond", with(SYN6, 5, 200), DropReason.IP_TOTAL_LENGTH),
        arguments("IP sum", damaged(SYN, 8), DropReason.IP_CHECKSUM),
        arguments("first fragment", with(SYN, 6, 0x20), DropReason.IP_FRAGMENT),
        arguments("last fragment", with(SYN, 7, 1), DropReason.IP_FRAGMENT),
        arguments(
            "udp fragment", with(udp(PEER_V4, HOST_V4, 9, 8), 6, 0x20), DropReason.IP_FRAGMENT));
  }

  static Stream<Arguments> addresses() {
    return Stream.of(
        arguments("from 0.0.0.0", syn("0.0.0.0", HOST_V4), DropReason.SOURCE_UNSPECIFIED),
        arguments("from ::", syn("::", HOST_V6), DropReason.SOURCE_UNSPECIFIED),
        arguments("from a group", syn("224.0.0.1", HOST_V4), DropReason.SOURCE_MULTICAST),
        arguments("from a v6 group", syn("ff02::1", HOST_V6), DropReason.SOURCE_MULTICAST),
        arguments("from all", syn("255.255.255.255", HOST_V4), DropReason.SOURCE_BROADCAST),
        arguments("from our net", syn("198.18.0.255", HOST_V4), DropReason.SOURCE_BROADCAST),
        arguments("from loopback", syn("127.0.0.1", HOST_V4), DropReason.SOURCE_LOOPBACK),
        arguments("from ::1", syn("::1", HOST_V6), DropReason.SOURCE_LOOPBACK),
        arguments("LAND", syn(HOST_V4, HOST_V4), DropReason.SOURCE_OURS),
        arguments("LAND v6", syn(HOST_V6, HOST_V6), DropReason.SOURCE_OURS),
        arguments("to all", syn(PEER_V4, "255.255.255.255"), DropReason.DESTINATION_BROADCAST),
        arguments("to our net", syn(PEER_V4, "198.18.0.255"), DropReason.DESTINATION_BROADCAST),
        arguments("to a group", syn(PEER_V4, "224.0.0.1"), DropReason.DESTINATION_MULTICAST),
        arguments("to a v6 group", syn(PEER_V6, "ff02::1"), DropReason.DESTINATION_MULTICAST),
        arguments("to loopback", syn(PEER_V4, "127.0.0.1"), DropReason.DESTINATION_LOOPBACK),
        arguments("to ::1", syn(PEER_V6, "::1"), DropReason.DESTINATION_LOOPBACK),
        arguments("to 0.0.0.0", syn(PEER_V4, "0.0.0.0"), DropReason.DESTINATION_UNSPECIFIED),
        arguments("to a stranger", syn(PEER_V4, "198.18.0.3"), DropReason.DESTINATION_NOT_OURS),
        arguments("to a v6 stranger", syn(PEER_V6, "fd5a::3"), DropReason.DESTINATION_NOT_OURS),
        arguments(
            "UDP to all", udp(PEER_V4, "198.18.0.255", 9, 8), DropReason.DESTINATION_BROADCAST),
        arguments(
            "UDP to a group", udp(PEER_V6, "ff02::1", 9, 8), DropReason.DESTINATION_MULTICAST),
        arguments(
            "echo to all",
            TestPackets.echoRequest(PEER_V4, "198.18.0.255", 8),
            DropReason.DESTINATION_BROADCAST),
        arguments("UDP from all", udp("198.18.0.255", HOST_V4, 9, 8), DropReason.SOURCE_BROADCAST));
  }

  static Stream<Arguments> transport() {
    byte[] datagram = udp(PEER_V4, HOST_V4, 9, 8);
    byte[] datagram6 = udp(PEER_V6, HOST_V6, 9, 8);
    return Stream.of(
        arguments("TCP of 19 octets", cut(SYN, 39), DropReason.TCP_TOO_SHORT),
        arguments("TCP of no octets", cut(SYN, 20), DropReason.TCP_TOO_SHORT),
        arguments("v6 TCP of 19 octets", cut(SYN6, 59), DropReason.TCP_TOO_SHORT),
        arguments("data offset 4", with(SYN, 32, 0x40), DropReason.TCP_DATA_OFFSET),
        arguments("data offset 15", with(SYN, 32, 0xf0), DropReason.TCP_DATA_OFFSET),
        arguments("TCP sum", damaged(SYN, 35), DropReason.TCP_CHECKSUM),
        arguments("v6 TCP sum", damaged(SYN6, 55), DropReason.TCP_CHECKSUM),
        arguments("to port 0", tcp(PEER_V4, HOST_V4, 0, Flags.SYN), DropReason.TCP_PORT_ZERO),
        arguments(
            "from port 0",
            tcp(PEER_V4, HOST_V4, 7, segment -> segment.sourcePort = 0),
            DropReason.TCP_PORT_ZERO),
        arguments("UDP of 7 octets", cut(datagram, 27), DropReason.UDP_TOO_SHORT),
        arguments("UDP length 7", with(datagram, 25, 7), DropReason.UDP_LENGTH),
        arguments("UDP length beyond", with(datagram, 25, 17), DropReason.UDP_LENGTH),
        arguments("UDP sum", damaged(datagram, 30), DropReason.UDP_CHECKSUM),
        arguments(
            "v6 UDP without sum",
            with(with(datagram6, 46, 0), 47, 0),
            DropReason.UDP_CHECKSUM_ZERO));
  }

  static Stream<Arguments> icmpMessages() {
    return Stream.of(
        arguments(
            "7 octets",
            cut(TestPackets.echoRequest(PEER_V4, HOST_V4, 8), 27),
            DropReason.ICMP_TOO_SHORT),
        arguments(
            "sum",
            damaged(TestPackets.echoRequest(PEER_V4, HOST_V4, 8), 30),
            DropReason.ICMP_CHECKSUM),
        arguments(
            "v6 sum",
            damaged(TestPackets.echoRequest(PEER_V6, HOST_V6, 8), 50),
            DropReason.ICMP_CHECKSUM),
        arguments("timestamp request", icmp(PEER_V4, HOST_V4, 13, 0, 12), DropReason.ICMP_TYPE),
        arguments("redirect", icmp(PEER_V4, HOST_V4, 5, 0, 28), DropReason.ICMP_TYPE),
        arguments("reply to nobody's echo", icmp(PEER_V4, HOST_V4, 0, 0, 8), DropReason.ICMP_TYPE),
        arguments(
            "source quench",
            icmpError(PEER_V4, HOST_V4, 4, 0, 0, OWN),
            DropReason.ICMP_SOURCE_QUENCH),
        arguments("no quote", icmp(PEER_V4, HOST_V4, 3, 3, 4), DropReason.ICMP_QUOTE),
        arguments(
            "about no connection",
            icmpError(PEER_V4, HOST_V4, 3, 3, 0, OWN),
            DropReason.ICMP_UNRELATED),
        arguments(
            "v6, about no connection",
            icmpError(PEER_V6, HOST_V6, 1, 4, 0, OWN6),
            DropReason.ICMP_UNRELATED),
        arguments(
            "about UDP",
            icmpError(PEER_V4, HOST_V4, 3, 3, 0, udp(HOST_V4, PEER_V4, 9, 8)),
            DropReason.ICMP_UNRELATED),
        arguments(
            "too big for 67", icmpError(PEER_V4, HOST_V4, 3, 4, 67, OWN), DropReason.ICMP_MTU),
        arguments(
            "v6 too big for 1,279",
            icmpError(PEER_V6, HOST_V6, 2, 0, 1_279, OWN6),
            DropReason.ICMP_MTU));
  }

  /// Every packet of the tables.
  static Stream<byte[]> all() {
    return Stream.of(ip(), addresses(), transport(), icmpMessages())
        .flatMap(table -> table)
        .map(row -> (byte[]) row.get()[1]);
  }

  private static byte[] damaged(byte[] packet, int index) {
    byte[] damaged = packet.clone();
    damaged[index] ^= 0x10;
    return damaged;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"ip", "addresses", "transport", "icmpMessages"})
  @Tag("MUST-3")
  @Tag("MUST-57")
  @Tag("MUST-63")
  @Tag("SCENARIO-38")
  @Tag("ATTACK-20")
  void isDroppedCountedOnceAndNotAnswered(String name, byte[] packet, DropReason reason)
      throws IOException {
    Binding binding = test.host.bind(IpAddress.ANY_V6, 7, false);
    Listener listening = test.host.listen(
        binding, new ConnectionOptions(), new ListenerLimits(10, 10), (listener, connection) ->
            (c, event) -> {});

    test.receive(packet);

    assertThat(test.drops()).isEqualTo(Map.of(reason, 1L));
    assertThat(test.takeSent()).isEmpty();
    assertThat(listening.halfOpenCount()).isZero();
    assertThat(test.host.counters().get(HostCounter.PACKETS_IN)).isEqualTo(1);
  }

  @Test
  void anyOctetsAtAllAreSurvived() {
    Random random = new Random(7);
    byte[][] seeds = {
      SYN,
      SYN6,
      udp(PEER_V4, HOST_V4, 9, 30),
      TestPackets.echoRequest(PEER_V6, HOST_V6, 30),
      icmpError(PEER_V4, HOST_V4, 3, 4, 1_400, OWN),
      icmpError(PEER_V6, HOST_V6, 2, 0, 1_300, OWN6)
    };
    int packets = 20_000;
    for (int i = 0; i < packets; i++) {
      byte[] packet = seeds[random.nextInt(seeds.length)].clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt();
      }
      test.receive(java.util.Arrays.copyOf(packet, random.nextInt(packet.length + 10)));
    }
    assertThat(test.host.counters().get(HostCounter.PACKETS_IN)).isEqualTo(packets);
  }
}
