package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.junit.Seeds;
import dev.sluice.sim.law.Choices;
import dev.sluice.sim.law.Law;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.CloseReason;
import java.time.Duration;
import org.junit.jupiter.api.Tag;

/// When a connection cannot end well, both sides learn why, what was read is a true
/// beginning of what was written, and nothing stays behind.
class DisasterTest {
  private static final Duration LIMIT = Duration.ofHours(2);

  /// A scenario that ends badly at some time.
  record Disaster(Scenario scenario, Duration when) {}

  static Disaster of(Choices c) {
    return new Disaster(Scenario.of(c), Duration.ofNanos(c.scale(1_000_000, 5_000_000_000L)));
  }

  @Seeds(60)
  void cutLineIsNoticedByKeepAliveOrUserTimeout(Seed seed) {
    Law.tryOne(seed, DisasterTest::of, DisasterTest::cut);
  }

  static void cut(Disaster disaster) {
    Play play = new Play(disaster.scenario(), options -> {
      options.keepAlive = true;
      options.keepIdleNanos = 20 * Play.SECOND;
      options.keepIntervalNanos = 5 * Play.SECOND;
      options.keepCount = 4;
      options.userTimeoutNanos = 100 * Play.SECOND;
    });
    play.world.after(
        disaster.when(), () -> play.world.network().cut(play.clientHost, play.serverHost));
    play.world.runUntil(() -> over(play), LIMIT);
    play.world.run(Duration.ofSeconds(200));
    assertThat(play.client.closeReason())
        .as("%s", play)
        .isInstanceOfAny(CloseReason.TimedOut.class, CloseReason.Finished.class);
    if (play.server.hasBegun()) {
      assertThat(play.server.closeReason())
          .as("%s", play)
          .isInstanceOfAny(CloseReason.TimedOut.class, CloseReason.Finished.class);
    }
    RandomScenarioTest.assertNothingLeft(play);
  }

  private static boolean over(Play play) {
    return play.client.closeReason() != null
        && (!play.server.hasBegun() || play.server.closeReason() != null);
  }

  @Seeds(60)
  void lineThatComesBackLosesNothing(Seed seed) {
    Law.tryOne(seed, DisasterTest::of, DisasterTest::outage);
  }

  /// Silence for 40 times as long as it took to begin, up to two minutes.
  static void outage(Disaster disaster) {
    Play play = new Play(disaster.scenario(), options -> {});
    play.world.after(disaster.when(), () -> {
      if (play.server.hasBegun()) { // half-open peers are given up earlier, see synAckRetries
        play.world.network().cut(play.clientHost, play.serverHost);
      }
    });
    Duration silence =
        Duration.ofNanos(Math.min(40 * disaster.when().toNanos(), 120 * Play.SECOND));
    play.world.after(
        disaster.when().plus(silence),
        () -> play.world.network().mend(play.clientHost, play.serverHost));
    assertThat(play.runToTheEnd(LIMIT)).as("both closed: %s", play).isTrue();
    assertThat(play.client.readAll() && play.server.readAll()).as("%s", play).isTrue();
    RandomScenarioTest.assertNothingLeft(play);
  }

  @Seeds(60)
  void terribleLineEndsWellOrBothSidesLearnWhyNot(Seed seed) {
    Law.tryOne(seed, c -> Scenario.of(c, 250_000), DisasterTest::terrible);
  }

  static void terrible(Scenario scenario) {
    Play play = new Play(scenario, options -> {
      options.userTimeoutNanos = 600 * Play.SECOND;
      options.keepAlive = true; // for the side that only reads, when the peer's RST is lost
      options.keepIdleNanos = 100 * Play.SECOND;
      options.keepIntervalNanos = 5 * Play.SECOND;
      options.keepCount = 30;
    });
    play.world.runUntil(() -> over(play), Duration.ofHours(24));
    play.world.run(Duration.ofMinutes(15));
    assertThat(over(play)).as("%s", play).isTrue();
    if (play.client.closeReason() instanceof CloseReason.Finished
        && play.server.closeReason() instanceof CloseReason.Finished) {
      assertThat(play.client.readAll() && play.server.readAll()).as("%s", play).isTrue();
    }
    RandomScenarioTest.assertNothingLeft(play);
  }

  @Seeds(60)
  @Tag("SCENARIO-36")
  void resetEndsBothSides(Seed seed) {
    Law.tryOne(seed, DisasterTest::of, DisasterTest::reset);
  }

  static void reset(Disaster disaster) {
    Play play = new Play(disaster.scenario(), options -> {
      options.keepAlive = true;
      options.keepIdleNanos = 20 * Play.SECOND;
      options.keepIntervalNanos = 5 * Play.SECOND;
      options.keepCount = 40; // so that a probe gets through however bad the line is
    });
    play.world.after(disaster.when(), () -> {
      if (play.client.closeReason() == null) {
        play.client.abort();
      }
    });
    play.world.runUntil(() -> over(play), LIMIT);
    play.world.run(Duration.ofSeconds(400));
    assertThat(play.client.closeReason())
        .as("%s", play)
        .isInstanceOfAny(CloseReason.Aborted.class, CloseReason.Finished.class);
    if (play.server.hasBegun()) {
      assertThat(play.server.closeReason())
          .as("%s", play)
          .isInstanceOfAny(
              CloseReason.ResetByPeer.class, CloseReason.Finished.class, CloseReason.Refused.class);
    }
    RandomScenarioTest.assertNothingLeft(play);
  }
}
