package dev.sluice.sim.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.SimHost;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Finish;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.check.Rule;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an attacker can do who guesses, but does not see (RFC 5961, and the bugs that
/// others had).
class BlindAttackTest {
  private static final Pattern PATTERN = new Pattern(3);
  private static final Duration SECOND = Duration.ofSeconds(1);
  /// A guess in each window of this size covers the whole sequence space.
  private static final int STEP = 32_768;

  private static Target idle() {
    return new Target(new Seed(21), Actors.idler(), Actors.idler());
  }

  // ---- RST, SYN and data somewhere in the window

  @Test
  @Tag("ATTACK-1")
  void resetSweepOverTheWholeSequenceSpaceDoesNotReset() {
    Target target = idle();
    long before = target.sentByServer;
    int exact = target.clientNxt;
    for (long i = 1; i < (1L << 32) / STEP; i++) {
      target.inject(target.fromClient().seq(exact + (int) (i * STEP)).with(Flags.RST));
      if (i % 1_000 == 0) {
        target.world.run(Duration.ofMillis(100));
      }
    }
    target.world.run(SECOND);
    assertThat(target.serverState()).isEqualTo(State.ESTABLISHED);
    assertThat(target.clientState()).isEqualTo(State.ESTABLISHED);
    // 14 s went by; challenge ACKs have a limit, and what is outside the window gets none
    assertThat(target.sentByServer - before).isBetween(1L, 40L);
    target.inject(target.fromClient().seq(exact).with(Flags.RST));
    target.world.run(SECOND);
    assertThat(target.atServer.closeReason()).isEqualTo(new CloseReason.ResetByPeer());
  }

  @ParameterizedTest
  @ValueSource(ints = {Flags.SYN, Flags.SYN | Flags.ACK})
  @Tag("ATTACK-2")
  void synSweepOverTheWholeSequenceSpaceDoesNoHarm(int flags) {
    Target target = idle();
    long before = target.sentByServer;
    for (long i = 0; i < (1L << 32) / STEP; i++) {
      target.inject(target
          .fromClient()
          .seq(target.clientNxt + (int) (i * STEP))
          .ack((int) (i * 77_777))
          .with(flags)
          .timestamps(target.clientStamp + (int) i, target.serverStamp));
      if (i % 1_000 == 0) {
        target.world.run(Duration.ofMillis(100));
      }
    }
    target.world.run(SECOND);
    assertThat(target.serverState()).isEqualTo(State.ESTABLISHED);
    // 14 s went by: 10 challenge ACKs in 5 s, and 2 answers in a second to old timestamps
    assertThat(target.sentByServer - before).isBetween(1L, 75L);
  }

  @Test
  @Tag("ATTACK-3")
  void dataWithAGuessedAckIsNotTaken() {
    Talker sink = new Talker().reads(PATTERN, 0).finish(Finish.STAY);
    Target target = new Target(new Seed(22), Actors.idler(), sink);
    target.world.invariants().without(Rule.SACK_RECEIVED);
    SplittableRandom random = new SplittableRandom(1);
    int ack = target.serverNxt;
    for (int i = 0; i < 5_000; i++) {
      int guess = random.nextInt();
      // the part of the space that RFC 5961 §5 accepts: a window of 1 MiB behind, nothing ahead
      boolean acceptable = guess - ack <= 0 && ack - guess <= 1_100_000;
      if (!acceptable) {
        target.inject(target
            .fromClient()
            .seq(target.clientNxt)
            .ack(guess)
            .timestamps(1, 1)
            .payload(new byte[] {66}));
      }
      if (i % 500 == 0) {
        target.world.run(Duration.ofMillis(50));
      }
    }
    target.world.run(SECOND);
    assertThat(sink.octetsRead()).isZero();
    assertThat(target.serverState()).isEqualTo(State.ESTABLISHED);
  }

  @Test
  @Tag("ATTACK-10")
  void timestampFarAheadDoesNotPoisonTheConnection() {
    Talker sink = Actors.sink(PATTERN, 50_000);
    Talker sender = new Talker().writes(PATTERN, 50_000).writePace(2_000, Duration.ofMillis(300));
    Target target = new Target(new Seed(23), sender, sink);
    for (int i = 0; i < 50; i++) {
      int offset = 1 + i * 1_000;
      target.inject(target
          .fromClient()
          .seq(target.clientNxt + offset)
          .ack(target.serverNxt + 50_000_000)
          .timestamps(0x7000_0000 + i, 1)
          .payload(new byte[] {66}));
      target.world.run(Duration.ofMillis(100));
    }
    target.world.run(Duration.ofSeconds(60));
    assertThat(sink.readAll()).isTrue();
  }

  // ---- what one connection can learn of another (CVE-2016-5696)

  @Test
  @Tag("ATTACK-4")
  void challengeAcksOfOneConnectionDoNotTellOfAnother() {
    assertThat(viewOfAnAttacker(true)).isNotEmpty().isEqualTo(viewOfAnAttacker(false));
  }

  /// What the attacker's own connection gets while it also guesses at a victim's ports:
  /// rightly or wrongly.
  private static List<String> viewOfAnAttacker(boolean rightGuess) {
    Target target = idle();
    SimHost mallory = target.world.host("mallory", "10.0.0.66/24");
    Talker own = Actors.idler();
    target.server.listen(8, Actors::idler);
    mallory.connect(5_000, "10.0.0.2", 8, new ConnectionOptions(), own);
    int[] next = {0, 0};
    List<String> view = new ArrayList<>();
    target.world.network().filter((from, packet, now) -> {
      if (from == target.server && packet.destination().equals(mallory.address(true))) {
        view.add(now + " " + packet);
        next[1] = packet.endSeq();
      } else if (from == mallory) {
        next[0] = packet.endSeq();
      }
      return true;
    });
    target.world.run(SECOND);
    FourTuple ownTuple = own.connection().tuple();
    FourTuple victim = rightGuess
        ? target.clientTuple
        : new FourTuple(target.clientTuple.local(), 4_001, target.clientTuple.remote(), 7);
    for (int i = 0; i < 300; i++) {
      target.inject(PacketBuilder.tcp(victim).seq(target.clientNxt + 10).with(Flags.RST));
      target.inject(PacketBuilder.tcp(ownTuple).seq(next[0] + 10).with(Flags.RST));
      target.world.run(Duration.ofMillis(10));
    }
    return view;
  }

  // ---- SYN with our own address (LAND)

  @Test
  @Tag("ATTACK-13")
  void synFromItsOwnSocketIsDropped() {
    Target target = idle();
    FourTuple self = new FourTuple(target.serverTuple.local(), 7, target.serverTuple.local(), 7);
    long events = target.world.trace().events();
    for (int i = 0; i < 100; i++) {
      target.inject(PacketBuilder.tcp(self).seq(i).with(Flags.SYN));
    }
    target.world.run(Duration.ofSeconds(10));
    assertThat(target.world.trace().events() - events).isEqualTo(100);
    assertThat(target.server.snapshot().halfOpen()).isEmpty();
  }

  // ---- TIME-WAIT assassination (RFC 1337)

  @Test
  @Tag("ATTACK-14")
  void oldDuplicateAndResetDoNotEndATimeWait() {
    Target target =
        new Target(new Seed(24), Actors.bulkSender(PATTERN, 100), Actors.sink(PATTERN, 100));
    assertThat(target.client.snapshot().timeWaits()).hasSize(1);
    int oldSeq = target.serverNxt - 1;
    target.inject(target.fromServer().seq(oldSeq).ack(target.clientNxt - 50));
    target.world.run(Duration.ofMillis(10));
    target.inject(target.fromServer().seq(target.serverNxt).with(Flags.RST));
    target.inject(
        target.fromServer().seq(target.serverNxt).ack(target.clientNxt).with(Flags.RST));
    target.inject(target.fromServer().seq(oldSeq).with(Flags.SYN));
    target.world.run(Duration.ofMillis(500));
    assertThat(target.client.snapshot().timeWaits()).hasSize(1);
    target.world.run(Duration.ofSeconds(6));
    assertThat(target.client.leftovers()).isEmpty();
  }

  // ---- two sides that disagree (ACK storm)

  @Test
  @Tag("ATTACK-15")
  void sidesThatDisagreeDoNotStorm() {
    Target target = new Target(
        new Seed(25),
        new Talker().reads(new Pattern(0), 10).finish(Finish.STAY),
        new Talker().reads(new Pattern(0), 10).finish(Finish.STAY));
    target.world.invariants().without(Rule.STREAM, Rule.DELAYED_ACK, Rule.EVERY_SECOND);
    byte[] forged = new byte[10];
    for (int i = 0; i < forged.length; i++) {
      forged[i] = new Pattern(0).at(i);
    }
    target.inject(target
        .fromClient()
        .seq(target.clientNxt)
        .ack(target.serverNxt)
        .timestamps(target.clientStamp, target.serverStamp)
        .payload(forged));
    target.inject(target
        .fromServer()
        .seq(target.serverNxt)
        .ack(target.clientNxt)
        .timestamps(target.serverStamp, target.clientStamp)
        .payload(forged));
    long before = target.sentByClient + target.sentByServer;
    target.world.run(Duration.ofSeconds(10));
    assertThat(target.atServer.octetsRead()).as("the forged text was taken").isEqualTo(10);
    assertThat(target.sentByClient + target.sentByServer - before).isLessThan(60);
  }

  // ---- SYN flood

  @Test
  @Tag("SCENARIO-35")
  @Tag("ATTACK-16")
  void synFloodIsBoundedAndAnHonestClientConnectsAfterIt() {
    Target target = idle();
    target.server.listen(
        80, new ConnectionOptions(), new ListenerLimits(16, 128), () -> Actors.sink(PATTERN, 10));
    long[] synAcks = {0};
    target.world.network().filter((from, packet, now) -> {
      if (from == target.server && packet.has(Flags.SYN | Flags.ACK)) {
        synAcks[0]++;
      }
      return true;
    });
    SplittableRandom random = new SplittableRandom(4);
    int floods = 10_000;
    for (int i = 0; i < floods; i++) {
      FourTuple forged = new FourTuple(
          IpAddress.ofV4(0xac10_0000 | random.nextInt(1 << 16)),
          1_024 + random.nextInt(60_000),
          target.serverTuple.local(),
          80);
      target.inject(
          PacketBuilder.tcp(forged).seq(random.nextInt()).with(Flags.SYN).mss(1_460));
      if (i % 100 == 0) {
        target.world.run(Duration.ofMillis(10));
        assertThat(target.server.snapshot().halfOpen()).hasSizeLessThanOrEqualTo(128);
      }
    }
    assertThat(target.server.snapshot().halfOpen()).isNotEmpty();
    target.world.run(Duration.ofSeconds(70));
    assertThat(target.server.snapshot().halfOpen()).isEmpty();
    assertThat(synAcks[0]).isLessThan(6L * floods);
    Talker honest = Actors.bulkSender(PATTERN, 10);
    target.client.connect("10.0.0.2", 80, honest);
    target.world.run(SECOND);
    assertThat(honest.closeReason()).isEqualTo(new CloseReason.Finished());
  }
}
