package dev.sluice.bench.kernel;

import dev.sluice.bench.line.Line;
import dev.sluice.bench.line.Packets;
import dev.sluice.bench.line.Plan;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// The bottleneck in real time: one thread that carries packets between two sides.
final class Wire {
  static final int MTU = 1_500;
  static final int PORT = 5_001;
  static final String SENDER = "10.0.0.1";
  static final String RECEIVER = "10.0.0.2";

  /// A side may give so many packets before the other has its turn.
  private static final int BATCH = 64;
  /// How long the thread rests when nothing is due.
  private static final long REST_NANOS = 50_000;

  private final Side sender;
  private final Side receiver;
  private final Packets pool = new Packets(MTU + 100);
  private final Line data;
  private final Line acks;
  private final long originNanos = System.nanoTime();
  private PacketBuffer blank = pool.take();

  /// @param seed the same for all that are to be compared
  Wire(Plan plan, long seed, Side sender, Side receiver) {
    this.sender = sender;
    this.receiver = receiver;
    data = new Line(plan, true, new SplittableRandom(seed), pool);
    acks = new Line(plan, false, new SplittableRandom(seed + 1), pool);
  }

  /// Goodput after a time that is not counted.
  ///
  /// @return bits in a second that the reader got
  double run(long warmUpNanos, long nanos) throws IOException {
    receiver.begin(now());
    sender.begin(now());
    runTo(warmUpNanos);
    long begin = now();
    long before = receiver.readBytes();
    runTo(warmUpNanos + nanos);
    return (receiver.readBytes() - before) * 8e9 / (now() - begin);
  }

  private long now() {
    return System.nanoTime() - originNanos;
  }

  private void runTo(long endNanos) throws IOException {
    for (long now = now(); now < endNanos; now = now()) {
      boolean moved = take(sender, data);
      moved |= take(receiver, acks);
      moved |= bring(data, receiver, now);
      moved |= bring(acks, sender, now);
      if (!moved) {
        LockSupport.parkNanos(REST_NANOS);
      }
    }
  }

  private boolean take(Side from, Line line) throws IOException {
    for (int i = 0; i < BATCH; i++) {
      long now = now();
      if (!from.poll(blank, now)) {
        return i > 0;
      }
      line.send(blank, now);
      blank = pool.take();
    }
    return true;
  }

  private boolean bring(Line line, Side to, long nowNanos) throws IOException {
    boolean brought = false;
    while (line.nextNanos() <= nowNanos) {
      PacketBuffer packet = line.take();
      to.give(packet, nowNanos);
      pool.giveBack(packet);
      brought = true;
    }
    return brought;
  }
}
