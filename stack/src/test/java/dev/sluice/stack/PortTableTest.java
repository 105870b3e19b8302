package dev.sluice.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.IpAddress;
import java.net.BindException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortTableTest {
  private static final IpAddress A = IpAddress.parse("198.18.0.2");
  private static final IpAddress B = IpAddress.parse("10.0.0.5");
  private static final IpAddress REMOTE = IpAddress.parse("198.18.0.1");

  private final PortTable ports = table(1);

  private static PortTable table(long seed) {
    return new PortTable(new EphemeralPorts(new TupleHash(seed, 2), new Random(seed)));
  }

  enum Holder {
    BOUND,
    LISTENING,
    CONNECTED,
    TIME_WAIT
  }

  private static Reuse reuse(boolean address) {
    return new Reuse(address, false);
  }

  private void hold(Holder holder, boolean reuse) throws BindException {
    switch (holder) {
      case BOUND -> ports.bind(A, 7, reuse(reuse));
      case LISTENING -> {
        Binding binding = ports.bind(A, 7, reuse(reuse));
        ports.listen(binding);
      }
      case CONNECTED -> ports.connect(A, 7, reuse(reuse));
      case TIME_WAIT -> ports.disconnect(ports.connect(A, 7, reuse(reuse)), true);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // held by, with reuse, newcomer with reuse, newcomer gets it
    "BOUND, false, false, false",
    "BOUND, true, false, false",
    "BOUND, false, true, false",
    "BOUND, true, true, true",
    "LISTENING, false, false, false",
    "LISTENING, true, true, false",
    "CONNECTED, false, false, false",
    "CONNECTED, false, true, false",
    "CONNECTED, true, false, false",
    "CONNECTED, true, true, true",
    "TIME_WAIT, false, false, false",
    "TIME_WAIT, true, false, false",
    "TIME_WAIT, false, true, true",
    "TIME_WAIT, true, true, true",
  })
  @Tag("SCENARIO-34")
  void portIsSharedByTheRules(Holder holder, boolean heldReuse, boolean reuse, boolean granted)
      throws BindException {
    hold(holder, heldReuse);

    if (granted) {
      assertThat(ports.bind(A, 7, reuse(reuse)).port()).isEqualTo(7);
    } else {
      assertThatThrownBy(() -> ports.bind(A, 7, reuse(reuse)))
          .isInstanceOf(BindException.class)
          .hasMessage("Address already in use");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "198.18.0.2, 198.18.0.2, false",
    "198.18.0.2, 10.0.0.5, true",
    "198.18.0.2, 0.0.0.0, false",
    "0.0.0.0, 198.18.0.2, false",
    "198.18.0.2, ::, false",
    "::, 198.18.0.2, false",
    "::, 0.0.0.0, false",
    "0.0.0.0, fd5a::2, true",
    "fd5a::2, 0.0.0.0, true",
    "fd5a::2, ::, false",
    "fd5a::2, 198.18.0.2, true",
  })
  void onlyOverlappingAddressesCollide(String held, String wanted, boolean granted)
      throws BindException {
    ports.bind(IpAddress.parse(held), 7, reuse(false));

    if (granted) {
      assertThatCode(() -> ports.bind(IpAddress.parse(wanted), 7, reuse(false)))
          .doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> ports.bind(IpAddress.parse(wanted), 7, reuse(false)))
          .isInstanceOf(BindException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true, true", "true, false, false", "false, true, false"})
  void aListenersPortIsSharedIfAllSaidSo(boolean first, boolean second, boolean granted)
      throws BindException {
    ports.listen(ports.bind(IpAddress.ANY_V6, 7, new Reuse(false, first)));
    if (granted) {
      Binding binding = ports.bind(A, 7, new Reuse(false, second));
      assertThatCode(() -> ports.listen(binding)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> ports.bind(A, 7, new Reuse(false, second)))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void releasedPortIsFreeAndReleasingTwiceHarmsNobody() throws BindException {
    Binding first = ports.bind(A, 7, reuse(false));
    ports.release(first);
    Binding second = ports.bind(A, 7, reuse(false));
    ports.release(first);

    assertThatThrownBy(() -> ports.bind(A, 7, reuse(false))).isInstanceOf(BindException.class);
    ports.release(second);
    assertThat(ports.heldPorts()).isZero();
  }

  @Test
  void connectionOutlivesTheSocketThatWasBound() throws BindException {
    Binding binding = ports.bind(A, 7, reuse(false));
    PortTable.Hold hold = ports.connect(A, 7, reuse(false));
    ports.release(binding);

    assertThatThrownBy(() -> ports.bind(A, 7, reuse(false))).isInstanceOf(BindException.class);
    ports.disconnect(hold, true);
    assertThatThrownBy(() -> ports.bind(A, 7, reuse(false))).isInstanceOf(BindException.class);
    ports.timeWaitOver(hold);
    assertThatCode(() -> ports.bind(A, 7, reuse(false))).doesNotThrowAnyException();
  }

  @Test
  @Tag("MUST-42")
  void listenIsPossibleWhileAConnectionFromThatPortIsPending() throws BindException {
    ports.bind(A, 7, reuse(true));
    ports.connect(A, 7, reuse(true));
    Binding listening = ports.bind(A, 7, reuse(true));

    assertThatCode(() -> ports.listen(listening)).doesNotThrowAnyException();
  }

  @Test
  void secondListenerOfAPortIsRefused() throws BindException {
    Binding first = ports.bind(A, 7, reuse(true));
    Binding second = ports.bind(IpAddress.ANY_V6, 7, reuse(true));
    ports.listen(first);

    assertThatThrownBy(() -> ports.listen(second))
        .isInstanceOf(BindException.class)
        .hasMessage("Address already in use");
    ports.unlisten(first);
    assertThatCode(() -> ports.listen(second)).doesNotThrowAnyException();
  }

  @Test
  void holdsOfOnePortComeAndGoInAnyOrder() throws BindException {
    Binding a = ports.bind(A, 7, reuse(false));
    Binding b = ports.bind(B, 7, reuse(false));
    Binding six = ports.bind(IpAddress.parse("fd5a::2"), 7, reuse(false));
    ports.release(b);
    assertThatThrownBy(() -> ports.bind(A, 7, reuse(false))).isInstanceOf(BindException.class);
    assertThatCode(() -> ports.release(ports.bind(B, 7, reuse(false)))).doesNotThrowAnyException();
    ports.release(a);
    ports.release(six);
    assertThat(ports.heldPorts()).isZero();
  }

  @Test
  void portZeroGivesEveryPortOfTheRangeOnceAndThenNone() throws BindException {
    Set<Integer> given = new HashSet<>();
    for (int i = EphemeralPorts.FIRST; i <= EphemeralPorts.LAST; i++) {
      given.add(ports.bind(A, 0, reuse(true)).port());
    }

    assertThat(given)
        .hasSize(EphemeralPorts.LAST - EphemeralPorts.FIRST + 1)
        .allMatch(port -> port >= 32_768 && port <= 60_999);
    assertThatThrownBy(() -> ports.bind(A, 0, reuse(true)))
        .isInstanceOf(BindException.class)
        .hasMessage("Address already in use");
  }

  @Test
  @Tag("SCENARIO-34")
  void portZeroNeverGivesAPortWhoseHoldersAllowReuse() throws BindException {
    for (int port = EphemeralPorts.FIRST; port < EphemeralPorts.LAST; port++) {
      ports.disconnect(ports.connect(A, port, reuse(true)), port % 2 == 0);
      ports.connect(A, port, reuse(true));
    }

    assertThat(ports.bind(A, 0, reuse(true)).port()).isEqualTo(EphemeralPorts.LAST);
  }

  @Test
  @Tag("SCENARIO-34")
  @Tag("ATTACK-7")
  void connectionsToOneServerGetDifferentPortsThatAreHardToGuess() {
    EphemeralPorts chooser = ports.ephemeral();
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      seen.add(chooser.choose(A, REMOTE, 80, port -> true));
    }
    assertThat(seen).as("a port comes back late").hasSizeGreaterThan(990);

    Set<Integer> starts = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      starts.add(table(seed).ephemeral().choose(A, REMOTE, 80, port -> true));
    }
    assertThat(starts).as("another secret, another port").hasSizeGreaterThan(190);
  }

  @Test
  void connectionTriesAllPortsBeforeItGivesUp() {
    EphemeralPorts chooser = ports.ephemeral();

    assertThat(chooser.choose(A, REMOTE, 80, port -> port == 40_001)).isEqualTo(40_001);
    assertThat(chooser.choose(A, REMOTE, 80, port -> false)).isZero();
  }

  @Test
  void connectionKeepsAwayFromBoundPortsButSharesWithOtherConnections() throws BindException {
    ports.bind(IpAddress.ANY_V6, 40_000, reuse(true));
    ports.connect(A, 40_001, reuse(false));

    assertThat(ports.mayPick(A, 40_000)).isFalse();
    assertThat(ports.mayPick(A, 40_001)).isTrue();
  }
}
