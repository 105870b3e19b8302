package dev.sluice.packetdrill.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.packetdrill.code.SnippetException.Reason;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnippetTest {
  private final Map<String, Object> names = new HashMap<>(Map.of("x", 5L, "flags", 6L));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "assert x == 5",
        "assert x != 4, x",
        "assert 4 < x <= 5",
        "assert not x == 4",
        "assert x == 4 or x == 5",
        "assert x == 5 and flags == 6",
        "assert (flags & 2) != 0",
        "assert flags & 1 == 0 or True",
        "assert flags == (2 | 4)",
        "assert 1 << 3 == 8",
        "assert 2 + 3 * 4 == 14",
        "assert (2 + 3) * 4 == 20",
        "assert 7 // 2 == 3 and 7 % 4 == 3 and -7 // 2 == -4",
        "assert 7 / 2 == 3.5",
        "assert ~0 == -1",
        "assert 0x7fffffff == 2147483647",
        "assert abs(-5) == x and max(1, x) == 5 and min(1, x) == 1",
        "print(x); assert x == 5",
        "y = 3\ny += 2\nassert y == x",
        "assert x == 5  # a comment; assert 0",
        "assert x == 5;\\\n assert x != 6",
        "import math; assert 1",
        "assert x == 5, 'x=%d' % x",
        "assert (x ==\n 5)",
      })
  void holds(String snippet) throws SnippetException {
    Snippet.run(snippet, names);
    assertThat(names).containsEntry("x", 5L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"assert x == 4, x", "assert x == 5 and x == 4", "assert not x", "assert 0"})
  void doesNotHold(String snippet) {
    assertThatThrownBy(() -> Snippet.run(snippet, names))
        .isInstanceOfSatisfying(
            SnippetException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ASSERTION));
  }

  @Test
  void anAssertionThatDoesNotHoldIsQuotedWithItsValue() {
    assertThatThrownBy(() -> Snippet.run("assert x == 4, x", names))
        .hasMessage("assert x == 4 does not hold (5)");
  }

  @Test
  void anUnknownNameIsNamed() {
    assertThatThrownBy(() -> Snippet.run("assert nobody == 4", names))
        .isInstanceOfSatisfying(SnippetException.class, e -> {
          assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_NAME);
          assertThat(e).hasMessage("nobody");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"for i in x: pass", "assert x == 'open", "f(x)", "assert @", "assert 1 // 0"})
  void moreOfPythonIsRefused(String snippet) {
    assertThatThrownBy(() -> Snippet.run(snippet, names))
        .isInstanceOfSatisfying(
            SnippetException.class, e -> assertThat(e.reason()).isNotEqualTo(Reason.ASSERTION));
  }
}
