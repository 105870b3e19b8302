package dev.sluice.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemuxTest {
  private record Named(FourTuple tuple) implements Demux.Keyed {}

  private static Demux<Named> demux(long seed) {
    Random random = new Random(seed);
    return new Demux<>(new TupleHash(random.nextLong(), random.nextLong()));
  }

  private static FourTuple tuple(Random random, int spread) {
    boolean v4 = random.nextBoolean();
    return new FourTuple(
        address(v4, 1),
        1 + random.nextInt(3),
        address(v4, random.nextInt(spread)),
        1 + random.nextInt(spread));
  }

  private static IpAddress address(boolean v4, int host) {
    return v4 ? IpAddress.ofV4(0xc612_0000 | host) : new IpAddress(0xfd5aL << 48, host);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithAHashMap(long seed) {
    Random random = new Random(seed);
    Demux<Named> demux = demux(seed);
    Map<FourTuple, Named> model = new HashMap<>();
    for (int step = 0; step < 30_000; step++) {
      FourTuple tuple = tuple(random, 40);
      Named known = model.get(tuple);
      assertThat(demux.find(tuple)).as("seed %d, step %d", seed, step).isSameAs(known);
      // More is entered than taken out, so that the table grows and then is full of both.
      if (known == null && random.nextInt(3) > 0) {
        Named named = new Named(tuple);
        demux.insert(named);
        model.put(tuple, named);
      } else if (known != null && random.nextBoolean()) {
        demux.remove(known);
        model.remove(tuple);
      }
      assertThat(demux.size()).isEqualTo(model.size());
    }
    Set<Named> seen = new HashSet<>();
    demux.forEach(seen::add);
    assertThat(seen).isEqualTo(new HashSet<>(model.values()));
    model.forEach((tuple, named) -> assertThat(demux.find(tuple)).isSameAs(named));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 30_000, 200_000})
  void noInsertionMovesMoreThanAFewOfAll(int flows) {
    Demux<Named> demux = demux(flows);
    for (int i = 0; i < flows; i++) {
      demux.insert(new Named(new FourTuple(
          address(true, 0x1_0000), 7, IpAddress.ofV4(0x0a00_0000 + i), 1 + (i & 0x3fff))));
    }
    assertThat(demux.size()).isEqualTo(flows);
    assertThat(demux.mostMoved()).isPositive().isLessThanOrEqualTo(4 + 2 * flows / Demux.TABLES);
  }

  @Test
  void segmentIsFoundByItsDestination() {
    Demux<Named> demux = demux(1);
    Named named = new Named(new FourTuple(address(true, 2), 7, address(true, 1), 40_000));
    demux.insert(named);
    Segment in = new Segment();
    in.address(new FourTuple(address(true, 1), 40_000, address(true, 2), 7));
    Segment out = new Segment();
    out.address(named.tuple());

    assertThat(demux.find(in)).isSameAs(named);
    assertThat(demux.find(out)).isNull();
  }

  @Test
  void tuplesThatDifferInOnePlaceOnlyAreToldApart() {
    Demux<Named> demux = demux(2);
    IpAddress v6 = address(false, 1);
    List<FourTuple> near = new ArrayList<>();
    near.add(new FourTuple(v6, 7, v6, 8));
    near.add(new FourTuple(v6, 8, v6, 7));
    near.add(new FourTuple(v6, 7, address(false, 2), 8));
    near.add(new FourTuple(address(false, 2), 7, v6, 8));
    near.add(new FourTuple(new IpAddress(1, 1), 7, v6, 8));
    near.add(new FourTuple(v6, 7, new IpAddress(1, 1), 8));
    near.add(new FourTuple(address(true, 1), 7, address(true, 1), 8));
    for (FourTuple tuple : near) {
      assertThat(demux.find(tuple)).isNull();
      demux.insert(new Named(tuple));
    }
    for (FourTuple tuple : near) {
      assertThat(demux.find(tuple)).extracting(Named::tuple).isEqualTo(tuple);
    }
  }

  @Test
  @Tag("ATTACK-27")
  void hashOfTheSameTupleDiffersFromKeyToKey() {
    Set<Integer> hashes = new HashSet<>();
    for (int key = 0; key < 100; key++) {
      hashes.add(new TupleHash(key, 0).hash(0, 1, 2, 3, 4));
    }
    assertThat(hashes).hasSizeGreaterThan(98);
  }
}
