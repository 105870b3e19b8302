package dev.sluice.sim.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LawTest {
  private static List<Integer> lists(Choices choices) {
    return choices.listOf(30, one -> one.between(0, 1_000));
  }

  @Test
  void lawThatHoldsIsTriedOnEveryCase() {
    List<List<Integer>> seen = new ArrayList<>();
    Law.forAll(50, LawTest::lists, seen::add);
    assertThat(seen).hasSizeGreaterThan(0);
    if (System.getProperty(Law.REPLAY_PROPERTY) == null
        && System.getProperty(Law.COUNT_PROPERTY) == null) {
      assertThat(seen).hasSize(50);
      assertThat(seen.stream().distinct().count()).isGreaterThan(30);
    }
  }

  @Test
  void failingListShrinksToTheOneElementThatMatters() {
    LawBroken broken = catchThrowableOfType(LawBroken.class, () -> {
      for (int i = 0; i < 100; i++) {
        Law.tryOne(new Seed(i), LawTest::lists, list -> assertThat(list).allMatch(it -> it < 700));
      }
    });
    assertThat(broken.simplest()).isEqualTo("[700]");
    assertThat(broken).hasMessageContaining("-Dsluice.seed=" + broken.seed().value());
  }

  @Test
  void numberShrinksToTheLeastThatFails() {
    LawBroken broken = catchThrowableOfType(LawBroken.class, () -> {
      for (int i = 0; i < 100; i++) {
        Law.tryOne(
            new Seed(i), c -> c.between(0L, 1L << 40), n -> assertThat(n).isLessThan(12_345L));
      }
    });
    assertThat(broken.simplest()).isEqualTo("12345");
  }

  @Test
  void sameSeedMakesTheSameCase() {
    for (int i = 0; i < 20; i++) {
      assertThat(lists(new Seed(i).choices())).isEqualTo(lists(new Seed(i).choices()));
    }
  }

  @Test
  void replayedChoicesMakeTheSameCaseAndMissingOnesAreZero() {
    Choices choices = new Seed(7).choices();
    List<Integer> list = lists(choices);
    assertThat(lists(Choices.replay(choices.made()))).isEqualTo(list);
    assertThat(lists(Choices.replay())).isEmpty();
  }

  @Test
  void scaleStaysWithinItsBounds() {
    Law.forAll(200, c -> c.scale(3, 70_000), n -> assertThat(n).isBetween(3L, 70_000L));
  }
}
