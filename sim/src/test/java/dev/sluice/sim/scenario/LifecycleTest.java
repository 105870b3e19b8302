package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Echo;
import dev.sluice.sim.actor.Exchange;
import dev.sluice.sim.actor.Finish;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The well-known stories of a connection's life, each told once.
class LifecycleTest {
  private static final Pattern PATTERN = new Pattern(5);
  private static final long MS = 1_000_000L;

  private final World world = new World(new Seed(11));
  private final SimHost client =
      world.host("client", config -> config.tcp.mslNanos = 5_000 * MS, "10.0.0.1/24", "fd00::1/64");
  private final SimHost server =
      world.host("server", config -> config.tcp.mslNanos = 5_000 * MS, "10.0.0.2/24", "fd00::2/64");

  private void run(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  private void assertNothingLeft() {
    assertThat(client.leftovers()).isEmpty();
    assertThat(server.leftovers()).isEmpty();
    assertThat(world.invariants().stillOpen()).isEmpty();
    world.invariants().atEnd(world.nowNanos());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "fd00::2"})
  void bulkTransferArrivesAndTheSenderWaits(String address) {
    Talker sink = Actors.sink(PATTERN, 300_000);
    Talker sender = Actors.bulkSender(PATTERN, 300_000);
    server.listen(7, () -> sink);
    client.connect(address, 7, sender);
    run(2);
    assertThat(sink.readAll()).isTrue();
    assertThat(sender.closeReason()).isEqualTo(new CloseReason.Finished());
    assertThat(client.snapshot().timeWaits()).hasSize(1);
    run(11);
    assertNothingLeft();
  }

  @Test
  void echoGivesBackEveryOctet() {
    server.listen(7, Echo::new);
    Talker talker = new Talker().writes(PATTERN, 100_000).reads(PATTERN, 100_000);
    client.connect("10.0.0.2", 7, talker);
    run(20);
    assertThat(talker.readAll()).isTrue();
    assertNothingLeft();
  }

  @Test
  void requestsAndResponsesTakeTurns() {
    server.listen(7, () -> Exchange.server(PATTERN, 20, 3_000, 50));
    Exchange asks = Exchange.client(PATTERN, 20, 3_000, 50);
    client.connect("10.0.0.2", 7, asks);
    run(20);
    assertThat(asks.roundsDone()).isEqualTo(50);
    assertNothingLeft();
  }

  @Test
  void halfCloserGoesOnReceiving() {
    server.listen(7, () -> Actors.bulkSender(PATTERN, 200_000));
    Talker halfCloser = Actors.halfCloser(PATTERN, 200_000);
    client.connect("10.0.0.2", 7, halfCloser);
    run(20);
    assertThat(halfCloser.readAll()).isTrue();
    assertNothingLeft();
  }

  @Test
  @Tag("SCENARIO-13")
  void simultaneousCloseMeetsInClosingAndBothWait() {
    List<Talker> talkers = new ArrayList<>();
    server.listen(7, () -> keep(talkers, Actors.idler()));
    client.connect(4_000, "10.0.0.2", 7, new ConnectionOptions(), keep(talkers, Actors.idler()));
    run(1);
    world.at(world.nowNanos(), talkers.get(0)::shutdownOutput);
    world.at(world.nowNanos(), talkers.get(1)::shutdownOutput);
    run(1);
    assertThat(client.snapshot().timeWaits()).hasSize(1);
    assertThat(server.snapshot().timeWaits()).hasSize(1);
    run(11);
    assertNothingLeft();
  }

  private static Talker keep(List<Talker> all, Talker one) {
    all.add(one);
    return one;
  }

  @Test
  void simultaneousOpenMakesOneConnection() {
    Talker one = new Talker().writes(PATTERN, 5_000).reads(PATTERN, 5_000);
    Talker other = new Talker().writes(PATTERN, 5_000).reads(PATTERN, 5_000);
    world.at(0, () -> client.connect(4_000, "10.0.0.2", 5_000, new ConnectionOptions(), one));
    world.at(0, () -> server.connect(5_000, "10.0.0.1", 4_000, new ConnectionOptions(), other));
    run(30);
    assertThat(one.readAll()).isTrue();
    assertThat(other.readAll()).isTrue();
    assertNothingLeft();
  }

  @Test
  void closedPortRefuses() {
    Talker talker = Actors.idler();
    client.connect("10.0.0.2", 9, talker);
    run(1);
    assertThat(talker.closeReason()).isEqualTo(new CloseReason.Refused());
    assertNothingLeft();
  }

  @Test
  void silentPeerEndsAnOpenAfterMoreThanThreeMinutes() {
    Talker talker = Actors.idler();
    client.connect("10.0.0.77", 9, talker);
    run(180);
    assertThat(talker.closeReason()).isNull();
    run(200);
    assertThat(talker.closeReason()).isEqualTo(new CloseReason.TimedOut(CloseReason.Waiting.OPEN));
    assertNothingLeft();
  }

  @Test
  void closeWithUnreadDataResets() {
    Talker unread = new Talker().firstReadAfter(Duration.ofHours(1)).finish(Finish.STAY);
    Talker sender = new Talker().writes(PATTERN, 1_000).finish(Finish.STAY);
    server.listen(7, () -> unread);
    client.connect("10.0.0.2", 7, sender);
    run(1);
    world.at(world.nowNanos(), unread::close);
    run(1);
    assertThat(sender.closeReason()).isEqualTo(new CloseReason.ResetByPeer());
    assertThat(unread.closeReason()).isEqualTo(new CloseReason.Aborted());
    assertNothingLeft();
  }

  @Test
  @Tag("SCENARIO-6")
  void zeroWindowIsProbedForAsLongAsThePeerAnswers() {
    ConnectionOptions small = new ConnectionOptions();
    small.receiveBufferBytes = 4_000;
    Talker sink = Actors.sink(PATTERN, 100_000).firstReadAfter(Duration.ofHours(8));
    Talker sender = Actors.bulkSender(PATTERN, 100_000);
    server.listen(7, small, SimHost.USUAL_LIMITS, () -> sink);
    client.connect("10.0.0.2", 7, sender);
    run(8 * 3_600 - 1);
    assertThat(sender.closeReason()).isNull();
    assertThat(sink.octetsRead()).isZero();
    run(600);
    assertThat(sink.readAll()).isTrue();
    assertNothingLeft();
  }

  @Test
  void lostWindowUpdateDoesNotStopTheTransfer() {
    ConnectionOptions small = new ConnectionOptions();
    small.receiveBufferBytes = 3_000;
    Talker sink = Actors.slowReader(PATTERN, 60_000, 3_000, Duration.ofMillis(700));
    server.listen(7, small, SimHost.USUAL_LIMITS, () -> sink);
    Talker sender = Actors.bulkSender(PATTERN, 60_000);
    client.connect("10.0.0.2", 7, sender);
    world.network().oneWay(server, client, Impairments.NONE.loss(400_000));
    world.runUntil(() -> sink.readAll(), Duration.ofHours(2));
    assertThat(sink.readAll()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "fd00::2"})
  @Tag("SCENARIO-37")
  void pathMtuIsLearntFromARouterOnTheWay(String address) {
    world.network().narrow(client, server, address.contains(":") ? 1_280 : 900, true);
    Talker sink = Actors.sink(PATTERN, 100_000);
    server.listen(7, () -> sink);
    client.connect(address, 7, Actors.bulkSender(PATTERN, 100_000));
    run(10);
    assertThat(sink.readAll()).isTrue();
    assertThat(world.network().lost()).isLessThan(40);
  }

  @Test
  void idleConnectionIsSilentForADay() {
    server.listen(7, Actors::idler);
    client.connect("10.0.0.2", 7, Actors.idler());
    run(1);
    long events = world.trace().events();
    run(24 * 3_600);
    assertThat(world.trace().events()).isEqualTo(events);
  }

  @Test
  void lostLastAckIsRepeatedFromTimeWait() {
    int[] lost = {0};
    int[] finEnd = {0};
    world.network().filter((from, packet, now) -> {
      if (from == server && packet.has(Flags.FIN)) {
        finEnd[0] = packet.endSeq();
      }
      boolean lastAck = from == client && finEnd[0] != 0 && packet.ack() == finEnd[0];
      return !lastAck || ++lost[0] > 2;
    });
    server.listen(7, () -> Actors.sink(PATTERN, 10));
    client.connect("10.0.0.2", 7, Actors.bulkSender(PATTERN, 10));
    run(20);
    assertThat(lost[0]).isEqualTo(3);
    assertNothingLeft();
  }

  @Test
  @Tag("SCENARIO-33")
  void portsOfATimeWaitConnectAnewAtOnce() {
    server.listen(7, () -> Actors.bulkSender(PATTERN, 10)); // closes first, so it waits
    for (int i = 0; i < 3; i++) {
      Talker reader = Actors.sink(PATTERN, 10);
      client.connect(4_000, "10.0.0.2", 7, new ConnectionOptions(), reader);
      run(1);
      assertThat(reader.readAll()).as("connection %d", i).isTrue();
      assertThat(server.snapshot().timeWaits()).hasSize(1);
    }
    run(11);
    assertNothingLeft();
  }

  @Test
  void stateOfAHalfOpenPeerIsVisible() {
    world.network().filter((from, packet, now) -> from != client || packet.has(Flags.SYN));
    server.listen(7, Actors::idler);
    client.connect("10.0.0.2", 7, Actors.idler());
    world.run(Duration.ofMillis(100));
    assertThat(server.snapshot().halfOpen()).hasSize(1);
    assertThat(client.snapshot().connections().getFirst().info().state())
        .isEqualTo(State.ESTABLISHED);
  }
}
