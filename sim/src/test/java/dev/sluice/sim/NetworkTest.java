package dev.sluice.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sim.check.Rule;
import dev.sluice.sim.check.Violation;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final long MS = 1_000_000L;

  private final Net net = new Net(new Seed(1));
  private final World world = net.world;
  private final Post one = net.one;
  private final Post two = net.two;
  private final Post three = net.three;

  @Test
  void onlookersHearOfWhatIsSentAndWhetherItArrives() {
    List<String> heard = new ArrayList<>();
    world.addOnlooker(new Onlooker() {
      @Override
      public void onSent(Node from, WirePacket packet, boolean underWay, long nowNanos) {
        heard.add(from.name() + " sends " + packet.seq() + (underWay ? "" : ", lost"));
      }

      @Override
      public void onArrived(Node to, WirePacket packet, long nowNanos) {
        heard.add(to.name() + " gets " + packet.seq());
      }
    });
    world.network().filter((from, packet, now) -> packet.seq() != 2);
    one.send(two, 1);
    one.send(two, 2);
    world.run(Duration.ofSeconds(1));
    assertThat(heard)
        .containsExactlyInAnyOrder(
            one.name() + " sends 1", one.name() + " sends 2, lost", two.name() + " gets 1");
  }

  /// A node that keeps what it gets and sends what it is told.
  private static final class Post implements Node {
    private final String name;
    private final IpAddress address;
    private final Deque<byte[]> toSend = new ArrayDeque<>();
    private final List<Integer> got = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private int faults;

    Post(World world, String name, String address) {
      this.name = name;
      this.address = IpAddress.parse(address);
      world.attach(this);
      world.network().attach(this, this.address);
    }

    void send(Post to, int number) {
      FourTuple tuple = new FourTuple(address, 1, to.address, 2);
      toSend.add(PacketBuilder.tcp(tuple).seq(number).payload(new byte[40]).build());
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void onPacket(PacketBuffer packet, long nowNanos) {
      WirePacket parsed = WirePacket.parse(packet.toArray());
      if (parsed.fault() != null) {
        faults++;
        return;
      }
      got.add(parsed.seq());
      times.add(nowNanos);
    }

    @Override
    public void onDeadlines(long nowNanos) {}

    @Override
    public long nextDeadlineNanos() {
      return toSend.isEmpty() ? NEVER : 0;
    }

    @Override
    public boolean pollPacket(PacketBuffer out, long nowNanos) {
      byte[] packet = toSend.poll();
      if (packet != null) {
        out.copyFrom(packet);
      }
      return packet != null;
    }
  }

  /// Three nodes at one switch.
  private static final class Net {
    private final World world;
    private final Post one;
    private final Post two;
    private final Post three;

    Net(Seed seed) {
      world = new World(seed);
      one = new Post(world, "one", "10.0.0.1");
      two = new Post(world, "two", "10.0.0.2");
      three = new Post(world, "three", "10.0.0.3");
    }

    void sendMany(int count) {
      for (int i = 0; i < count; i++) {
        int number = i;
        world.at(i * MS, () -> one.send(two, number));
      }
    }

    void impair(Impairments impairments) {
      world.network().usually(impairments);
    }
  }

  @Test
  void packetArrivesAfterItsDelayAtTheOneItIsFor() {
    net.impair(Impairments.NONE.delay(Duration.ofMillis(7)));
    one.send(two, 5);
    world.run(Duration.ofSeconds(1));
    assertThat(two.got).containsExactly(5);
    assertThat(two.times).containsExactly(7 * MS);
    assertThat(three.got).isEmpty();
    assertThat(world.nowNanos()).isEqualTo(1_000 * MS);
  }

  @Test
  void aboutAsManyPacketsAreLostAsAskedFor() {
    net.impair(Impairments.NONE.loss(200_000));
    net.sendMany(2_000);
    world.run(Duration.ofSeconds(5));
    assertThat(two.got).hasSizeBetween(1_500, 1_700).isSorted();
    assertThat(world.network().lost()).isEqualTo(2_000 - two.got.size());
  }

  @Test
  void jitterDoesNotReorder() {
    net.impair(Impairments.NONE.jitter(Duration.ofMillis(20)));
    net.sendMany(500);
    world.run(Duration.ofSeconds(5));
    assertThat(two.got).hasSize(500).isSorted();
  }

  @Test
  void reorderingKeepsEveryPacket() {
    net.impair(Impairments.NONE.reorder(300_000, Duration.ofMillis(10)));
    net.sendMany(500);
    world.run(Duration.ofSeconds(5));
    List<Integer> sorted = two.got.stream().sorted().toList();
    assertThat(two.got).hasSize(500).isNotEqualTo(sorted);
  }

  @Test
  void duplicatesComeTwiceAndNotMore() {
    net.impair(Impairments.NONE.duplicate(1_000_000));
    net.sendMany(50);
    world.run(Duration.ofSeconds(5));
    assertThat(two.got).hasSize(100);
    assertThat(two.got.stream().distinct()).hasSize(50);
  }

  @Test
  void everyCorruptionIsFoundByAChecksum() {
    net.impair(Impairments.NONE.corrupt(1_000_000));
    net.sendMany(2_000);
    world.run(Duration.ofSeconds(5));
    assertThat(two.faults).isEqualTo(2_000);
  }

  @Test
  void rateSpacesPacketsAndAFullQueueLoses() {
    net.impair(Impairments.NONE.rate(80 * 8 * 1_000, 800)); // one packet of 80 octets a millisecond
    for (int i = 0; i < 20; i++) {
      one.send(two, i);
    }
    world.run(Duration.ofSeconds(1));
    assertThat(two.got).hasSize(10);
    assertThat(two.times.get(1) - two.times.get(0)).isEqualTo(MS);
  }

  @Test
  void cutStopsAndMendingBringsBack() {
    world.network().cut(one, two);
    one.send(two, 1);
    two.send(one, 1);
    one.send(three, 1);
    world.run(Duration.ofSeconds(1));
    world.network().mend(one, two);
    one.send(two, 2);
    world.run(Duration.ofSeconds(1));
    assertThat(two.got).containsExactly(2);
    assertThat(one.got).isEmpty();
    assertThat(three.got).containsExactly(1);
  }

  @Test
  void luckOfOneDirectionDoesNotDependOnTrafficElsewhere() {
    net.impair(Impairments.NONE.loss(300_000));
    net.sendMany(200);
    world.run(Duration.ofSeconds(5));
    List<Integer> alone = List.copyOf(two.got);
    Net busy = new Net(new Seed(1));
    busy.impair(Impairments.NONE.loss(300_000));
    for (int i = 0; i < 200; i++) {
      busy.three.send(busy.one, i);
    }
    busy.sendMany(200);
    busy.world.run(Duration.ofSeconds(5));
    assertThat(busy.two.got).isEqualTo(alone);
  }

  @Test
  void nodeThatNeverRestsIsStopped() {
    world.attach(new Node() {
      @Override
      public String name() {
        return "restless";
      }

      @Override
      public void onPacket(PacketBuffer packet, long nowNanos) {}

      @Override
      public void onDeadlines(long nowNanos) {}

      @Override
      public long nextDeadlineNanos() {
        return 0;
      }

      @Override
      public boolean pollPacket(PacketBuffer out, long nowNanos) {
        return false;
      }
    });
    assertThatThrownBy(() -> world.run(Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            Violation.class, it -> assertThat(it.rule()).isEqualTo(Rule.PROGRESS));
  }

  @Test
  void sameSeedGivesTheSameTraceAndAnotherSeedAnother() {
    assertThat(digest(3)).isEqualTo(digest(3)).isNotEqualTo(digest(4));
  }

  private static String digest(long seed) {
    Net test = new Net(new Seed(seed));
    test.impair(Impairments.NONE.loss(100_000).reorder(100_000, Duration.ofMillis(3)));
    test.sendMany(300);
    test.world.run(Duration.ofSeconds(2));
    return test.world.trace().digest();
  }
}
