package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.wire.Segment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two established engines exchange text and ACKs without allocating a single octet.
@NullUnmarked // the accepting end comes into being on the way
class RedZoneTest {
  private final Segment segment = new Segment();
  private final ByteBuffer source = ByteBuffer.allocateDirect(20_000);
  private final ByteBuffer target = ByteBuffer.allocateDirect(40_000);
  private long now;
  private int loseEach; // of this many segments with text one is lost; 0: none
  private int textSegments;

  /// Carries all that `from` has to say to `to`, without a copy: the text is taken out
  /// before `from` is asked again.
  private int carry(Connection from, Connection to) {
    int count = 0;
    while (from.pollTransmit(segment, now)) {
      boolean text = segment.payloadLength > 0;
      textSegments += text ? 1 : 0;
      if (loseEach == 0 || !text || textSegments % loseEach != 0) {
        to.onSegment(segment, now);
      }
      count++;
    }
    return count;
  }

  private int exchange(Connection one, Connection two, int octets) {
    int segments = 0;
    source.clear().limit(octets);
    one.write(source);
    one.onApplicationProgress(now);
    for (int i = 0; i < 4; i++) {
      segments += carry(one, two);
      target.clear();
      two.read(target);
      two.onApplicationProgress(now);
      segments += carry(two, one);
    }
    now += 50_000_000;
    one.onDeadline(now);
    two.onDeadline(now);
    segments += carry(two, one);
    while (one.pollEvent() != null || two.pollEvent() != null) {
      segments += 0;
    }
    return segments;
  }

  @ParameterizedTest(name = "{0} octets, timestamps, scaling and SACK {1}, one lost of {2}")
  @CsvSource({"100, false, 0", "100, true, 0", "14600, false, 0", "16000, true, 0", "16000, true, 7"
  })
  void anExchangeInSteadyStateAllocatesNothing(int octets, boolean options, int lossOf) {
    Script a = new Script();
    a.settings.timestamps = options;
    a.settings.windowScaling = options;
    a.settings.selectiveAcks = options;
    a.options.sendBufferBytes = 64 * 1024; // what both keep fits into the pool of chunks
    Script b = new Script();
    b.settings.timestamps = options;
    b.settings.windowScaling = options;
    b.settings.selectiveAcks = options;
    b.options.sendBufferBytes = 64 * 1024;
    b.tuple = new dev.sluice.wire.FourTuple(
        a.tuple.remote(), a.tuple.remotePort(), a.tuple.local(), a.tuple.localPort());
    b.listen(4);
    now = a.now;
    Connection one = Connection.open(a.environment(), a.tuple, a.options, a.path, now);
    assertThat(one.pollTransmit(segment, now)).isTrue();
    b.listener.onSegment(segment, now);
    assertThat(b.listener.pollTransmit(segment, now)).isTrue();
    one.onSegment(segment, now);
    assertThat(one.pollTransmit(segment, now)).isTrue();
    Connection two = b.listener.onSegment(segment, now);
    assertThat(two).isNotNull();
    two.onSegment(segment, now);

    loseEach = lossOf;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long segments = 0;
    long allocated = -1;
    for (int round = 0; round < 20 && allocated != 0; round++) {
      for (int i = 0; i < 500; i++) {
        exchange(one, two, octets);
        exchange(two, one, octets);
      }
      segments = 0;
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        segments += exchange(one, two, octets);
        segments += exchange(two, one, octets);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(segments).isGreaterThanOrEqualTo(400);
    assertThat(allocated).isZero();
    if (lossOf == 0) {
      assertThat(one.info(now).bytesAcked()).isEqualTo(two.info(now).bytesReceived());
    }
  }
}
