package dev.sluice.tcp.tcb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [Archive] against a list.
class ArchiveTest {
  private static final int FIELDS = 300;
  private final Archive archive = new Archive();

  /// A field of some kind, with a value that is the usual one half of the time.
  private List<Object> fields(Random random, List<Object> given) {
    List<Object> back = new ArrayList<>();
    for (int i = 0; i < FIELDS; i++) {
      Object value = given.isEmpty() ? null : given.get(i);
      back.add(
          switch (random.nextInt(7)) {
            case 0 -> archive.keep(random.nextBoolean() && value == null);
            case 1 -> archive.keep(number(random, value, 0).intValue());
            case 2 -> archive.keep(number(random, value, -7).intValue(), -7);
            case 3 -> archive.keep(number(random, value, 0).longValue());
            case 4 ->
              archive.keep(number(random, value, Long.MAX_VALUE).longValue(), Long.MAX_VALUE);
            case 5 -> archive.keepTime(number(random, value, -1).longValue(), -1);
            default -> archive.keep(number(random, value, 0).longValue() / 3.0);
          });
    }
    return back;
  }

  private static Number number(Random random, Object given, long usual) {
    boolean same = random.nextBoolean();
    long other = random.nextLong() >> random.nextInt(64);
    if (given != null) {
      return 0; // it is read, whatever stands here
    }
    return same ? usual : other;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsReadIsWhatWasWritten(long seed) {
    List<Object> none = List.of();
    archive.write(seed * 1_000_000_007L);
    List<Object> written = fields(new Random(seed), none);
    byte[] octets = archive.written(new byte[0]);
    archive.write(0); // the next connection's fields may overwrite ours
    archive.read(octets);
    List<Object> zeros = new ArrayList<>();
    written.forEach(value -> zeros.add(value instanceof Boolean ? false : 0L));
    assertThat(fields(new Random(seed), zeros)).isEqualTo(written);
    assertThat(archive.isAtEnd()).isTrue();
  }

  @Test
  void usualValuesTakeABitEach() {
    archive.write(0);
    for (int i = 0; i < 80; i++) {
      archive.keep(5, 5);
    }
    assertThat(archive.written(new byte[0])).hasSize(1 + 11);
  }

  @Test
  void anArrayOfTheSameLengthIsFilledAgain() {
    archive.write(0);
    archive.keep(3);
    byte[] first = archive.written(new byte[0]);
    archive.write(0);
    archive.keep(4);
    assertThat(archive.written(first)).isSameAs(first);
    archive.write(0);
    archive.keep(4_000);
    assertThat(archive.written(first)).isNotSameAs(first);
  }
}
