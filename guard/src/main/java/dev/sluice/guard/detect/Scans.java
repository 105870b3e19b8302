package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Scans: one source that tries many ports, or many of our addresses, at which there is
/// nothing for it.
final class Scans {
  /// Different targets from which on it is a scan.
  static final int TARGETS = 15;
  /// They count together if they were tried within this time: 15 s between two of them,
  /// the pace of a scanner that wants not to be seen, are still found.
  static final long WINDOW_NANOS = 300_000_000_000L;
  /// After this long without a probe it is over.
  static final long QUIET_NANOS = 60_000_000_000L;
  /// Scans that are followed at once; more begin no alarm.
  static final int MAX_ACTIVE = 32;
  /// Addresses of ours that are told apart in one scan.
  private static final int MAX_ADDRESSES = 64;

  /// A target in one word: the port in its low bits, above it what stands for the
  /// address.
  private static final int PORT_BITS = 16;
  private static final long PORT = (1L << PORT_BITS) - 1;

  /// A source and the last targets that it tried.
  private static final class Source extends Suspects.Suspect {
    final long[] targets = new long[TARGETS];
    final long[] triedNanos = new long[TARGETS];
    int used;

    @Nullable
    Scan scan;

    @Override
    int weight() {
      return used;
    }

    @Override
    boolean mustStay() {
      return scan != null;
    }

    @Override
    void clear() {
      used = 0;
      scan = null;
    }

    /// Notes a target.
    ///
    /// @return how many different ones were tried within the window
    int onProbe(long target, long nowNanos) {
      int place = 0;
      for (int i = 0; i < used; i++) {
        if (targets[i] == target) {
          triedNanos[i] = nowNanos;
          return withinWindow(nowNanos);
        }
        place = triedNanos[i] < triedNanos[place] ? i : place;
      }
      place = used < TARGETS ? used++ : place;
      targets[place] = target;
      triedNanos[place] = nowNanos;
      return withinWindow(nowNanos);
    }

    private int withinWindow(long nowNanos) {
      int count = 0;
      for (int i = 0; i < used; i++) {
        count += nowNanos - triedNanos[i] <= WINDOW_NANOS ? 1 : 0;
      }
      return count;
    }

    long firstNanos(long nowNanos) {
      long first = nowNanos;
      for (int i = 0; i < used; i++) {
        if (nowNanos - triedNanos[i] <= WINDOW_NANOS) {
          first = Math.min(first, triedNanos[i]);
        }
      }
      return first;
    }
  }

  /// A scan that goes on.
  private static final class Scan {
    final Source source;
    final String subject;
    final long beganNanos;
    final BitSet ports = new BitSet();
    final long[] addresses = new long[MAX_ADDRESSES];
    int addressCount;
    long probes;
    long number;

    Scan(Source source, String subject, long beganNanos) {
      this.source = source;
      this.subject = subject;
      this.beganNanos = beganNanos;
    }

    void add(long target) {
      probes++;
      ports.set((int) (target & PORT));
      long address = target >>> PORT_BITS;
      for (int i = 0; i < addressCount; i++) {
        if (addresses[i] == address) {
          return;
        }
      }
      if (addressCount < MAX_ADDRESSES) {
        addresses[addressCount++] = address;
      }
    }
  }

  private final AlarmDesk desk;
  private final Suspects<Source> sources;
  private final List<Scan> scans = new ArrayList<>();

  Scans(AlarmDesk desk, RandomGenerator random) {
    this.desk = desk;
    sources = new Suspects<>(random, Source::new);
  }

  /// Somebody tried a port at which there is nothing for him.
  ///
  /// @param sourceHigh who
  /// @param sourceLow who
  /// @param addressLow the low half of our address, which tells ours apart well enough
  /// @return whether he is scanning
  boolean onProbe(long sourceHigh, long sourceLow, long addressLow, int port, long nowNanos) {
    Source source = sources.of(sourceHigh, sourceLow, nowNanos);
    if (source == null) {
      return false;
    }
    long target = sources.fold(addressLow, 0) << PORT_BITS | port;
    if (source.scan != null) {
      source.scan.add(target);
      return true;
    }
    if (source.onProbe(target, nowNanos) < TARGETS || scans.size() >= MAX_ACTIVE) {
      return false;
    }
    begin(source, new IpAddress(sourceHigh, sourceLow), nowNanos);
    return true;
  }

  private void begin(Source source, IpAddress from, long nowNanos) {
    Scan scan = new Scan(source, from.toString(), source.firstNanos(nowNanos));
    source.scan = scan;
    scans.add(scan);
    for (long target : source.targets) {
      scan.add(target);
    }
    scan.number = desk.begins(AlarmKind.SCAN, report(scan), nowNanos);
  }

  private static AlarmDesk.Report report(Scan scan) {
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.PACKETS, scan.probes);
    figures.put(Figure.PORTS, (long) scan.ports.cardinality());
    figures.put(Figure.ADDRESSES, (long) scan.addressCount);
    figures.put(Figure.LOWEST_PORT, (long) scan.ports.nextSetBit(0));
    figures.put(Figure.HIGHEST_PORT, (long) scan.ports.length() - 1);
    return new AlarmDesk.Report(scan.subject, scan.beganNanos, figures, List.of(), "");
  }

  boolean isAtRest() {
    return scans.isEmpty();
  }

  /// Looks which scans are over.
  void onInterval(long nowNanos) {
    Iterator<Scan> all = scans.iterator();
    while (all.hasNext()) {
      Scan scan = all.next();
      if (nowNanos - scan.source.lastNanos >= QUIET_NANOS) {
        all.remove();
        desk.ends(AlarmKind.SCAN, scan.number, report(scan), scan.source.lastNanos);
        scan.source.clear();
      }
    }
  }
}
