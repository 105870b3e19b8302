package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "198.18.0.2, 198.18.0.2",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "fd5a:0:0:0:0:0:0:2, fd5a::2",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "::ffff:1.2.3.4, 1.2.3.4",
  })
  void theTextIsTheUsualOne(String written, String read) {
    IpAddress address = IpAddress.parse(written);
    assertThat(address).hasToString(read);
    assertThat(IpAddress.parse(read)).isEqualTo(address);
    assertThat(IpAddress.of(address.toInetAddress())).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "1.2.3.256", "1.2.3.4.5", "fd5a::2::1", "example.org"})
  void whatIsNoAddressIsRefusedWithWords(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an IP address: '" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, any",
    "::, any",
    "127.0.0.1, loopback",
    "127.255.0.1, loopback",
    "::1, loopback",
    "224.0.0.1, multicast",
    "239.255.255.255, multicast",
    "ff02::1, multicast",
    "169.254.1.1, linkLocal",
    "fe80::1, linkLocal",
    "febf::1, linkLocal",
    "198.18.0.1, none",
    "223.255.255.255, none",
    "240.0.0.1, none",
    "fec0::1, none",
    "::2, none",
  })
  void whatAnAddressIsFor(String text, String kind) {
    IpAddress address = IpAddress.parse(text);
    assertThat(address.isAny()).isEqualTo(kind.equals("any"));
    assertThat(address.isLoopback()).isEqualTo(kind.equals("loopback"));
    assertThat(address.isMulticast()).isEqualTo(kind.equals("multicast"));
    assertThat(address.isLinkLocal()).isEqualTo(kind.equals("linkLocal"));
  }

  @Test
  void addressesAreOrderedAsNumbers() {
    assertThat(IpAddress.parse("fd5a::1")).isGreaterThan(IpAddress.parse("7fff::1"));
    assertThat(IpAddress.parse("fd5a::1")).isLessThan(IpAddress.parse("fd5a::2"));
  }
}
