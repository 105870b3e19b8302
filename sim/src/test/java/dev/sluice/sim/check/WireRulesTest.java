package dev.sluice.sim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each rule fires when it is broken, and stays silent in an ordinary exchange.
class WireRulesTest {
  private static final long MS = 1_000_000L;
  private static final FourTuple OURS =
      new FourTuple(IpAddress.parse("10.0.0.1"), 1_000, IpAddress.parse("10.0.0.2"), 7);
  private static final FourTuple PEERS =
      new FourTuple(OURS.remote(), OURS.remotePort(), OURS.local(), OURS.localPort());
  private static final int ISS = -100;
  private static final int IRS = -50;

  private final Invariants rules = new Invariants();
  private long now;

  private static PacketBuilder ours() {
    return PacketBuilder.tcp(OURS).seq(ISS + 1).ack(IRS + 1).window(1_000);
  }

  private static PacketBuilder peers() {
    return PacketBuilder.tcp(PEERS).seq(IRS + 1).ack(ISS + 1).window(1_000);
  }

  private void sent(PacketBuilder packet) {
    rules.onSent("a", WirePacket.parse(packet.build()), now);
    rules.afterEvent(now);
  }

  private void delivered(PacketBuilder packet) {
    rules.onDelivered("a", WirePacket.parse(packet.build()), now);
  }

  private void deliveredAndDone(PacketBuilder packet) {
    delivered(packet);
    rules.afterEvent(now);
  }

  private void breaks(Rule rule, Runnable code) {
    Violation violation = catchThrowableOfType(Violation.class, code::run);
    assertThat(violation).as("nothing was found").isNotNull();
    assertThat(violation.rule()).isEqualTo(rule);
  }

  @BeforeEach
  void handshake() {
    sent(PacketBuilder.tcp(OURS).seq(ISS).with(Flags.SYN).mss(100).window(1_000));
    deliveredAndDone(
        PacketBuilder.tcp(PEERS).seq(IRS).ack(ISS + 1).with(Flags.SYN).mss(200).window(1_000));
    sent(ours());
  }

  @Test
  void ordinaryExchangeBreaksNothing() {
    sent(ours().payload(new byte[150]));
    sent(ours().seq(ISS + 151).payload(new byte[150]));
    deliveredAndDone(peers().ack(ISS + 301).payload(new byte[100]));
    delivered(peers().seq(IRS + 101).ack(ISS + 301).payload(new byte[100]));
    sent(ours().seq(ISS + 301).ack(IRS + 201));
    sent(ours().seq(ISS + 301).ack(IRS + 201).with(Flags.FIN));
    deliveredAndDone(peers().seq(IRS + 201).ack(ISS + 302).with(Flags.FIN));
    sent(ours().seq(ISS + 302).ack(IRS + 202));
    now += 1_000 * MS;
    rules.afterEvent(now);
  }

  @Test
  void wrongChecksum() {
    byte[] octets = ours().build();
    octets[30]++;
    breaks(Rule.WELL_FORMED, () -> rules.onSent("a", WirePacket.parse(octets), now));
  }

  @Test
  void packetLongerThanTheMtu() {
    rules.mtu("a", 140);
    breaks(Rule.MTU, () -> sent(ours().payload(new byte[101])));
  }

  @Test
  void textLongerThanThePeerTakes() {
    breaks(Rule.EFFECTIVE_MSS, () -> sent(ours().payload(new byte[201])));
  }

  @Test
  void mssOptionOutsideSyn() {
    breaks(Rule.SYN_OPTIONS, () -> sent(ours().mss(100)));
  }

  @Test
  void timestampsThatWereNotAgreedOn() {
    breaks(Rule.TIMESTAMPS, () -> sent(ours().timestamps(1, 1)));
  }

  @Test
  void gapInTheSequence() {
    breaks(Rule.SEQUENCE, () -> sent(ours().seq(ISS + 2).payload(new byte[1])));
  }

  @Test
  void sequenceBeforeTheFirst() {
    breaks(Rule.SEQUENCE, () -> sent(ours().seq(ISS - 1)));
  }

  @Test
  void otherOctetsTheSecondTime() {
    sent(ours().payload(new byte[] {1, 2, 3, 4}));
    breaks(Rule.SAME_OCTETS, () -> sent(ours().seq(ISS + 3).payload(new byte[] {3, 5, 6})));
  }

  @Test
  void secondFinElsewhere() {
    sent(ours().with(Flags.FIN));
    breaks(Rule.ONE_FIN, () -> sent(ours().seq(ISS + 2).with(Flags.FIN)));
  }

  @Test
  void textAfterFin() {
    sent(ours().with(Flags.FIN));
    breaks(Rule.ONE_FIN, () -> sent(ours().seq(ISS + 2).payload(new byte[1])));
  }

  @Test
  void textBeyondThePeersWindow() {
    for (int i = 0; i < 10; i++) {
      sent(ours().seq(ISS + 1 + 100 * i).payload(new byte[100]));
    }
    sent(ours().seq(ISS + 1_001).payload(new byte[1])); // a probe may
    breaks(Rule.PEER_WINDOW, () -> sent(ours().seq(ISS + 1_001).payload(new byte[2])));
  }

  @Test
  void rightEdgeThatMovesLeft() {
    breaks(Rule.RIGHT_EDGE, () -> sent(ours().window(999)));
  }

  @Test
  void ackThatGoesBack() {
    breaks(Rule.ACK_FORWARD, () -> sent(ours().ack(IRS).window(1_001)));
  }

  @Test
  void ackOfWhatNeverCame() {
    deliveredAndDone(peers().seq(IRS + 11).payload(new byte[10]));
    breaks(Rule.ACK_RECEIVED, () -> sent(ours().ack(IRS + 21)));
  }

  @Test
  void segmentWithoutAck() {
    breaks(Rule.ACK_BIT, () -> sent(PacketBuilder.tcp(OURS).seq(ISS + 1).payload(new byte[1])));
  }

  @Test
  void segmentOfAConnectionThatNobodyOpened() {
    FourTuple other = new FourTuple(OURS.local(), 1_001, OURS.remote(), 7);
    breaks(Rule.HANDSHAKE, () -> sent(PacketBuilder.tcp(other).seq(1).ack(1)));
  }

  @Test
  void textBeforeOurSynIsAcked() {
    FourTuple other = new FourTuple(OURS.local(), 1_001, OURS.remote(), 7);
    FourTuple back = new FourTuple(OURS.remote(), 7, OURS.local(), 1_001);
    delivered(PacketBuilder.tcp(back).seq(5).with(Flags.SYN));
    sent(PacketBuilder.tcp(other).seq(1).ack(6).with(Flags.SYN));
    breaks(Rule.HANDSHAKE, () -> sent(PacketBuilder.tcp(other).seq(2).ack(6).payload(new byte[1])));
  }

  @Test
  void ackLaterThanHalfASecond() {
    deliveredAndDone(peers().payload(new byte[10]));
    now += 499 * MS;
    rules.afterEvent(now);
    now += MS;
    breaks(Rule.DELAYED_ACK, () -> rules.afterEvent(now));
  }

  @Test
  void secondFullSegmentWithoutAck() {
    deliveredAndDone(peers().payload(new byte[100]));
    delivered(peers().seq(IRS + 101).payload(new byte[100]));
    breaks(Rule.EVERY_SECOND, () -> rules.afterEvent(now));
  }

  @Test
  void resetWithNumbersFromNowhere() {
    breaks(Rule.RESET_FORM, () -> sent(PacketBuilder.tcp(OURS).seq(ISS + 5_000).with(Flags.RST)));
  }

  @Test
  void resetThatAnswersAReset() {
    FourTuple other = new FourTuple(OURS.local(), 9, OURS.remote(), 7);
    FourTuple back = new FourTuple(OURS.remote(), 7, OURS.local(), 9);
    delivered(PacketBuilder.tcp(back).seq(5).ack(3).with(Flags.RST));
    breaks(Rule.RESET_FOR_RESET, () -> sent(PacketBuilder.tcp(other).seq(3).with(Flags.RST)));
  }

  @Test
  void resetThatAnswersASegmentOfNobodysIsFine() {
    FourTuple other = new FourTuple(OURS.local(), 9, OURS.remote(), 7);
    FourTuple back = new FourTuple(OURS.remote(), 7, OURS.local(), 9);
    delivered(PacketBuilder.tcp(back).seq(5).ack(3).payload(new byte[4]));
    sent(PacketBuilder.tcp(other).seq(3).with(Flags.RST));
    delivered(PacketBuilder.tcp(back).seq(5).with(Flags.SYN));
    sent(PacketBuilder.tcp(other).seq(0).ack(6).with(Flags.RST));
  }

  @Test
  void acksWithoutEnd() {
    breaks(Rule.ACK_STORM, () -> {
      for (int i = 0; i < 100; i++) {
        delivered(peers());
        sent(ours());
      }
    });
  }
}
