package dev.sluice.bench.flood;

import dev.sluice.wire.PacketBuffer;
import java.io.IOException;

/// One flood against one target, in real time on one thread: so many SYNs a second, and
/// an honest client every few milliseconds.
final class Run {
  private static final long SECOND = 1_000_000_000L;
  private static final long BETWEEN_CLIENTS_NANOS = 5_000_000L;
  /// Honest clients that have no connection so long after the flood's end have failed.
  private static final long PATIENCE_NANOS = 3 * SECOND;
  private static final int BATCH = 64;

  /// What came of it.
  ///
  /// @param sent SYNs of the flood that the target took
  /// @param seconds how long the flood was
  /// @param answers to the flood
  /// @param busyNanos that the target worked while the flood lasted
  /// @param stateOctets kept for half-open peers at its end
  /// @param tried honest clients
  /// @param connected of these, with a connection
  /// @param p50Nanos what half of them took at most
  /// @param p99Nanos what 99 of 100 took at most
  record Result(
      long sent,
      double seconds,
      long answers,
      long busyNanos,
      long stateOctets,
      int tried,
      int connected,
      long p50Nanos,
      long p99Nanos) {

    double rate() {
      return sent / seconds;
    }

    double success() {
      return tried == 0 ? 0 : 100.0 * connected / tried;
    }
  }

  private final Target target;
  private final SynSource source;
  private final Honest honest = new Honest();
  private final PacketBuffer buffer = PacketBuffer.ofMaximumSize();
  private long answers;

  Run(Target target, SynSource source) {
    this.target = target;
    this.source = source;
  }

  /// Floods.
  ///
  /// @param synsPerSecond how many, or as many as go if this is more than that
  Result flood(long synsPerSecond, double seconds) throws IOException {
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * SECOND);
    long sent = 0;
    long nextClient = begin;
    long now = begin;
    for (; now < end; now = System.nanoTime()) {
      long due = (long) ((double) (now - begin) / SECOND * synsPerSecond);
      for (int i = 0; i < BATCH && sent < due; i++) {
        if (!target.give(source.next(), now)) {
          break;
        }
        sent++;
      }
      if (now >= nextClient) {
        honest.connect(now);
        nextClient += BETWEEN_CLIENTS_NANOS;
      }
      exchange(now);
    }
    long busy = target.busyNanos();
    long state = target.stateOctets();
    for (;
        now < end + PATIENCE_NANOS && honest.connected() < honest.tried();
        now = System.nanoTime()) {
      exchange(now);
    }
    return new Result(
        sent,
        seconds,
        answers,
        busy,
        state,
        honest.tried(),
        honest.connected(),
        honest.quantileNanos(0.5),
        honest.quantileNanos(0.99));
  }

  private void exchange(long nowNanos) throws IOException {
    while (honest.poll(buffer, nowNanos)) {
      target.give(buffer, nowNanos);
    }
    for (int i = 0; i < 2 * BATCH && target.poll(buffer, nowNanos); i++) {
      if (SynSource.isAnswer(buffer)) {
        answers++;
      } else {
        honest.give(buffer, nowNanos);
      }
    }
  }
}
