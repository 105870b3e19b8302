package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// A connection that moves ten gigabytes, in segments as long as a link that cuts them
/// takes, allocates nothing for them; and its numbers wrap twice on the way. That takes
/// ten seconds, so where nobody says that this is CI it is one gigabyte.
@NullUnmarked // the accepting end comes into being on the way
class TenGigabytesTest {
  private static final long GIGABYTE = 1_000_000_000L;
  private static final int BURST = 128 * 1_024;
  private static final long MS = 1_000_000L;

  private final Segment segment = new Segment();
  private final ByteBuffer source = ByteBuffer.allocateDirect(BURST);
  private final ByteBuffer target = ByteBuffer.allocateDirect(BURST);
  private long now;
  private long written;
  private long segments;

  private static Script script(Script other) {
    Script script = new Script();
    script.settings.timestamps = true;
    script.settings.windowScaling = true;
    script.settings.selectiveAcks = true;
    script.options.sendBufferBytes = 2 * BURST;
    script.options.receiveBufferBytes = 2 * BURST;
    script.path = new Path(1_500, 65_535);
    if (other != null) {
      script.tuple = new FourTuple(
          other.tuple.remote(),
          other.tuple.remotePort(),
          other.tuple.local(),
          other.tuple.localPort());
    }
    return script;
  }

  private void carry(Connection from, Connection to) {
    while (from.pollTransmit(segment, now)) {
      to.onSegment(segment, now);
      segments += segment.payloadLength > 0 ? 1 : 0;
    }
  }

  /// Moves that many octets; each one tells its place, by the first eight of every burst.
  private void move(Connection from, Connection to, long octets) {
    for (long end = written + octets; written < end; ) {
      source.clear().putLong(0, written);
      int took = from.write(source);
      from.onApplicationProgress(now);
      carry(from, to);
      int got = to.read(target.clear());
      assert got <= 0 || target.getLong(0) == written : "other octets than were written";
      to.onApplicationProgress(now);
      carry(to, from);
      carry(from, to);
      while (got >= 0 && got < took) {
        int more = to.read(target);
        to.onApplicationProgress(now);
        got += more;
        carry(to, from);
        now += MS;
        to.onDeadline(now);
        from.onDeadline(now);
        carry(to, from);
        carry(from, to);
      }
      written += took;
      now += MS;
      while (from.pollEvent() != null || to.pollEvent() != null) {
        // what happened is told, and nobody is interested
      }
    }
  }

  @Test
  void tenGigabytesInOneConnectionAllocateNothing() {
    Script a = script(null);
    Script b = script(a);
    b.listen(4);
    now = a.now;
    Connection one = Connection.open(a.environment(), a.tuple, a.options, a.path, now);
    assertThat(one.pollTransmit(segment, now)).isTrue();
    b.listener.onSegment(segment, now);
    assertThat(b.listener.pollTransmit(segment, now)).isTrue();
    one.onSegment(segment, now);
    assertThat(one.pollTransmit(segment, now)).isTrue();
    Connection two = b.listener.onSegment(segment, now);
    two.onSegment(segment, now);
    assertThat(one.state()).isEqualTo(State.ESTABLISHED);

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    move(one, two, GIGABYTE);
    segments = 0;
    long before = threads.getCurrentThreadAllocatedBytes();
    long gigabytes = System.getenv("CI") == null ? 1 : 10;
    move(one, two, gigabytes * GIGABYTE);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(segments).isBetween(15_000 * gigabytes, 100_000 * gigabytes);
    assertThat(allocated / segments)
        .as("octets per segment, %d in all", allocated)
        .isZero();
    assertThat(allocated).as("not one thousand segments allocated").isLessThan(32 * 1_000);
    assertThat(two.info(now).bytesReceived()).isEqualTo(written);
    assertThat(one.info(now).bytesRetransmitted()).isZero();
  }
}
