package dev.sluice.bench.table;

import dev.sluice.bench.line.Course;
import dev.sluice.bench.line.Flow;
import dev.sluice.bench.line.Plan;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.TcpSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Several connections on one bottleneck: who gets how much of it, and how long the queue
/// is meanwhile.
public final class Fairness {
  private static final long SECOND = 1_000_000_000L;
  private static final long BITS_PER_SECOND = 100_000_000L;
  private static final long RTT_NANOS = 20_000_000L;
  /// The flows begin one after the other, as flows do.
  private static final long APART_NANOS = SECOND;

  private static final int SECONDS = 60;
  /// With ECN, whoever waits longer in the queue is marked.
  public static final long MARK_NANOS = 1_000_000;

  private Fairness() {}

  /// What some flows got.
  ///
  /// @param shares of each flow in what all got together
  /// @param jain Jain's index: 1 is equal shares, 1/n is all for one
  /// @param used part of the line that was used
  /// @param meanQueueNanos how long a packet waited, on average
  /// @param marked packets marked with CE
  public record Outcome(
      List<Double> shares, double jain, double used, double meanQueueNanos, long marked) {}

  /// Who meets whom.
  ///
  /// @param title for people
  /// @param flows the control of each
  /// @param plan the line
  /// @param settings what both hosts have
  private record Meeting(
      String title, List<CongestionAlgorithm> flows, Plan plan, Consumer<TcpSettings> settings) {}

  /// Runs flows for a minute and looks at its second half.
  ///
  /// @param controls the congestion control of each flow
  public static Outcome meet(
      List<CongestionAlgorithm> controls, Plan plan, Consumer<TcpSettings> settings) {
    Course course = new Course(plan, new Seed(23), settings);
    List<Flow> flows = new ArrayList<>();
    for (CongestionAlgorithm control : controls) {
      flows.add(course.open(options -> options.congestion = control));
      course.runTo(course.nowNanos() + APART_NANOS);
    }
    course.runTo(SECONDS * SECOND / 2);
    long[] before = flows.stream().mapToLong(Flow::readBytes).toArray();
    course.forgetWaiting();
    course.runTo(SECONDS * SECOND);
    double[] got = new double[before.length];
    double all = 0;
    double squares = 0;
    for (int i = 0; i < got.length; i++) {
      got[i] = flows.get(i).readBytes() - before[i];
      all += got[i];
      squares += got[i] * got[i];
    }
    List<Double> shares = new ArrayList<>();
    for (double one : got) {
      shares.add(one / all);
    }
    double jain = all * all / (got.length * squares);
    double used = all * 8 / (SECONDS / 2.0) / (plan.bitsPerSecond() * Cell.TEXT_BYTES / 1_500.0);
    return new Outcome(shares, jain, used, course.meanWaitNanos(), course.marked());
  }

  /// The line of the table: 100 Mbit/s, 20 ms, a queue of one bandwidth-delay product.
  public static Plan line() {
    return Plan.clean(BITS_PER_SECOND, RTT_NANOS);
  }

  /// The page.
  ///
  /// @param progress told each line as soon as it is there
  public static String page(Consumer<String> progress) {
    StringBuilder page = new StringBuilder(PREFACE);
    for (Meeting meeting : meetings()) {
      Outcome outcome = meet(meeting.flows(), meeting.plan(), meeting.settings());
      String line = line(meeting, outcome);
      progress.accept(line);
      page.append(line).append('\n');
    }
    return page.toString();
  }

  private static List<Meeting> meetings() {
    List<Meeting> all = new ArrayList<>();
    for (CongestionAlgorithm control : CongestionAlgorithm.values()) {
      for (int count : new int[] {2, 8}) {
        List<CongestionAlgorithm> flows = Collections.nCopies(count, control);
        all.add(new Meeting(count + " × " + control.socketName(), flows, line(), s -> {}));
      }
    }
    List<CongestionAlgorithm> every = List.of(CongestionAlgorithm.values());
    if (every.size() > 1) {
      String title = String.join(
          " against ", every.stream().map(CongestionAlgorithm::socketName).toList());
      all.add(new Meeting(title, every, line(), s -> {}));
    }
    for (EcnMode mode : List.of(EcnMode.CLASSIC, EcnMode.ACCURATE)) {
      for (int count : new int[] {2, 8}) {
        List<CongestionAlgorithm> flows = Collections.nCopies(count, CongestionAlgorithm.CUBIC);
        String how = mode == EcnMode.CLASSIC ? " with ECN" : " with accurate ECN";
        all.add(
            new Meeting(count + " × cubic" + how, flows, line().marking(MARK_NANOS), ecn(mode)));
      }
    }
    return all;
  }

  /// Settings of hosts that ask for ECN and agree to it.
  public static Consumer<TcpSettings> ecn(EcnMode mode) {
    return settings -> {
      settings.ecnAsk = mode;
      settings.ecnAccept = mode;
    };
  }

  private static String line(Meeting meeting, Outcome outcome) {
    List<String> shares = outcome.shares().stream()
        .map(share -> String.format(Locale.ROOT, "%.0f", share * 100))
        .toList();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.3f | %.0f %% | %.2f ms | %d |",
        meeting.title(),
        String.join(" ", shares),
        outcome.jain(),
        outcome.used() * 100,
        outcome.meanQueueNanos() / 1e6,
        outcome.marked());
  }

  private static final String PREFACE = """
      # Several connections on one bottleneck

      100 Mbit/s, a round trip of 20 ms, a queue of one bandwidth-delay product (20 ms), in virtual
      time. With ECN, what waits longer than 1 ms is marked instead of waiting on. Each flow
      begins a second after the one before; what they got in the second half of a minute is
      counted. Jain's index is 1 where all got the same, and 1/n where one got all.
      `./sluice bench fairness --write` makes this page anew, the same on every machine, and a test
      holds its lines to what they promise.

      | flows | shares, % | Jain | line used | mean wait in the queue | packets marked |
      |---|---|---:|---:|---:|---:|
      """;
}
