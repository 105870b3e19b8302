package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.HOST_V6;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static dev.sluice.stack.TestPackets.PEER_V6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.DropReason;
import dev.sluice.wire.IcmpCodec;
import dev.sluice.wire.IcmpMessage;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.PacketBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpTest {
  private final TestHost test = TestHost.usual();
  private final IpHeader ip = new IpHeader();
  private final IcmpMessage message = new IcmpMessage();
  private final PacketBuffer packet = new PacketBuffer(2_000);

  private static String host(boolean v4) {
    return v4 ? HOST_V4 : HOST_V6;
  }

  private static String peer(boolean v4) {
    return v4 ? PEER_V4 : PEER_V6;
  }

  /// The one message that the host sent.
  private void parseOnlyAnswer() {
    List<byte[]> sent = test.takeSent();
    assertThat(sent).hasSize(1);
    packet.copyFrom(sent.getFirst());
    assertThat(ip.parse(packet)).isEqualTo(DropReason.NONE);
    assertThat(IcmpCodec.parse(packet, ip, message)).isEqualTo(DropReason.NONE);
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "true, 56", "true, 1472", "false, 0", "false, 57", "false, 1452"})
  void echoIsAnsweredWithTheSameOctets(boolean v4, int octets) {
    byte[] request = TestPackets.echoRequest(peer(v4), host(v4), octets);
    test.receive(request);

    parseOnlyAnswer();
    assertThat(message.kind).isEqualTo(IcmpMessage.Kind.ECHO_REPLY);
    assertThat(ip.source()).hasToString(host(v4));
    assertThat(ip.destination()).hasToString(peer(v4));
    assertThat(message.identifier).isEqualTo(7);
    assertThat(message.sequence).isEqualTo(1);
    byte[] reply = packet.toArray();
    assertThat(Arrays.copyOfRange(reply, message.bodyOffset, reply.length))
        .isEqualTo(Arrays.copyOfRange(request, request.length - octets, request.length));
    assertThat(test.drops()).isEmpty();
  }

  @Test
  void echoBeyondTheRateIsDroppedUntilTimeHasPassed() {
    TestHost slow = new TestHost(config -> config.echoRepliesPerSecond = 2, HOST_V4 + "/24");
    byte[] request = TestPackets.echoRequest(PEER_V4, HOST_V4, 8);
    for (int i = 0; i < 5; i++) {
      slow.receive(request);
    }
    assertThat(slow.takeSent()).hasSize(2);
    assertThat(slow.host.drops().get(DropReason.ICMP_RATE)).isEqualTo(3);
    assertThat(slow.host.counters().get(HostCounter.ICMP_HELD_BACK)).isEqualTo(3);

    slow.nowNanos = 500_000_000L;
    slow.receive(request);
    assertThat(slow.takeSent()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closedUdpPortIsAnsweredWithPortUnreachable(boolean v4) {
    byte[] datagram = TestPackets.udp(peer(v4), host(v4), 9, 1_400);
    test.receive(datagram);

    parseOnlyAnswer();
    assertThat(message.type).isEqualTo(v4 ? 3 : 1);
    assertThat(message.code).isEqualTo(v4 ? 3 : 4);
    assertThat(ip.source()).hasToString(host(v4));
    assertThat(ip.destination()).hasToString(peer(v4));
    assertThat(message.quotedSourcePort).isEqualTo(5_000);
    assertThat(message.quotedDestinationPort).isEqualTo(9);
    assertThat(packet.length()).isEqualTo(v4 ? 576 : 1_280);
    assertThat(test.host.drops().get(DropReason.UDP_NO_LISTENER)).isEqualTo(1);
  }

  @Test
  void ownErrorsAreLimitedPerSecond() {
    TestHost slow = new TestHost(config -> config.icmpErrorsPerSecond = 3, HOST_V4 + "/24");
    for (int i = 0; i < 10; i++) {
      slow.receive(TestPackets.udp(PEER_V4, HOST_V4, 9, 8));
    }
    assertThat(slow.takeSent()).hasSize(3);
    assertThat(slow.host.drops().get(DropReason.UDP_NO_LISTENER)).isEqualTo(10);
    assertThat(slow.host.counters().get(HostCounter.ICMP_HELD_BACK)).isEqualTo(7);
  }

  @Test
  @Tag("ATTACK-35")
  void unknownProtocolIsAnsweredWithProtocolUnreachable() {
    test.receive(TestPackets.with(TestPackets.udp(PEER_V4, HOST_V4, 9, 8), 9, 132));
    parseOnlyAnswer();
    assertThat(message.type).isEqualTo(IcmpCodec.V4_UNREACHABLE);
    assertThat(message.code).isEqualTo(IcmpCodec.V4_PROTOCOL_UNREACHABLE);
    assertThat(test.host.drops().get(DropReason.PROTOCOL_UNKNOWN)).isEqualTo(1);

    test.receive(TestPackets.with(TestPackets.udp(PEER_V6, HOST_V6, 9, 8), 6, 132));
    parseOnlyAnswer();
    assertThat(message.type).isEqualTo(IcmpCodec.V6_PARAMETER_PROBLEM);
    assertThat(message.code).isEqualTo(IcmpCodec.V6_UNKNOWN_NEXT_HEADER);
    assertThat(packet.i32(44)).as("points at the next header field").isEqualTo(6);
  }

  @Test
  void errorsAreNeverAnsweredWithErrors() {
    byte[] error =
        TestPackets.icmpError(PEER_V4, HOST_V4, 3, 3, 0, TestPackets.udp(HOST_V4, PEER_V4, 9, 8));
    for (int i = 0; i < 10; i++) {
      test.receive(error);
    }
    assertThat(test.takeSent()).isEmpty();
  }

  @Test
  void answersThatFindNoRoomAreDroppedAndCounted() {
    byte[] request = TestPackets.echoRequest(PEER_V4, HOST_V4, 8);
    PacketBuffer in = new PacketBuffer(2_000);
    for (int i = 0; i < 100; i++) {
      in.copyFrom(request);
      test.host.onPacket(in, 0);
    }
    test.poll();

    assertThat(test.takeSent()).hasSize(64);
    assertThat(test.host.counters().get(HostCounter.REPLIES_DROPPED_QUEUE_FULL)).isEqualTo(36);
  }

  @Test
  void waitingAnswersKeepTheDriverAwake() {
    assertThat(test.host.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    PacketBuffer in = new PacketBuffer(2_000);
    in.copyFrom(TestPackets.echoRequest(PEER_V4, HOST_V4, 8));
    test.host.onPacket(in, 5);
    assertThat(test.host.nextDeadlineNanos()).isZero();
    test.poll();
    assertThat(test.host.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }
}
