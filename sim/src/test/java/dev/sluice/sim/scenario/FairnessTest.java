package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.ConnectionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Flows share one bottleneck: 10 Mbit/s, 40 ms there and back, a queue that holds as
/// much as the path.
class FairnessTest {
  private static final Pattern PATTERN = new Pattern(5);
  private static final long ENDLESS = 1L << 40;
  private static final double BYTES_A_SECOND = 10_000_000 / 8.0;
  private static final int BEFORE_SECONDS = 5;
  private static final int SECONDS = 15;

  private final World world;
  private final SimHost client;

  FairnessTest() {
    world = new World(new Seed(11));
    client = world.host("client", "10.0.0.1/24");
    SimHost server = world.host("server", "10.0.0.2/24");
    Impairments path = Impairments.NONE.delay(Duration.ofMillis(20)).jitter(Duration.ofMillis(1));
    world.network().usually(path);
    world.network().oneWay(client, server, path.rate(10_000_000, 50_000));
    server.listen(7, () -> Actors.sink(PATTERN, ENDLESS));
  }

  /// What each flow delivered in 15 s, octets a second, from 5 s after the first began;
  /// they begin half a second apart.
  private double[] shares(List<CongestionAlgorithm> flows) {
    List<Connection> connections = new ArrayList<>();
    for (CongestionAlgorithm algorithm : flows) {
      ConnectionOptions options = new ConnectionOptions();
      options.congestion = algorithm;
      connections.add(
          client.connect(0, "10.0.0.2", 7, options, Actors.bulkSender(PATTERN, ENDLESS)));
      world.run(Duration.ofMillis(500));
    }
    world.run(Duration.ofSeconds(BEFORE_SECONDS));
    double[] shares = new double[flows.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = -connections.get(i).info(world.nowNanos()).bytesAcked();
    }
    world.run(Duration.ofSeconds(SECONDS));
    for (int i = 0; i < shares.length; i++) {
      shares[i] += connections.get(i).info(world.nowNanos()).bytesAcked();
      shares[i] /= SECONDS;
    }
    return shares;
  }

  /// 1 if all get the same, 1/n if one gets all.
  private static double jain(double[] shares) {
    double sum = Arrays.stream(shares).sum();
    double squares = Arrays.stream(shares).map(x -> x * x).sum();
    return sum * sum / (shares.length * squares);
  }

  @ParameterizedTest(name = "{1} flows of {0}")
  @CsvSource({"CUBIC, 2", "CUBIC, 8"})
  void flowsOfOneKindGetTheSame(CongestionAlgorithm algorithm, int flows) {
    double[] shares = shares(Collections.nCopies(flows, algorithm));
    assertThat(jain(shares)).as(Arrays.toString(shares)).isGreaterThan(0.9);
    assertThat(Arrays.stream(shares).sum()).isGreaterThan(0.85 * BYTES_A_SECOND);
  }

  /// Where Reno makes use of a path CUBIC leaves it its share (RFC 9438 §5.1).
  @ParameterizedTest(name = "{0} of each")
  @ValueSource(ints = 2)
  void cubicLeavesRenoItsShare(int ofEach) {
    List<CongestionAlgorithm> flows = new ArrayList<>();
    for (int i = 0; i < ofEach; i++) {
      flows.add(CongestionAlgorithm.CUBIC);
      flows.add(CongestionAlgorithm.NEW_RENO);
    }
    double[] shares = shares(flows);
    double cubic = 0;
    double reno = 0;
    for (int i = 0; i < shares.length; i += 2) {
      cubic += shares[i];
      reno += shares[i + 1];
    }
    assertThat(cubic / reno).as(Arrays.toString(shares)).isBetween(0.5, 2.0);
    assertThat(cubic + reno).isGreaterThan(0.85 * BYTES_A_SECOND);
  }
}
