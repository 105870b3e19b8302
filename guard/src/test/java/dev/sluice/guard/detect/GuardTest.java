package dev.sluice.guard.detect;

import static dev.sluice.guard.detect.WatchedHost.ADDRESS;
import static dev.sluice.guard.detect.WatchedHost.PORT;
import static dev.sluice.guard.detect.WatchedHost.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSyntaxException;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scans, runs of resets and bursts before a real host in virtual time.
class GuardTest {
  private static final IpAddress SCANNER = IpAddress.parse("203.0.113.9");

  private final WatchedHost watched = new WatchedHost(100);

  private void probe(IpAddress source, int port, int flags, long atNanos) {
    FourTuple tuple = new FourTuple(source, 40_000, ADDRESS, port);
    watched.at(atNanos, () -> watched.send(tuple, flags, 1, 0));
  }

  private void scan(int ports, long gapNanos, int flags) {
    for (int i = 0; i < ports; i++) {
      probe(SCANNER, 1_000 + i, flags, SECOND + i * gapNanos);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,     1000", // as fast as it goes
    "400,   1000", // nmap -T2
    "15000, 40", // nmap -T1
  })
  void aScanIsOneAlarmHoweverSlow(long gapMillis, int ports) {
    long gap = gapMillis * 1_000_000;
    scan(ports, gap, Flags.SYN);
    long last = SECOND + (ports - 1) * gap;
    watched.runUntil(last + 200 * SECOND);

    assertThat(watched.told()).containsExactly("scan begins", "scan ends");
    Alarm ends = watched.first(AlarmPhase.ENDS);
    assertThat(ends.subject()).isEqualTo("203.0.113.9");
    assertThat(ends.figure(Figure.PORTS)).isEqualTo(ports);
    assertThat(ends.figure(Figure.PACKETS)).isEqualTo(ports);
    assertThat(ends.figure(Figure.LOWEST_PORT)).isEqualTo(1_000);
    assertThat(ends.figure(Figure.HIGHEST_PORT)).isEqualTo(999 + ports);
    assertThat(ends.beganNanos()).isEqualTo(SECOND);
    assertThat(ends.nowNanos()).isEqualTo(last);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, Flags.FIN, Flags.ACK, Flags.FIN | Flags.PSH | Flags.URG})
  void aScanWithoutSynIsOneAsWell(int flags) {
    scan(50, 1_000_000, flags);
    watched.runUntil(200 * SECOND);

    assertThat(watched.told()).containsExactly("scan begins", "scan ends");
  }

  @ParameterizedTest
  @ValueSource(ints = {Flags.RST, Flags.SYN | Flags.ACK})
  void answersToForgedSegmentsAreNoScan(int flags) {
    scan(80, 200_000_000, flags);
    watched.runUntil(200 * SECOND);

    assertThat(watched.told()).isEmpty();
  }

  @Test
  void aProbeInMinutesIsTooSlowToBeSeen() {
    scan(100, 30 * SECOND, Flags.SYN);
    watched.runUntil(4_000 * SECOND);

    assertThat(watched.told()).isEmpty();
  }

  @Test
  void oneClosedPortTriedAgainAndAgainIsNoScan() {
    for (int i = 0; i < 1_000; i++) {
      probe(SCANNER, 81, Flags.SYN, SECOND + i * 100_000_000L);
    }
    watched.runUntil(300 * SECOND);

    assertThat(watched.told()).isEmpty();
  }

  @Test
  void manySourcesWithAFewMistakesEachAreNoScan() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      IpAddress source = IpAddress.ofV4(0x0a00_0000 + i / 10);
      probe(source, 1 + random.nextInt(60_000), Flags.SYN, SECOND + i * 50_000_000L);
    }
    watched.runUntil(2_000 * SECOND);

    assertThat(watched.told()).isEmpty();
  }

  @Test
  void aCrowdOfForgedSourcesDoesNotHideAScanner() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      IpAddress source = IpAddress.ofV4(random.nextInt());
      probe(source, 1 + random.nextInt(60_000), Flags.SYN, SECOND + i * 1_000_000L);
    }
    scan(20, SECOND, Flags.SYN);
    watched.runUntil(300 * SECOND);

    assertThat(watched.told())
        .containsExactly("refused begins", "scan begins", "refused ends", "scan ends");
  }

  @Test
  void oneThatTriesManyOfOurAddressesScansThem() {
    for (int i = 0; i < WatchedHost.ADDRESSES; i++) {
      IpAddress address = IpAddress.ofV4(ADDRESS.v4Bits() + i);
      FourTuple tuple = new FourTuple(SCANNER, 40_000, address, 81);
      watched.at(SECOND + i, () -> watched.send(tuple, Flags.SYN, 1, 0));
    }
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).containsExactly("scan begins", "scan ends");
    Alarm ends = watched.first(AlarmPhase.ENDS);
    assertThat(ends.figure(Figure.ADDRESSES)).isEqualTo(WatchedHost.ADDRESSES);
    assertThat(ends.figure(Figure.PORTS)).isEqualTo(1);
  }

  @Test
  void resetsToOneConnectionAreARun() {
    for (int i = 0; i < 12; i++) {
      int seq = i * 60_000;
      FourTuple tuple = new FourTuple(SCANNER, 40_000, ADDRESS, PORT);
      watched.at(SECOND + i * 1_000_000L, () -> watched.send(tuple, Flags.RST, seq, 0));
    }
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).containsExactly("resets begins", "resets ends");
    Alarm ends = watched.first(AlarmPhase.ENDS);
    assertThat(ends.subject()).contains("203.0.113.9:40000").contains(ADDRESS + ":80");
    assertThat(ends.figure(Figure.RESETS)).isEqualTo(12);
  }

  @Test
  void manyConnectionsOfOneSourceThatAreResetAreARun() {
    for (int i = 0; i < 300; i++) {
      FourTuple tuple = new FourTuple(SCANNER, 40_000 + i, ADDRESS, PORT);
      watched.at(SECOND + i * 10_000_000L, () -> watched.send(tuple, Flags.RST, 1, 0));
    }
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).containsExactly("resets begins", "resets ends");
    assertThat(watched.first(AlarmPhase.ENDS).subject()).isEqualTo("203.0.113.9");
    assertThat(watched.first(AlarmPhase.ENDS).figure(Figure.RESETS)).isEqualTo(300);
  }

  @Test
  void peersThatResetTheirConnectionsNowAndThenAreNone() {
    for (int i = 0; i < 1_000; i++) {
      FourTuple tuple = new FourTuple(SCANNER, 40_000 + i, ADDRESS, PORT);
      watched.at(SECOND + i * 100_000_000L, () -> watched.send(tuple, Flags.RST, 1, 0));
    }
    watched.runUntil(200 * SECOND);

    assertThat(watched.told()).isEmpty();
  }

  @Test
  void manyRefusedSegmentsAreABurstWithItsPorts() {
    for (int i = 0; i < 5_000; i++) {
      probe(IpAddress.ofV4(0x0a00_0000 + i * 256), 23, Flags.SYN, SECOND + i * 1_000_000L);
    }
    watched.runUntil(100 * SECOND);

    assertThat(watched.told()).containsExactly("refused begins", "refused ends");
    assertThat(watched.first(AlarmPhase.BEGINS).top())
        .anySatisfy(share -> assertThat(share.name()).isEqualTo("port 23"));
    assertThat(watched.first(AlarmPhase.ENDS).figure(Figure.PACKETS)).isEqualTo(5_000);
  }

  @Test
  void whatTheFirewallStopsIsAScanOrABurst() throws FirewallSyntaxException {
    WatchedHost walled = new WatchedHost(100, Firewall.parse("default in drop"));
    for (int i = 0; i < 20; i++) {
      FourTuple tuple = new FourTuple(SCANNER, 40_000, ADDRESS, 1 + i);
      walled.at(SECOND + i, () -> walled.send(tuple, Flags.SYN, 1, 0));
    }
    for (int i = 0; i < 3_000; i++) {
      FourTuple tuple = new FourTuple(IpAddress.ofV4(0x0b00_0000 + i * 256), 1, ADDRESS, 23);
      walled.at(20 * SECOND + i * 1_000_000L, () -> walled.send(tuple, Flags.SYN, 1, 0));
    }
    walled.runUntil(200 * SECOND);

    assertThat(walled.told())
        .containsExactly("scan begins", "filtered begins", "filtered ends", "scan ends");
    assertThat(walled.first(AlarmPhase.ENDS).figure(Figure.PACKETS)).isEqualTo(3_000);
  }

  @Test
  void aClockThatJumpsIsToldByTheGuard() {
    watched.guard.onClocks(SECOND, 100 * SECOND, -1);
    watched.guard.onClocks(2 * SECOND, 50 * SECOND, -1);

    assertThat(watched.told()).containsExactly("clock happened");
    assertThat(watched.alarms.getFirst().figure(Figure.JUMP_MILLIS)).isEqualTo(-51_000);
  }
}
