package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Segment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What went wrong in other stacks, where no test of a rule covers it yet (see
/// `docs/scenarios.md`).
class OtherStacksTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Script s = new Script();

  @Test
  @Tag("SCENARIO-7")
  void aScaledWindowOfAGigabyteIsCountedWithoutOverflow() {
    s.settings.windowScaling = true;
    s.options.sendBufferBytes = 8 << 20;
    s.establishedWith("mss 1460 wscale 14").receive(". 1:0 ack 1 win 65535").write(8 << 20);
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(65_535L << 14);
    int acked = 1;
    while (acked < 1 + (8 << 20)) {
      int most = 0;
      for (String segment : s.takeSent()) {
        String range = segment.split(" ", -1)[1];
        int colon = range.indexOf(':');
        most = Math.max(
            most,
            Integer.parseInt(range.substring(0, colon))
                + Integer.parseInt(range.substring(colon + 1)));
      }
      assertThat(most).as("stalled at %d", acked).isGreaterThan(acked);
      acked = most;
      s.receive(". 1:0 ack " + acked + " win 65535");
    }
    s.quiet().in(State.ESTABLISHED);
  }

  /// The ACK came after a round trip of 100 ms, and was looked at 50 ms later. By its
  /// arrival the first segment is overdue; by the time it is looked at it would not be.
  @Test
  @Tag("SCENARIO-26")
  void lossIsJudgedByTheArrivalAtTheLink() {
    s.settings.selectiveAcks = true;
    s.activeOpen()
        .after(100)
        .receive("S. 0:0 ack 1 win 65535 mss 1460 sackOK 1")
        .drain();
    s.write(4 * 1_460).drain();
    long arrival = s.now + 100 * Script.MS;
    s.after(150);
    Segment late = s.parse(". 1:0 ack 1 sack 1461:2921");
    late.arrivalNanos = arrival;
    s.connection.onSegment(late, s.now);
    s.settle().expectStart(". 1:1460");
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 65_535})
  @Tag("SCENARIO-28")
  void dataOutOfOrderMayFillTheWholeWindow(int buffer) {
    s.options.receiveBufferBytes = buffer;
    s.activeOpen().receive("S. 0:0 ack 1 win 65535 mss 1460").drain();
    int last = buffer - buffer % 1_000;
    for (int at = 1_000; at < last; at += 1_000) {
      s.receive(". " + (at + 1) + ":1000 ack 1");
    }
    s.receive(". 1:1000 ack 1");
    assertThat(s.read(buffer)).as("nothing has to come a second time").isEqualTo(last);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("SCENARIO-36")
  void afterItsEndAConnectionWithKeepAliveIsSilentForEver(boolean reset) {
    s.options.keepAlive = true;
    s.options.keepIdleNanos = 1_000 * Script.MS;
    s.established();
    if (reset) {
      s.receive("R 1:0");
    } else {
      s.close().receive(". 1:0 ack 2").receive("F. 1:0 ack 2").after(600_000);
    }
    s.drain().after(24 * 3_600_000L).quiet();
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
  }

  /// What was allocated on the way is more than what stays, so this is an upper bound.
  @Test
  @Tag("SCENARIO-35")
  void anIdleConnectionCostsAFewKibibytesAndNoBuffers() {
    new Script().established(); // loads the classes
    int connections = 1_000;
    List<Connection> kept = new ArrayList<>();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < connections; i++) {
      kept.add(Connection.open(s.environment(), s.tuple, s.options, s.path, s.now));
    }
    long each = (THREADS.getCurrentThreadAllocatedBytes() - before) / kept.size();
    assertThat(each).isBetween(200L, BUDGET_BYTES);
  }

  /// A million idle connections are to fit into some gigabytes.
  private static final long BUDGET_BYTES = 6_000;
}
