package dev.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0", "20ms, 20000000", "1.5s, 1500000000", "2min, 120000000000", "3m, 180000000000",
    "2h, 7200000000000", "7us, 7000", "9ns, 9", "0s, 0", ".5s, 500000000"
  })
  void durationIsReadAsPeopleWriteIt(String text, long nanos) {
    assertThat(DurationText.parseNanos(text)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "ms", "-1s", "1.2.3s", "1e9s", "20 ms", "99999999999999h", "s"})
  void whatIsNoDurationSaysWhatWouldBe(String text) {
    assertThatThrownBy(() -> DurationText.parseNanos(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("20ms");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ns",
    "999, 999ns",
    "1000, 1.00us",
    "20100000, 20.1ms",
    "300000000, 300ms",
    "1234567890, 1.23s",
    "7195000000000, 7195s"
  })
  void durationIsShownWithThreeDigits(long nanos, String text) {
    assertThat(DurationText.format(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1500, 1500", "64k, 65536", "4M, 4194304", "1G, 1073741824", "1.5k, 1536"})
  void sizeIsReadAsPeopleWriteIt(String text, long octets) {
    assertThat(SizeText.parse(text)).isEqualTo(octets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-1", "1T", "0x10", "1,000"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> SizeText.parse(text)).hasMessageContaining("64k");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "9999, 9999", "14600, 14.3k", "1048576, 1.00M", "1073741824, 1.00G"})
  void sizeIsShownShort(long octets, String text) {
    assertThat(SizeText.format(octets)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1%, 0.01", "0.1%, 0.001", "0.01, 0.01", "100%, 1", "1, 1"})
  void shareIsReadAsPeopleWriteIt(String text, double share) {
    assertThat(ShareText.parse(text)).isEqualTo(share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "101%", "1.5", "-1%", "a%"})
  void whatIsNoShareIsRefused(String text) {
    assertThatThrownBy(() -> ShareText.parse(text)).hasMessageContaining("0.1%");
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.2:7, 198.18.0.2, 7",
    "[fd5a::2]:7, fd5a::2, 7",
    "server:80, server, 80",
    "198.18.0.1:0, 198.18.0.1, 0"
  })
  void endpointIsAHostAndAPort(String text, String host, int port) {
    EndpointText endpoint = EndpointText.parse(text);

    assertThat(endpoint).isEqualTo(new EndpointText(host, port));
    assertThat(endpoint).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":7", "host", "fd5a::2:7", "host:", "host:65536", "host:-1", "h:1x"})
  void whatIsNoEndpointIsRefused(String text) {
    assertThatThrownBy(() -> EndpointText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
