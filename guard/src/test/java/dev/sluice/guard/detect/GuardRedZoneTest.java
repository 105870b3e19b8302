package dev.sluice.guard.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.stack.Binding;
import dev.sluice.tcp.Listener;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is counted for a packet costs no memory, with all alarms going on.
class GuardRedZoneTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int PACKETS = 200_000;

  private final WatchedHost watched = new WatchedHost(100);
  private final Segment segment = new Segment();
  private final Random random = new Random(5);
  private long now;

  private void packets(int count, Binding binding, Listener listener) {
    for (int i = 0; i < count; i++) {
      now += 50_000;
      segment.sourceLow = IpAddress.lowOfV4(random.nextInt());
      segment.sourcePort = random.nextInt(65_536);
      segment.flags = Flags.SYN;
      watched.guard.onSyn(binding, listener, segment, now);
      segment.destinationPort = 1 + random.nextInt(60_000);
      watched.guard.onRefused(segment, now);
      segment.sourceLow = IpAddress.lowOfV4(0x0102_0304);
      watched.guard.onRefused(segment, now);
      segment.flags = Flags.RST;
      watched.guard.onReset(segment, now);
    }
  }

  @Test
  void countingAllocatesNothing() {
    Listener[] found = new Listener[1];
    Binding binding = new Binding(IpAddress.ANY_V4, 80, false, 1);
    watched.guard.onClocks(0, 0, 0);
    // the host's own listener, as the host tells of it
    watched.host.addObserver(new dev.sluice.stack.HostObserver() {
      @Override
      public void onSyn(Binding where, Listener listener, Segment syn, long nowNanos) {
        found[0] = listener;
      }
    });
    watched.send(
        new FourTuple(IpAddress.ofV4(1 << 24), 1, WatchedHost.ADDRESS, WatchedHost.PORT),
        Flags.SYN,
        1,
        0);
    packets(PACKETS, binding, found[0]);
    assertThat(watched.guard.active()).hasSize(4);

    long before = THREADS.getCurrentThreadAllocatedBytes();
    packets(PACKETS, binding, found[0]);
    long perPacket = (THREADS.getCurrentThreadAllocatedBytes() - before) / PACKETS;

    assertThat(perPacket).isZero();
  }
}
