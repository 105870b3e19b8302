package dev.sluice.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.IpAddress;
import java.net.BindException;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTableTest {
  private static AddressTable table(String... cidrs) {
    return new AddressTable(Stream.of(cidrs).map(InterfaceAddress::parse).toList());
  }

  private final AddressTable table = table(
      "198.18.0.2/24",
      "10.0.0.5/8",
      "192.0.2.1/31",
      "fd5a::2/64",
      "2001:db8:1::2/48",
      "fe80::2/64");

  @ParameterizedTest
  @CsvSource({
    "198.18.0.2, true",
    "10.0.0.5, true",
    "fd5a::2, true",
    "127.0.0.1, true",
    "127.9.9.9, true",
    "::1, true",
    "198.18.0.1, false",
    "fd5a::1, false",
    "0.0.0.0, false",
  })
  void packetsToOwnAddressesAndLoopbackStayInside(String address, boolean local) {
    assertThat(table.isLocal(IpAddress.parse(address))).isEqualTo(local);
  }

  @ParameterizedTest
  @CsvSource({
    "255.255.255.255, true",
    "198.18.0.255, true",
    "10.255.255.255, true",
    "192.0.2.1, false",
    "192.0.2.255, false",
    "198.18.1.255, false",
    "ff02::1, false",
  })
  void broadcastIsTheLimitedOneAndThatOfEachNetwork(String text, boolean broadcast) {
    IpAddress address = IpAddress.parse(text);
    assertThat(table.isBroadcast(address.high(), address.low())).isEqualTo(broadcast);
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.1, 198.18.0.2",
    "10.200.1.1, 10.0.0.5",
    "198.18.0.2, 198.18.0.2",
    "8.8.8.8, 10.0.0.5",
    "127.0.0.9, 127.0.0.1",
    "::1, ::1",
    "fd5a::1, fd5a::2",
    "2001:db8:1:5::9, 2001:db8:1::2",
    "2001:db9::1, 2001:db8:1::2",
    "fe80::99, fe80::2",
  })
  @Tag("MUST-44")
  void sourceAddressSuitsTheDestination(String remote, String source) {
    assertThat(table.sourceFor(IpAddress.parse(remote))).isEqualTo(IpAddress.parse(source));
  }

  @Test
  void hostWithoutAFamilyHasNoSourceInIt() {
    assertThat(table("198.18.0.2/24").sourceFor(IpAddress.parse("fd5a::1"))).isNull();
    assertThat(new AddressTable(List.of()).sourceFor(IpAddress.parse("8.8.8.8")))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "255.255.255.255, Network is unreachable",
    "198.18.0.255, Network is unreachable",
    "224.0.0.1, Network is unreachable",
    "ff02::1, Network is unreachable",
    "0.0.0.0, Invalid argument",
    "0.1.2.3, Invalid argument",
    "::, Invalid argument",
  })
  @Tag("MUST-46")
  void nobodyConnectsToSuchAnAddress(String remote, String message) {
    assertThatThrownBy(() -> table.requireConnectable(IpAddress.parse(remote)))
        .isInstanceOf(SocketException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.18.0.1", "8.8.8.8", "127.0.0.1", "fd5a::1", "198.18.0.2"})
  void anybodyConnectsToAUnicastAddress(String remote) {
    assertThatCode(() -> table.requireConnectable(IpAddress.parse(remote)))
        .doesNotThrowAnyException();
  }

  @Test
  void onlyOwnAndUnspecifiedAddressesCanBeBound() {
    for (String own : List.of("198.18.0.2", "fd5a::2", "127.0.0.1", "::1", "0.0.0.0", "::")) {
      assertThatCode(() -> table.requireBindable(IpAddress.parse(own))).doesNotThrowAnyException();
    }
    assertThatThrownBy(() -> table.requireBindable(IpAddress.parse("198.18.0.1")))
        .isInstanceOf(BindException.class)
        .hasMessage("Cannot assign requested address");
  }
}
