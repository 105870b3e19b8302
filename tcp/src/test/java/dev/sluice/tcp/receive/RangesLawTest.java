package dev.sluice.tcp.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranges in blocks are those of a plain list, whatever is put in and taken out, and cost
/// little in every order.
class RangesLawTest {
  private static final int START = Integer.MAX_VALUE - 40_000; // numbers wrap on the way

  private final Ranges ranges = new Ranges();
  private final List<int[]> model = new ArrayList<>();

  private int modelEndingAfter(int seq) {
    int index = 0;
    while (index < model.size() && model.get(index)[1] - seq <= 0) {
      index++;
    }
    return index;
  }

  private void insert(int index, int left, int right) {
    ranges.insert(index, left, right);
    model.add(index, new int[] {left, right});
  }

  private void agree() {
    assertThat(ranges.size()).isEqualTo(model.size());
    for (int i = 0; i < model.size(); i++) {
      if (ranges.left(i) != model.get(i)[0] || ranges.right(i) != model.get(i)[1]) {
        throw new AssertionError("range " + i + " of " + model.size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyRangeIsWhereTheListHasIt(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 6_000; i++) {
      boolean growing = (i / 1_500 & 1) == 0;
      int seq = START + 4 * random.nextInt(30_000);
      int index = ranges.firstEndingAfter(seq);
      assertThat(index).isEqualTo(modelEndingAfter(seq));
      boolean free = index == model.size() || model.get(index)[0] != seq;
      if (free && random.nextInt(10) < (growing ? 9 : 1)) {
        insert(index, seq, seq + 2);
      } else if (!model.isEmpty()) {
        int from = random.nextInt(model.size());
        int to = Math.min(model.size(), from + random.nextInt(random.nextInt(50) == 0 ? 400 : 4));
        ranges.remove(from, to);
        model.subList(from, to).clear();
      }
      if (!model.isEmpty() && random.nextInt(4) == 0) {
        int at = random.nextInt(model.size());
        int[] range = model.get(at);
        range[1] = range[0] + 1 + random.nextInt(3);
        ranges.set(at, range[0], range[1]);
      }
      if (i % 100 == 0) {
        agree();
      }
    }
    agree();
  }

  /// The orders in which a flat array would have to be moved as a whole again and again.
  @ParameterizedTest
  @CsvSource({"UP", "DOWN", "ENDS", "MIDDLE", "RANDOM"})
  @Tag("ATTACK-19")
  @Tag("SCENARIO-40")
  void eachOfAWindowFullOfHolesCostsAFewHundredSteps(String order) {
    int count = Reassembly.MAX_RANGES;
    Random random = new Random(1);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(
          switch (order) {
            case "UP" -> i;
            case "DOWN" -> count - i;
            case "ENDS" -> (i & 1) == 0 ? i / 2 : count - i / 2;
            case "MIDDLE" -> count / 2 + ((i & 1) == 0 ? i / 2 : -i / 2);
            default -> i;
          });
    }
    if (order.equals("RANDOM")) {
      java.util.Collections.shuffle(places, random);
    }
    int most = 0;
    for (int place : places) {
      int before = ranges.steps();
      int seq = START + 4 * place;
      ranges.insert(ranges.firstEndingAfter(seq), seq, seq + 2);
      most = Math.max(most, ranges.steps() - before);
    }
    assertThat(ranges.size()).isEqualTo(count);
    assertThat(most).isLessThan(700);
  }

  @Test
  void takingOutWhatWasPutInCostsNoMoreThanPuttingItIn() {
    for (int i = 0; i < Reassembly.MAX_RANGES; i++) {
      ranges.insert(i, START + 4 * i, START + 4 * i + 2);
    }
    int before = ranges.steps();
    while (ranges.size() > 0) {
      ranges.remove(0, 1);
    }
    assertThat((ranges.steps() - before) / Reassembly.MAX_RANGES).isLessThan(300);
  }
}
