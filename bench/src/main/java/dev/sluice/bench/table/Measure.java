package dev.sluice.bench.table;

import dev.sluice.bench.line.Course;
import dev.sluice.bench.line.Flow;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.TcpCounter;

/// What came out of a cell.
///
/// @param bitsPerSecond goodput: octets that the reader got
/// @param retransmitted part of the octets sent that were sent again
/// @param spurious part of the segments sent that were sent again though the first had
///     not been lost
/// @param timeouts retransmission timeouts
/// @param seconds of virtual time that were looked at
public record Measure(
    double bitsPerSecond, double retransmitted, double spurious, long timeouts, double seconds) {
  private static final int STEPS = 30;
  /// What goes on before the control has found its window is not looked at.
  private static final double WARM_UP = 0.25;

  /// What slow start finds may be a hundred times the window that rare losses leave, and
  /// it takes hundreds of losses to come down: they begin more often, for a while.
  private static final double FIRST_LOSS = 0.005;

  private static final int FIRST_STEPS = 60;
  private static final int CLIMB_STEPS = 120;
  private static final long LEAST_NANOS = 3_000_000_000L;
  private static final long MOST_NANOS = 4_000_000_000_000L;

  /// Runs a cell. The same cell always gives the same measure.
  public static Measure of(Cell cell) {
    Seed seed = new Seed(17);
    Course course = new Course(cell.plan(), seed, settings -> settings.congestion = cell.control());
    Flow flow = course.open(options -> {});
    long step = Math.max(20_000_000L, cell.rttMillis() * 1_000_000L);
    if (cell.loss() > 0) {
      course.lose(Math.max(cell.loss(), cell.burst() * FIRST_LOSS));
      course.runTo(FIRST_STEPS * step);
      course.lose(cell.loss());
    }
    if (cell.loss() == 0 && cell.reordering() > 0) {
      course.runTo(CLIMB_STEPS * step); // an ACK for many segments counts as one for two
    }
    runTo(course, flow, Math.round(cell.segments() * WARM_UP), step);
    Counts before = Counts.of(course, flow);
    runTo(course, flow, cell.segments(), step);
    return Counts.of(course, flow).since(before);
  }

  /// Goes on until so many segments were sent, and some seconds and round trips more at
  /// least.
  private static void runTo(Course course, Flow flow, long segments, long step) {
    long enough = course.nowNanos() + Math.max(LEAST_NANOS, STEPS * step);
    while (course.nowNanos() < MOST_NANOS
        && (course.nowNanos() < enough
            || sent(flow.sender().info(course.nowNanos())) < segments * Cell.TEXT_BYTES)) {
      course.runTo(course.nowNanos() + step);
    }
  }

  private static long sent(ConnectionInfo info) {
    return info.bytesSent() + info.bytesRetransmitted();
  }

  private record Counts(
      long nanos, long read, long sent, long again, long duplicates, long timeouts) {
    static Counts of(Course course, Flow flow) {
      ConnectionInfo info = flow.sender().info(course.nowNanos());
      return new Counts(
          course.nowNanos(),
          flow.readBytes(),
          Measure.sent(info),
          info.bytesRetransmitted(),
          course.deliveredBytes() - flow.receivedBytes(course.nowNanos()),
          course.sender().tcpCounters().get(TcpCounter.RETRANSMISSION_TIMEOUTS));
    }

    Measure since(Counts before) {
      double seconds = (nanos - before.nanos) / 1e9;
      double octets = Math.max(1, sent - before.sent);
      double twice = Math.max(0, duplicates - before.duplicates);
      return new Measure(
          (read - before.read) * 8 / seconds,
          (again - before.again) / octets,
          twice / octets,
          timeouts - before.timeouts,
          seconds);
    }
  }
}
