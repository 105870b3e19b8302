package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AllocationTest {
  private static final int ROUNDS = 200;
  private static final int PER_ROUND = 5_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Once the compiler has done its work, and for as long as one looks.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSegmentThereAndBackAllocatesNothing(boolean v4) {
    Segment sent = Packets.segment(v4);
    sent.hasTimestamps = true;
    sent.sackCount = 1;
    Packets.text(sent, new byte[1448]);
    Segment received = new Segment();
    IpHeader ip = new IpHeader();
    PacketBuffer packet = new PacketBuffer(1600);
    int quietRounds = 0;
    for (int round = 0; round < ROUNDS && quietRounds < 3; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < PER_ROUND; i++) {
        sent.seq = i;
        TcpCodec.encode(sent, OptionLayout.LINUX, (i & 1) == 0, packet);
        boolean taken = ip.parse(packet) == DropReason.NONE
            && TcpCodec.parse(packet, ip, received) == DropReason.NONE
            && received.seq == i;
        if (!taken) {
          throw new AssertionError("segment " + i + " was not taken");
        }
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      quietRounds = allocated == 0 ? quietRounds + 1 : 0;
    }
    assertThat(quietRounds).as("rounds in a row that allocated 0 bytes").isEqualTo(3);
  }
}
