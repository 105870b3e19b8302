package dev.sluice.stack;

import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A link whose far end is a test.
final class QueueLink implements Link {
  final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
  final AtomicInteger looks = new AtomicInteger();
  final AtomicInteger wakeups = new AtomicInteger();
  final Semaphore refusals = new Semaphore(0);
  final Semaphore awaits = new Semaphore(0);
  volatile boolean full;
  volatile boolean gone;
  private final ConcurrentLinkedQueue<byte[]> arriving = new ConcurrentLinkedQueue<>();
  private final Semaphore signals = new Semaphore(0);

  /// A packet for the host.
  void arrive(byte[] packet) {
    arriving.add(packet);
    signals.release();
  }

  @Override
  public LinkCapabilities capabilities() {
    return LinkCapabilities.plain(1_500);
  }

  @Override
  public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
    looks.incrementAndGet();
    if (gone) {
      throw new IOException("the link is gone");
    }
    byte[] packet = arriving.poll();
    if (packet == null) {
      return false;
    }
    target.copyFrom(packet);
    return true;
  }

  @Override
  public boolean send(PacketBuffer packet, long nowNanos) {
    if (full) {
      refusals.release();
      return false;
    }
    sent.add(packet.toArray());
    return true;
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    awaits.release();
    try {
      if (signals.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
        signals.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void wakeup() {
    wakeups.incrementAndGet();
    signals.release();
  }

  @Override
  public void close() {}
}
