package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lab.page.CaptureFile;
import dev.sluice.lab.page.Glyphs;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.OrderException;
import dev.sluice.lab.plan.Setting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for all experiments.
class LaboratoryTest {
  static Stream<String> names() {
    return Laboratory.experiments().stream().map(Experiment::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void pagesFitAProjectorAndSayNothingTwice(String name) {
    String[] settings = Runs.named(name).settings().stream()
        .map(Setting::name)
        .filter(it -> it.equals("lasts") || (it.equals("seconds") && name.equals("congestion")))
        .map(it -> it + "=2") // or the machine has much to do
        .toArray(String[]::new);
    Page page = Runs.run(name, settings);
    String text = page.text(Glyphs.UNICODE);
    assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    assertThat(text).startsWith(name + ": ").endsWith("\n").doesNotContain("\n\n\n");
    assertThat(page.text(Glyphs.ASCII)).isASCII();
    assertThat(Runs.run(name, settings).text(Glyphs.UNICODE))
        .as("the same seed")
        .isEqualTo(text);
    assertThat(page.capture()).isNotEmpty();
    assertJson(page.json());
  }

  private static void assertJson(Object value) {
    switch (value) {
      case Map<?, ?> map ->
        map.forEach((key, inside) -> {
          assertThat(key).isInstanceOf(String.class);
          assertJson(inside);
        });
      case List<?> list -> list.forEach(LaboratoryTest::assertJson);
      default -> assertThat(value).isInstanceOfAny(String.class, Number.class, Boolean.class);
    }
  }

  @Test
  void namesAndSettingsAreUnique() {
    assertThat(names()).doesNotHaveDuplicates();
    assertThat(Laboratory.experiments())
        .allSatisfy(it -> assertThat(it.settings()).extracting("name").doesNotHaveDuplicates());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"isn=10", "isn=1,x", "isn=-1,5", "isn=1,4294967296", "delay=", "mss=1", "lose=all"
      })
  void badValuesAreExplained(String setting) {
    assertThatThrownBy(() -> Runs.run("handshake", setting))
        .isInstanceOf(OrderException.class)
        .hasMessageStartingWith("--" + setting.substring(0, setting.indexOf('=')) + ": ");
  }

  @Test
  void unknownSettingsAreExplained() {
    assertThatThrownBy(() -> Runs.run("handshake", "colour=red"))
        .hasMessage("handshake has no setting --colour");
  }

  @Test
  void capturesAreFilesThatWiresharkReads() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    CaptureFile.write(file, Runs.run("handshake"));
    byte[] octets = file.toByteArray();
    assertThat(octets).startsWith(0x0a, 0x0d, 0x0d, 0x0a);
    assertThat(new String(octets, StandardCharsets.ISO_8859_1)).contains("lab handshake");
  }
}
