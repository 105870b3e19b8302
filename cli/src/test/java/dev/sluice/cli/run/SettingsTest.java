package dev.sluice.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.TcpSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static String set(ConnectionOptions options, String change) {
    return ConnectionSetting.Change.parseAll(List.of(change)).getFirst().apply(options);
  }

  @ParameterizedTest
  @CsvSource({
    "nodelay=on, nodelay=on", "keepalive=1, keepalive=on", "quickack=off, quickack=off",
    "keepidle=10s, keepidle=10.0s", "keepintvl=1s, keepintvl=1.00s", "keepcnt=3, keepcnt=3",
    "user-timeout=30s, user-timeout=30.0s", "ttl=64, ttl=64", "dscp=46, dscp=46",
    "sndbuf=64k, sndbuf=64.0k", "rcvbuf=64k, rcvbuf=64.0k"
  })
  void settingSaysWhatItIsNow(String change, String now) {
    assertThat(set(new ConnectionOptions(), change)).isEqualTo(now);
  }

  @Test
  void settingsReachTheOptions() {
    ConnectionOptions options = new ConnectionOptions();
    for (String change :
        List.of("nodelay=on", "keepidle=10s", "keepcnt=3", "ttl=9", "sndbuf=8k", "dscp=46")) {
      set(options, change);
    }

    assertThat(options.noDelay).isTrue();
    assertThat(options.keepIdleNanos).isEqualTo(10_000_000_000L);
    assertThat(options.keepCount).isEqualTo(3);
    assertThat(options.ttl).isEqualTo(9);
    assertThat(options.sendBufferBytes).isEqualTo(8_192);
    assertThat(options.dscp).isEqualTo(46);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodelay",
        "=on",
        "colour=red",
        "nodelay=maybe",
        "ttl=0",
        "ttl=256",
        "dscp=64",
        "keepcnt=1",
        "keepidle=1ms",
        "sndbuf=1",
        "rcvbuf=9999999999",
        "ttl=x",
        "user-timeout=10"
      })
  void mistakesAreNamed(String change) {
    assertThatThrownBy(() -> ConnectionSetting.Change.parseAll(List.of(change)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(change.substring(0, Math.max(1, change.indexOf('='))));
  }

  @ParameterizedTest
  @CsvSource({"keepcnt=x, 2, 127", "keepcnt=2.5, 2, 127", "ttl=1k, 1, 255", "dscp=, 0, 63"})
  void aCountIsNoSize(String change, int lowest, int highest) {
    assertThatThrownBy(() -> ConnectionSetting.Change.parseAll(List.of(change)))
        .hasMessageContaining(": a number from " + lowest + " to " + highest + ", and not '")
        .hasMessageEndingWith("'" + change.substring(change.indexOf('=') + 1) + "'");
  }

  @Test
  void stackSettingsAreChecked() {
    TcpSettings settings = new TcpSettings();

    assertThat(StackSetting.applyAll(settings, List.of("msl=5s", "syn-retries=2")))
        .containsExactly("msl=5.00s", "syn-retries=2");
    assertThat(settings.mslNanos).isEqualTo(5_000_000_000L);
    assertThatThrownBy(() -> StackSetting.applyAll(settings, List.of("msl=5min")))
        .hasMessageStartingWith("msl: ");
    assertThat(settings.mslNanos).isEqualTo(5_000_000_000L);
    assertThatThrownBy(() -> StackSetting.applyAll(settings, List.of("syn-retries=x")))
        .hasMessage("syn-retries: a number from 0 to 2147483647, and not 'x'");
    assertThatThrownBy(() -> StackSetting.applyAll(settings, List.of("mls=5s")))
        .hasMessageContaining("msl, syn-retries");
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.2/24, 198.18.0.1", "198.18.0.1/24, 198.18.0.2", "10.1.2.3/8, 10.0.0.1",
    "192.0.2.6/30, 192.0.2.5", "fd5a::2/64, fd5a::1", "fd5a::1/64, fd5a::2",
    "fd5a:0:0:1::9/48, fd5a::1", "2001:db8::ff02/120, 2001:db8::ff01"
  })
  void theKernelTakesTheFirstAddressThatIsNotOurs(String own, String kernel) {
    InterfaceAddress neighbour = Prefixes.neighbourOf(InterfaceAddress.parse(own));

    assertThat(neighbour.address()).hasToString(kernel);
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.18.0.2/32", "198.18.0.2/31", "fd5a::2/127"})
  void aNetworkWithoutRoomIsSaidSo(String own) {
    assertThatThrownBy(() -> Prefixes.neighbourOf(InterfaceAddress.parse(own)))
        .hasMessageContaining("--kernel-address");
  }
}
