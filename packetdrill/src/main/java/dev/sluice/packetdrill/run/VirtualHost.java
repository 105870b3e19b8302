package dev.sluice.packetdrill.run;

import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.wire.PacketBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// A host with its clock. Time passes only when [#advanceTo] says so, and stops at each
/// deadline of the host on the way.
final class VirtualHost {
  /// A packet that the host sent.
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Sent(long timeNanos, byte[] packet) {}

  /// Enough turns for any burst; more mean that the host never comes to rest.
  private static final int MAX_TURNS = 200_000;

  private final Host host;
  private final BooleanSupplier waiting;
  private final PacketBuffer buffer = PacketBuffer.ofMaximumSize();
  private final Deque<Sent> outbox = new ArrayDeque<>();
  private final long startNanos;
  private LongSupplier waitDeadline = () -> Long.MAX_VALUE;
  private final List<Result.Captured> captured = new ArrayList<>();
  private long nowNanos;

  /// @param config what the host is built from
  /// @param startNanos the first moment
  /// @param waiting tries what waits for progress (blocking calls), and says whether it
  ///     did something
  VirtualHost(HostConfig config, long startNanos, BooleanSupplier waiting) {
    this.host = new Host(config);
    this.waiting = waiting;
    this.startNanos = startNanos;
    this.nowNanos = startNanos;
  }

  Host host() {
    return host;
  }

  long nowNanos() {
    return nowNanos;
  }

  /// Virtual time since the first moment.
  long sinceStart() {
    return nowNanos - startNanos;
  }

  /// Who else has a time at which something is to be tried.
  void waitDeadline(LongSupplier value) {
    waitDeadline = value;
  }

  /// Packets that nobody has taken yet, oldest first.
  Deque<Sent> outbox() {
    return outbox;
  }

  /// All packets both ways, in order.
  List<Result.Captured> captured() {
    return List.copyOf(captured);
  }

  /// A packet arrives now.
  ///
  /// @param segmentSize octets of text in each of the packets that the link merged, or 0
  void inject(byte[] packet, int segmentSize) {
    captured.add(new Result.Captured(sinceStart(), false, packet));
    buffer.copyFrom(packet);
    buffer.segmentSize(segmentSize);
    buffer.arrivalNanos(nowNanos);
    host.onPacket(buffer, nowNanos);
    settle();
  }

  /// Lets the host do all it has to do now.
  void settle() {
    for (int turn = 0; turn < MAX_TURNS; turn++) {
      boolean moved = false;
      while (host.pollPacket(buffer, nowNanos)) {
        byte[] packet = buffer.toArray();
        outbox.add(new Sent(nowNanos, packet));
        captured.add(new Result.Captured(sinceStart(), true, packet));
        moved = true;
        if (outbox.size() > MAX_TURNS) {
          throw new Failure("the host sends without end at " + nowNanos + " ns");
        }
      }
      if (waiting.getAsBoolean()) {
        moved = true;
      }
      if (!moved) {
        if (host.nextDeadlineNanos() > nowNanos) {
          return;
        }
        host.onDeadlines(nowNanos);
      }
    }
    throw new Failure("the host does not come to rest at " + nowNanos + " ns");
  }

  /// Lets time pass.
  void advanceTo(long targetNanos) {
    while (step(targetNanos)) {
      // the host acted on a deadline on the way
    }
  }

  /// Goes to the host's next deadline, or to the target if that comes first.
  ///
  /// @return whether there was a deadline, so that the target may not be reached yet
  boolean step(long targetNanos) {
    long due = Math.min(host.nextDeadlineNanos(), waitDeadline.getAsLong());
    if (due > targetNanos) {
      nowNanos = Math.max(nowNanos, targetNanos);
      return false;
    }
    nowNanos = Math.max(nowNanos, due);
    host.onDeadlines(nowNanos);
    settle();
    return true;
  }
}
