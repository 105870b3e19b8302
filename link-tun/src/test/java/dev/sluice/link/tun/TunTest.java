package dev.sluice.link.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is refused before the kernel is asked, so without any privilege.
final class TunTest {
  @Test
  void nameThatIsTooLongOrEmptyIsToldInOneLine() {
    assertThatExceptionOfType(TunException.class)
        .isThrownBy(() -> Tun.open("sluice-device-00"))
        .withMessage("'sluice-device-00' cannot be the name of a device: it has 16 characters,"
            + " and 1 to 15 are allowed");
    assertThatExceptionOfType(TunException.class).isThrownBy(() -> Tun.open(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/b", ".", "..", "a:1", "a%s", "%d%d", "sl\n0", "größe"})
  void nameWithOtherLettersIsToldInOneLine(String name) {
    assertThatExceptionOfType(TunException.class)
        .isThrownBy(() -> Tun.open(name))
        .withMessage("'" + name
            + "' cannot be the name of a device: use letters, digits, '-', '_' and '.', like sl0");
  }

  @Test
  void v6OnAnMtuThatIsTooSmallIsToldInOneLine() {
    assertThatExceptionOfType(TunException.class)
        .isThrownBy(() -> Tun.named("sl0").mtu(1279).kernelAddress("fd5a::1/64").open())
        .withMessage("IPv6 needs an MTU of 1280 or more, and sl0 is to have 1279: raise the MTU"
            + " or leave the IPv6 address out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "198.18.0.1",
        "198.18.0.1/",
        "198.18.0.1/33",
        "198.18.0.1/0",
        "fd5a::1/129",
        "host/24",
        "127.0.0.1/8",
        "224.0.0.1/24",
        "0.0.0.0/24",
        "/24",
        "198.18.0.1/-1"
      })
  void whatIsNoKernelAddressIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> KernelAddress.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.1/24,198.18.0.99/24,true",
    "198.18.0.1/24,198.18.1.1/24,false",
    "198.18.0.1/24,198.18.0.1/25,false",
    "198.18.0.1/32,198.18.0.1/32,true",
    "198.18.0.1/32,198.18.0.2/32,false",
    "fd5a::1/64,fd5a::2/64,true",
    "fd5a::1/64,fd5a:0:0:1::2/64,false",
    "fd5a::1/128,fd5a::2/128,false",
    "fd5a::1/16,fd5a:1::2/16,true"
  })
  void networksAreTheSameByTheirPrefix(String first, String second, boolean isSame) {
    assertThat(KernelAddress.parse(first).isSameNetworkAs(KernelAddress.parse(second)))
        .isEqualTo(isSame);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Tun.named("a").mtu(67));
    assertThatIllegalArgumentException().isThrownBy(() -> Tun.named("a").queueLength(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Tun.named("a").queues(257));
  }
}
