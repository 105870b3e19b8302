package dev.sluice.tcp.listen;

import static dev.sluice.tcp.listen.SynCookies.Verdict.EXPIRED;
import static dev.sluice.tcp.listen.SynCookies.Verdict.FOREIGN;
import static dev.sluice.tcp.listen.SynCookies.Verdict.OUT_OF_PLACE;
import static dev.sluice.tcp.listen.SynCookies.Verdict.VALID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.SynCookieKey;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers that stand for a peer.
class SynCookiesTest {
  private static final long MS = 1_000_000L;
  private static final long TICK = SynCookies.TICK_NANOS;

  private final TcpSettings settings = new TcpSettings();
  private SynCookies cookies = new SynCookies(new InitialSequence(1, 2), settings);
  private long now = 1_000 * TICK + 17 * MS;

  private static Segment syn(FourTuple tuple, int irs) {
    Segment in = new Segment();
    in.clear();
    Segment out = new Segment();
    out.address(tuple);
    in.addressReplyTo(out);
    in.flags = Flags.SYN;
    in.seq = irs;
    in.window = 64_000;
    return in;
  }

  private static FourTuple tuple(int port) {
    return new FourTuple(IpAddress.parse("198.18.0.2"), 80, IpAddress.parse("198.18.0.1"), port);
  }

  private HalfOpen peer(Segment syn) {
    HalfOpen peer = new HalfOpen();
    peer.onSyn(syn, syn.hasTimestamps, EcnMode.ACCURATE);
    return peer;
  }

  /// The ACK that ends the handshake with who sent this SYN.
  private Segment ack(Segment syn) {
    HalfOpen peer = peer(syn);
    int iss = cookies.iss(peer, now);
    Segment in = syn(syn.localTuple(), syn.seq + 1);
    in.flags = Flags.ACK;
    in.ack = iss + 1;
    in.hasTimestamps = syn.hasTimestamps;
    in.tsVal = syn.tsVal + 3;
    in.tsEcr = cookies.timestampOffset(peer) + (int) (now / MS);
    return in;
  }

  private SynCookies.Verdict read(Segment in, HalfOpen into) {
    into.address(in);
    return cookies.read(in, into, now);
  }

  private SynCookies.Verdict read(Segment in) {
    return read(in, new HalfOpen());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 48",
    "47, 48",
    "48, 48",
    "535, 48",
    "536, 536",
    "1219, 536",
    "1220, 1220",
    "1359, 1220",
    "1360, 1360",
    "1380, 1360",
    "1400, 1400",
    "1440, 1440",
    "1452, 1440",
    "1460, 1460",
    "8959, 1460",
    "8960, 8960",
    "65535, 8960",
    "-1, 536"
  })
  void theMssIsRoundedDownToOneOfEight(int mss, int kept) {
    for (boolean timestamps : new boolean[] {false, true}) {
      Segment syn = syn(tuple(1), 5);
      syn.mss = mss;
      syn.hasTimestamps = timestamps;
      HalfOpen back = new HalfOpen();
      assertThat(read(ack(syn), back)).isEqualTo(VALID);
      assertThat(back.peerMss()).isEqualTo(kept);
    }
  }

  @Test
  void withoutAnMssOptionTheDefaultOfTheFamilyIsKept() {
    Segment syn =
        syn(new FourTuple(IpAddress.parse("fd5a::2"), 80, IpAddress.parse("fd5a::1"), 9), 5);
    HalfOpen back = new HalfOpen();
    assertThat(read(ack(syn), back)).isEqualTo(VALID);
    assertThat(back.peerMss()).isEqualTo(1_220);
  }

  @Test
  @Tag("SCENARIO-42")
  void withTimestampsScaleSackAndEcnSurviveExactly() {
    int[] modes = {0, Flags.CWR | Flags.ECE, Flags.AE | Flags.CWR | Flags.ECE};
    for (int shift = Segment.ABSENT; shift <= 14; shift++) {
      for (int choice = 0; choice < 24; choice++) {
        Segment syn = syn(tuple(3), 99 + choice);
        syn.hasTimestamps = true;
        syn.tsVal = 1_234;
        syn.windowScale = shift;
        syn.sackPermitted = (choice & 1) != 0;
        syn.flags |= modes[choice / 2 % 3];
        syn.trafficClass = choice / 6;
        HalfOpen sent = peer(syn);
        Segment in = ack(syn);
        now += 90_000 * MS % (TICK / 2);
        HalfOpen back = new HalfOpen();
        assertThat(read(in, back)).isEqualTo(VALID);
        assertThat(back.peerShift()).isEqualTo(shift);
        assertThat(back.sackPermitted()).isEqualTo(syn.sackPermitted);
        assertThat(back.ecn().mode()).isEqualTo(sent.ecn().mode());
        if (sent.ecn().mode() == EcnMode.ACCURATE) {
          assertThat(back.ecn().codepoint()).isEqualTo(syn.trafficClass);
        }
        assertThat(back.timestamps()).isTrue();
        assertThat(back.tsRecent()).isEqualTo(1_237);
        assertThat(back.irs()).isEqualTo(syn.seq);
        assertThat(cookies.timestampOffset(back)).isEqualTo(cookies.timestampOffset(sent));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, -1", "0, 0", "1, 0", "2, 2", "3, 2", "4, 4", "5, 4", "6, 6", "7, 7", "8, 8", "9, 8",
    "10, 10", "11, 10", "14, 10"
  })
  @Tag("SCENARIO-42")
  void withoutTimestampsTheScaleIsRoundedDownAndSackSurvives(int shift, int kept) {
    for (boolean sack : new boolean[] {false, true}) {
      Segment syn = syn(tuple(4), 7);
      syn.windowScale = shift;
      syn.sackPermitted = sack;
      HalfOpen back = new HalfOpen();
      assertThat(read(ack(syn), back)).isEqualTo(VALID);
      assertThat(back.peerShift()).isEqualTo(kept);
      assertThat(back.sackPermitted()).isEqualTo(sack);
      assertThat(back.timestamps()).isFalse();
    }
  }

  /// RFC 9768 §3.2.2.1: who agreed on accurate feedback tells of the SYN-ACK in the ACK.
  @ParameterizedTest
  @CsvSource({"S, ., OFF", "SEW, ., CLASSIC", "SAEW, W., ACCURATE"})
  void withoutTimestampsTheAckTellsWhichEcnItIs(String syn, String ack, EcnMode mode) {
    Segment asking = syn(tuple(4), 7);
    asking.flags = flags(syn);
    Segment in = ack(asking);
    in.flags = flags(ack);
    HalfOpen back = new HalfOpen();
    assertThat(read(in, back)).isEqualTo(VALID);
    assertThat(back.ecn().mode()).isEqualTo(mode);
  }

  private static int flags(String text) {
    int flags = 0;
    for (int i = 0; i < text.length(); i++) {
      flags |= switch (text.charAt(i)) {
        case 'S' -> Flags.SYN;
        case 'E' -> Flags.ECE;
        case 'W' -> Flags.CWR;
        case 'A' -> Flags.AE;
        default -> Flags.ACK;
      };
    }
    return flags;
  }

  /// The dog that was eaten: text before this ACK was lost, so that its number is off.
  @Test
  @Tag("SCENARIO-41")
  void anAckThatIsOffByLostTextIsNotBelieved() {
    Random random = new Random(41);
    for (int i = 0; i < 20_000; i++) {
      Segment syn = syn(tuple(1 + random.nextInt(60_000)), random.nextInt());
      syn.mss = 1_460;
      syn.hasTimestamps = random.nextBoolean();
      Segment in = ack(syn);
      in.seq += 1 + i % 5;
      assertThat(read(in)).isNotEqualTo(VALID);
    }
  }

  /// An ACK that is off by a little is no cookie of another value.
  @Test
  void numbersNextToACookieAreNone() {
    for (int port = 1; port < 100; port++) {
      Segment in = ack(syn(tuple(port), 5));
      int cookie = in.ack;
      for (int off = -300; off <= 300; off++) {
        in.ack = cookie + off;
        assertThat(read(in) == VALID).isEqualTo(off == 0);
      }
    }
  }

  @Test
  void suchAnAckIsKnownToBeOfNow() {
    Segment in = ack(syn(tuple(1), 5));
    in.seq += 2;
    assertThat(read(in)).isEqualTo(OUT_OF_PLACE);
    in.seq -= 2;
    assertThat(read(in)).isEqualTo(VALID);
  }

  @Test
  void anotherPeerOrAnotherSecretDoesNotFit() {
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      Segment in = ack(syn(tuple(1), 5 + i));
      in.sourcePort = 2;
      taken += read(in) == VALID ? 1 : 0;
      in.sourcePort = 1;
      HalfOpen peer = new HalfOpen();
      peer.address(in);
      SynCookies other = new SynCookies(new InitialSequence(1, 3), settings);
      taken += other.read(in, peer, now) == VALID ? 1 : 0;
    }
    assertThat(taken).isZero();
  }

  @Test
  void aCookieIsGoodInItsTickAndTheNext() {
    Segment in = ack(syn(tuple(1), 5));
    now += TICK;
    assertThat(read(in)).isEqualTo(VALID);
    now += TICK;
    assertThat(read(in)).isEqualTo(EXPIRED);
    now += 10 * TICK;
    assertThat(read(in)).isEqualTo(FOREIGN);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 10})
  void theKeyMayChangeDuringAHandshake(long ticksPerKey) {
    settings.synCookieKeyLifeNanos = ticksPerKey * TICK;
    cookies = new SynCookies(new InitialSequence(1, 2), settings);
    for (int i = 0; i < 50; i++) {
      Segment in = ack(syn(tuple(1), 5));
      now += TICK;
      assertThat(read(in)).as("tick %d", i).isEqualTo(VALID);
    }
  }

  @Test
  void anOldKeyIsNotHonouredForLong() {
    settings.synCookieKeyLifeNanos = TICK;
    cookies = new SynCookies(new InitialSequence(1, 2), settings);
    Segment in = ack(syn(tuple(1), 5));
    now += 256 * TICK; // the tick's octet is the same again
    assertThat(read(in)).isNotEqualTo(VALID);
  }

  @Test
  void machinesThatShareAKeyAndAClockTakeEachOthersCookies() {
    settings.synCookieKey = new SynCookieKey(11, 12);
    cookies = new SynCookies(new InitialSequence(1, 2), settings);
    Segment syn = syn(tuple(1), 5);
    syn.hasTimestamps = true;
    syn.windowScale = 9;
    Segment in = ack(syn);
    TcpSettings theirs = new TcpSettings();
    theirs.synCookieKey = new SynCookieKey(11, 12);
    theirs.synCookieClockOffsetNanos = 5_000 * TICK; // their clock began later
    SynCookies others = new SynCookies(new InitialSequence(8, 9), theirs);
    HalfOpen back = new HalfOpen();
    back.address(in);
    long theirNow = now + 20 * MS - 5_000 * TICK;
    assertThat(others.read(in, back, theirNow)).isEqualTo(VALID);
    assertThat(back.peerShift()).isEqualTo(9);
    int ourClock = cookies.timestampOffset(peer(syn)) + (int) (now / MS);
    int theirClock = others.timestampOffset(back) + (int) (theirNow / MS);
    assertThat(theirClock - ourClock).isEqualTo(20); // PAWS sees one clock
  }

  /// 2 ticks x 256 values of 2^32: of 2^24 random numbers 2 are believed on average.
  @Test
  @Tag("SCENARIO-43")
  void aRandomAckWithoutTimestampsIsBelievedOnceIn2To23() {
    double expected = (double) (1 << 24) / (1 << 23);
    assertThat(believed(1 << 24, false)).isBetween(0L, (long) (expected * 5));
    assertThat(valuesBelieved(false)).isBetween(2 * 256 * 9L / 10, 2 * 256L);
  }

  @Test
  @Tag("SCENARIO-43")
  void aRandomAckWithTimestampsIsBelievedOnceIn2To35() {
    assertThat(believed(1 << 24, true)).isZero();
    assertThat(valuesBelieved(true)).isLessThanOrEqualTo(2 * 8L);
  }

  private long believed(int count, boolean timestamps) {
    Random random = new Random(43);
    Segment in = syn(tuple(9), 6);
    in.flags = Flags.ACK;
    HalfOpen peer = new HalfOpen();
    long believed = 0;
    for (int i = 0; i < count; i++) {
      in.seq = random.nextInt();
      in.ack = random.nextInt();
      in.hasTimestamps = timestamps;
      in.tsEcr = timestamps ? random.nextInt() : 0;
      believed += read(in, peer) == VALID ? 1 : 0;
    }
    return believed;
  }

  /// How many of the 2^32 numbers are believed for one peer; only those of the two live
  /// ticks can be, and those around them are tried.
  private long valuesBelieved(boolean timestamps) {
    Segment syn = syn(tuple(9), 6);
    syn.hasTimestamps = timestamps;
    Segment in = ack(syn);
    HalfOpen peer = new HalfOpen();
    int any = in.ack;
    long believed = 0;
    for (int i = -(1 << 25); i < 1 << 24; i++) {
      in.ack = any + i;
      believed += read(in, peer) == VALID ? 1 : 0;
    }
    return believed;
  }

  @Test
  void noGuessOfTheTickAloneIsWorthAnything() {
    Map<SynCookies.Verdict, Integer> seen = new EnumMap<>(SynCookies.Verdict.class);
    Random random = new Random(9);
    Segment in = syn(tuple(9), 6);
    in.flags = Flags.ACK;
    for (int i = 0; i < 1_000_000; i++) {
      in.seq = random.nextInt();
      in.ack = random.nextInt();
      seen.merge(read(in), 1, Integer::sum);
    }
    assertThat(seen.get(OUT_OF_PLACE)).isBetween(7_000, 8_600); // 2 of 256
    assertThat(seen.get(FOREIGN)).isGreaterThan(990_000);
  }

  /// RFC 6528: one four-tuple's numbers follow the clock, here in steps of a tick.
  @Test
  @Tag("MUST-8")
  void theNumbersOfAFourTupleRiseWithTheClock() {
    HalfOpen peer = peer(syn(tuple(1), 5));
    int first = cookies.iss(peer, 0);
    for (int tick = 1; tick < 120; tick++) {
      int rise = cookies.iss(peer, tick * TICK) - first;
      assertThat(rise).isBetween((tick - 1) << 24, (tick + 1) << 24);
    }
  }

  @Test
  void theNumbersOfManyPeersAreSpreadEvenly() {
    int[] buckets = new int[256];
    int[] low = new int[256];
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      int iss = cookies.iss(peer(syn(tuple(1 + i % 60_000), 1_000 + i / 60_000)), now);
      buckets[iss >>> 24]++;
      low[iss & 255]++;
    }
    assertThat(chiSquare(buckets, count)).isBetween(150.0, 380.0);
    assertThat(chiSquare(low, count)).isBetween(150.0, 380.0);
  }

  private static double chiSquare(int[] buckets, int count) {
    double expected = (double) count / buckets.length;
    double sum = 0;
    for (int bucket : buckets) {
      sum += (bucket - expected) * (bucket - expected) / expected;
    }
    return sum;
  }

  @Test
  void aKeyShowsNothingOfItself() {
    assertThat(new SynCookieKey(123_456, 654_321).toString())
        .doesNotContain("123")
        .doesNotContain("654");
    assertThat(SynCookieKey.of(new byte[16])).isEqualTo(new SynCookieKey(0, 0));
  }
}
