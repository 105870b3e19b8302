package dev.sluice.tcp.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tables of half-open peers.
class SynCacheTest {
  private static final long MS = 1_000_000L;
  private static final IpAddress OURS = IpAddress.parse("198.18.0.2");

  private final TcpSettings settings = new TcpSettings();
  private final ConnectionOptions options = new ConnectionOptions();
  private final HalfOpenQuota quota = new HalfOpenQuota(Integer.MAX_VALUE);

  private SynCache cache(int limit) {
    return new SynCache(new InitialSequence(3, 4), settings, options, limit, quota);
  }

  private static Segment syn(int peer) {
    Segment in = new Segment();
    in.clear();
    in.addressReplyTo(outward(peer));
    in.flags = Flags.SYN;
    in.seq = peer * 77;
    in.window = 60_000;
    return in;
  }

  private static Segment outward(int peer) {
    Segment out = new Segment();
    out.address(
        new FourTuple(OURS, 7, IpAddress.ofV4(0x0a00_0000 + (peer >>> 8)), 1 + (peer & 255)));
    return out;
  }

  private static void add(SynCache cache, int peer, long now) {
    HalfOpen entry = cache.begin(syn(peer));
    entry.number(peer, true);
    assertThat(cache.add(entry, now)).isTrue();
  }

  /// Sends what is due.
  private static int drain(SynCache cache, long now) {
    int count = 0;
    for (HalfOpen entry = cache.pollToSend(); entry != null; entry = cache.pollToSend()) {
      entry.takeSynAckDue();
      entry.onSent(now);
      cache.onSent(entry);
      count++;
    }
    return count;
  }

  @Test
  @Tag("SCENARIO-35")
  void anEntryTakes96OctetsInAllTablesTogether() {
    assertThat(HalfOpenTable.OCTETS_PER_SLOT).isLessThanOrEqualTo(96).isEqualTo(96);
    int limit = 100_000;
    SynCache cache = cache(limit);
    com.sun.management.ThreadMXBean thread =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    add(cache, 0, 0);
    for (int i = 1; i < limit; i++) {
      add(cache, i, 0);
      if ((i & 255) == 0) {
        drain(cache, 0);
      }
    }
    assertThat(cache.size()).isEqualTo(limit);
    assertThat(cache.octets()).isLessThanOrEqualTo(96L * (limit + 512));
    assertThat(thread.isThreadAllocatedMemorySupported()).isTrue();
  }

  /// The thread's allocation counter sees the arrays: what growing to the limit allocates
  /// is less than twice what stays, because each step doubles.
  @Test
  void theArraysAreAllThereIs() {
    com.sun.management.ThreadMXBean thread =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int limit = 65_536 - 512;
    Segment in = syn(0);
    SynCache cache = cache(limit);
    long before = thread.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < limit; i++) {
      in.sourceLow = IpAddress.lowOfV4(0x0b00_0000 + i);
      HalfOpen entry = cache.begin(in);
      entry.number(i, true);
      cache.add(entry, 0);
      drain(cache, 0);
    }
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(2L * 96 * (limit + 512) + 10_000);
    assertThat(cache.octets()).isEqualTo(96L * (limit + 512));
  }

  @Test
  void inSteadyStateNothingIsAllocated() {
    com.sun.management.ThreadMXBean thread =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    SynCache cache = cache(1_000);
    Segment in = syn(0);
    churn(cache, in, 20_000);
    long before = thread.getCurrentThreadAllocatedBytes();
    churn(cache, in, 100_000);
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(1_000); // what reading the counter costs
  }

  private static void churn(SynCache cache, Segment in, int count) {
    for (int i = 0; i < count; i++) {
      in.sourceLow = IpAddress.lowOfV4(0x0c00_0000 + i);
      if (cache.isFull()) {
        HalfOpen eldest = cache.eldest();
        if (eldest != null) {
          cache.evict(eldest);
        }
      }
      HalfOpen entry = cache.begin(in);
      entry.number(i, true);
      cache.add(entry, i);
      if ((i & 63) == 0) {
        drain(cache, i);
      }
    }
  }

  @Test
  void whatTheSynSaidComesBackFromTheTables() {
    SynCache cache = cache(1_000);
    Random random = new Random(7);
    List<Segment> syns = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Segment in = syn(i);
      in.mss = random.nextInt(4) == 0 ? Segment.ABSENT : random.nextInt(65_536);
      in.windowScale = random.nextInt(4) == 0 ? Segment.ABSENT : random.nextInt(15);
      in.userTimeout = random.nextInt(4) == 0 ? Segment.ABSENT : random.nextInt(65_536);
      in.window = random.nextInt(65_536);
      in.seq = random.nextInt();
      in.hasTimestamps = random.nextBoolean();
      in.tsVal = random.nextInt();
      in.sackPermitted = random.nextBoolean();
      in.flags |= random.nextBoolean() ? Flags.ECE | Flags.CWR | Flags.AE : 0;
      in.trafficClass = random.nextInt(4);
      syns.add(in);
      HalfOpen entry = cache.begin(in);
      entry.number(random.nextInt(), true);
      assertThat(cache.add(entry, i)).isTrue();
    }
    for (Segment in : syns) {
      HalfOpen entry = found(cache, in);
      assertThat(entry.tuple()).isEqualTo(in.localTuple());
      assertThat(entry.irs()).isEqualTo(in.seq);
      assertThat(entry.window()).isEqualTo(in.window);
      assertThat(entry.peerMss()).isEqualTo(in.mss);
      assertThat(entry.userTimeout()).isEqualTo(in.userTimeout);
      assertThat(entry.peerShift()).isEqualTo(in.windowScale);
      assertThat(entry.timestamps()).isEqualTo(in.hasTimestamps);
      assertThat(entry.tsRecent()).isEqualTo(in.hasTimestamps ? in.tsVal : 0);
      assertThat(entry.sackPermitted()).isEqualTo(in.sackPermitted);
      boolean accurate = in.has(Flags.AE);
      assertThat(entry.ecn().mode()).isEqualTo(accurate ? EcnMode.ACCURATE : EcnMode.OFF);
      assertThat(entry.ecn().codepoint()).isEqualTo(in.trafficClass);
    }
  }

  /// Against a map, with everything that can happen to an entry.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theTablesAreAMapInOrderOfTime(long seed) {
    int limit = 40;
    Random random = new Random(seed);
    SynCache cache = cache(limit);
    Map<FourTuple, Integer> model = new LinkedHashMap<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      int peer = random.nextInt(120);
      Segment in = syn(peer);
      HalfOpen entry = cache.find(in);
      assertThat(entry != null).isEqualTo(model.containsKey(in.localTuple()));
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          if (entry == null && !cache.isFull()) {
            add(cache, peer, now);
            model.put(in.localTuple(), peer);
          }
        }
        case 2 -> {
          if (entry != null) {
            cache.remove(entry);
            model.remove(in.localTuple());
          }
        }
        case 3 -> {
          HalfOpen eldest = cache.eldest();
          if (eldest != null && cache.isFull()) {
            model.remove(eldest.tuple());
            cache.evict(eldest);
          }
        }
        case 4 -> {
          if (entry != null) {
            cache.onSynRepeated(entry, now);
          }
        }
        default -> now += random.nextInt(700) * MS;
      }
      SynCache.Expiry expiry;
      while ((expiry = cache.pollExpired(now)) != SynCache.Expiry.NONE) {
        if (expiry == SynCache.Expiry.FORGOTTEN) {
          assertThat(model.remove(cache.expired().tuple())).isNotNull();
        }
      }
      if (random.nextInt(3) == 0) {
        drain(cache, now);
      }
      assertThat(cache.size()).isEqualTo(model.size()).isLessThanOrEqualTo(limit);
      assertThat(quota.count()).isEqualTo(model.size());
      assertThat(cache.nextDeadlineNanos()).isGreaterThan(now);
    }
    Set<FourTuple> listed = new HashSet<>();
    cache.describe(1_000).forEach(info -> listed.add(info.tuple()));
    assertThat(listed).isEqualTo(model.keySet());
  }

  @Test
  void whoHasBeenSilentTheLongestIsForgottenFirst() {
    SynCache cache = cache(3);
    for (int i = 0; i < 3; i++) {
      add(cache, i, i * 100L * MS);
    }
    cache.onSynRepeated(found(cache, syn(0)), 500 * MS); // alive
    assertThat(eldest(cache).iss()).isEqualTo(1);
    assertThat(cache.pollExpired(1_100 * MS)).isEqualTo(SynCache.Expiry.REPEATED); // peer 1
    assertThat(eldest(cache).iss()).isEqualTo(1); // it has been silent longer than any other
  }

  @Test
  void aNumberAboveATimeWaitIsForgottenLast() {
    SynCache cache = cache(3);
    HalfOpen pinned = cache.begin(syn(0));
    pinned.number(5, true);
    pinned.riseTo(70_000);
    cache.add(pinned, 0);
    add(cache, 1, 1);
    assertThat(eldest(cache).iss()).isEqualTo(1);
    cache.evict(eldest(cache));
    assertThat(eldest(cache).iss()).isEqualTo(70_000);
  }

  @Test
  void aSynAckThatIsDueGoesOutThoughItsPeerIsForgotten() {
    SynCache cache = cache(1);
    add(cache, 1, 0);
    cache.evict(eldest(cache));
    add(cache, 2, 0);
    assertThat(cache.find(syn(1))).isNull();
    assertThat(drain(cache, 0)).isEqualTo(2);
    assertThat(drain(cache, 0)).isZero();
  }

  @Test
  void answersOfPeersThatNobodyRemembersAreBounded() {
    SynCache cache = cache(4);
    int added = 0;
    while (cache.addPassing(cache.begin(syn(added)))) {
      added++;
    }
    assertThat(added).isEqualTo(4 + 512);
    assertThat(cache.size()).isZero();
    assertThat(cache.nextDeadlineNanos()).isEqualTo(Endpoint.NEVER);
    assertThat(drain(cache, 0)).isEqualTo(added);
    assertThat(cache.addPassing(cache.begin(syn(1)))).isTrue();
  }

  @Test
  void allListenersOfAHostShareOneLimit() {
    HalfOpenQuota two = new HalfOpenQuota(2);
    SynCache one = new SynCache(new InitialSequence(3, 4), settings, options, 10, two);
    SynCache other = new SynCache(new InitialSequence(3, 4), settings, options, 10, two);
    add(one, 1, 0);
    add(other, 2, 0);
    assertThat(one.isFull()).isTrue();
    assertThat(other.isFull()).isTrue();
    one.remove(found(one, syn(1)));
    assertThat(other.isFull()).isFalse();
  }

  /// What is sent again, and when the peer is forgotten, in seconds.
  @ParameterizedTest(name = "{0} retries, timeout {1} s: sent again {2}, forgotten at {3} s")
  @CsvSource({
    "5, 0, 1 3 7 15 31, 63",
    "0, 0, '', 1",
    "1, 0, 1, 3",
    "5, 30, 1 3 7 15, 30",
    "5, 63, 1 3 7 15 31, 63",
    "5, 120, 1 3 7 15 31, 120",
    "3, 120, 1 3 7, 120",
    "5, 2, 1, 2",
    "5, 1, '', 1",
    "6, 0, 1 3 7 15 31 63, 127"
  })
  void theSynTimeout(int retries, int timeout, String again, int forgotten) {
    settings.synAckRetries = retries;
    settings.synTimeoutNanos = timeout * 1_000L * MS;
    SynCache cache = cache(4);
    add(cache, 1, 0);
    List<String> seen = new ArrayList<>();
    long now = 0;
    while (cache.size() > 0) {
      now = cache.nextDeadlineNanos();
      if (cache.pollExpired(now) == SynCache.Expiry.REPEATED) {
        seen.add(String.valueOf(now / (1_000 * MS)));
      }
    }
    assertThat(String.join(" ", seen)).isEqualTo(again);
    assertThat(now).isEqualTo(forgotten * 1_000L * MS);
  }

  private static HalfOpen found(SynCache cache, Segment in) {
    return Objects.requireNonNull(cache.find(in), "not in the cache");
  }

  private static HalfOpen eldest(SynCache cache) {
    return Objects.requireNonNull(cache.eldest(), "the cache is empty");
  }
}
