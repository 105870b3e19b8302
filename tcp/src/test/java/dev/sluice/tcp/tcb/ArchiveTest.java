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

  /// Fields of every kind, each with its usual value half of the time.
  ///
  /// @param blank whether they are given as 0, because they are to be read
  private List<Object> fields(long seed, boolean blank) {
    Random random = new Random(seed);
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < FIELDS; i++) {
      int kind = random.nextInt(7);
      long usual = random.nextInt(3) - 1L;
      long drawn = random.nextBoolean() ? usual : random.nextLong() >> random.nextInt(64);
      long value = blank ? 0 : drawn;
      all.add(
          switch (kind) {
            case 0 -> archive.keep((value & 1) != 0);
            case 1 -> archive.keep((int) value);
            case 2 -> archive.keep((int) value, (int) usual);
            case 3 -> archive.keep(value);
            case 4 -> archive.keep(value, usual);
            case 5 -> archive.keepTime(value, usual);
            default -> archive.keep(value / 3.0);
          });
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsReadIsWhatWasWritten(long seed) {
    archive.write(seed * 1_000_000_007L);
    List<Object> written = fields(seed, false);
    byte[] octets = archive.written(new byte[0]);
    archive.write(0);
    fields(seed + 1, false); // another connection's, over ours
    archive.read(octets);
    assertThat(fields(seed, true)).isEqualTo(written);
    assertThat(archive.isAtEnd()).isTrue();
  }

  @Test
  void usualValuesTakeABitEach() {
    archive.write(0);
    for (int i = 0; i < 80; i++) {
      archive.keep(5, 5);
    }
    assertThat(archive.written(new byte[0])).hasSize(1 + 11 + 8);
  }

  @Test
  void anArrayWithRoomIsFilledAgain() {
    archive.write(0);
    archive.keep(3);
    byte[] first = archive.written(new byte[0]);
    archive.write(0);
    archive.keep(4);
    assertThat(archive.written(first)).isSameAs(first);
    archive.write(0);
    archive.keep(4_000);
    assertThat(archive.written(first)).isSameAs(first);
    archive.write(0);
    archive.keep(1 / 3.0);
    archive.keep(1 / 3.0);
    archive.keep(1 / 3.0);
    assertThat(archive.written(first)).isNotSameAs(first);
  }
}
