package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.HOST_V6;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static dev.sluice.stack.TestPackets.PEER_V6;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSyntaxException;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Packets of a known connection, and packets that nobody wants, cost no memory.
class RedZoneTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 30_000;
  private static final int MEASURED = 20_000;

  private final TestHost test = TestHost.usual();
  private final PacketBuffer in = new PacketBuffer(2_000);
  private final PacketBuffer out = new PacketBuffer(2_000);
  private final Segment segment = new Segment();
  private final ByteBuffer sink = ByteBuffer.allocateDirect(4_096);
  private final List<Connection> accepted = new ArrayList<>();
  private long now = 1_000_000_000L;
  private int packetsOut;
  private int lastAck;

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  private void exchange() {
    TcpCodec.encode(segment, OptionLayout.LINUX, false, in);
    test.host.onDeadlines(now);
    test.host.onPacket(in, now);
    while (test.host.pollPacket(out, now)) {
      packetsOut++;
      int tcp = out.u8(0) >>> 4 == 4 ? 20 : 40;
      lastAck = out.i32(tcp + 8);
      segment.ack = out.i32(tcp + 4) + ((out.u8(tcp + 13) & Flags.SYN) != 0 ? 1 : 0);
    }
    now += 1_000_000;
  }

  private void establish(boolean v4) throws IOException {
    Binding binding = test.host.bind(IpAddress.ANY_V6, 7, false);
    test.host.listen(
        binding, new ConnectionOptions(), new ListenerLimits(10, 10), (listener, connection) -> {
          accepted.add(connection);
          listener.onAccepted();
          return (source, event) -> {
            sink.clear();
            while (source.read(sink) > 0) {
              sink.clear();
            }
            source.onApplicationProgress(now);
          };
        });
    segment.clear();
    segment.address(new FourTuple(
        IpAddress.parse(v4 ? PEER_V4 : PEER_V6),
        43_210,
        IpAddress.parse(v4 ? HOST_V4 : HOST_V6),
        7));
    segment.seq = 1_000;
    segment.window = 65_535;
    segment.ttl = 64;
    segment.flags = Flags.SYN;
    segment.mss = 1_400;
    exchange();
    segment.mss = Segment.ABSENT;
    segment.seq++;
    segment.flags = Flags.ACK;
    exchange();
    assertThat(accepted).hasSize(1);
    assertThat(accepted.getFirst().state()).isEqualTo(State.ESTABLISHED);
  }

  private void data(int packets) {
    byte[] text = new byte[1_000];
    segment.payload = (position, target, targetOffset, length) ->
        java.lang.foreign.MemorySegment.copy(
            text, 0, target, java.lang.foreign.ValueLayout.JAVA_BYTE, targetOffset, length);
    segment.payloadLength = text.length;
    segment.flags = Flags.ACK | Flags.PSH;
    for (int i = 0; i < packets; i++) {
      exchange();
      segment.seq += text.length;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dataInAndAcknowledgmentsOutAllocateNothing(boolean v4) throws IOException {
    establish(v4);
    data(WARM_UP);
    int acksBefore = packetsOut;
    long before = allocated();
    data(MEASURED);
    long perRun = allocated() - before;

    assertThat(packetsOut - acksBefore).as("acknowledgments").isGreaterThan(MEASURED / 3);
    assertThat(lastAck).isEqualTo(segment.seq);
    // The 16-octet array of data() is made once in each run; per packet nothing is.
    assertThat(perRun / MEASURED).as("octets per packet, %d in all", perRun).isZero();
    assertThat(perRun).isLessThan(4_096);
  }

  @Test
  void dataOutAndAcknowledgmentsInAllocateNothing() throws IOException {
    establish(true);
    Connection connection = accepted.getFirst();
    ByteBuffer text = ByteBuffer.allocateDirect(1_000);
    send(connection, text, WARM_UP);
    int before = packetsOut;
    long allocatedBefore = allocated();
    send(connection, text, MEASURED);
    long perRun = allocated() - allocatedBefore;

    assertThat(packetsOut - before).isGreaterThanOrEqualTo(MEASURED);
    assertThat(perRun).isLessThan(4_096);
  }

  private void send(Connection connection, ByteBuffer text, int packets) {
    segment.flags = Flags.ACK;
    segment.payloadLength = 0;
    for (int i = 0; i < packets; i++) {
      text.clear();
      connection.write(text);
      connection.onApplicationProgress(now);
      test.host.attend(connection);
      int sentBefore = packetsOut;
      while (test.host.pollPacket(out, now)) {
        packetsOut++;
        segment.ack = out.i32(24) + out.length() - 20 - (out.u8(32) >>> 4) * 4;
      }
      assert packetsOut > sentBefore : "nothing was sent for packet " + i;
      TcpCodec.encode(segment, OptionLayout.LINUX, false, in);
      now += 1_000_000;
      test.host.onDeadlines(now);
      test.host.onPacket(in, now);
    }
  }

  @Test
  void floodsThatNobodyWantsAllocateNothing() {
    byte[][] flood = {
      TestPackets.tcp(PEER_V4, HOST_V4, 9, Flags.SYN),
      TestPackets.tcp(PEER_V6, HOST_V6, 9, Flags.ACK),
      TestPackets.udp(PEER_V4, HOST_V4, 9, 100),
      TestPackets.echoRequest(PEER_V6, HOST_V6, 100),
      TestPackets.tcp(PEER_V4, "198.18.0.9", 9, Flags.SYN),
      TestPackets.with(TestPackets.tcp(PEER_V4, HOST_V4, 9, Flags.SYN), 32, 0x40),
    };
    flood(flood, WARM_UP);
    long before = allocated();
    flood(flood, MEASURED);

    assertThat(allocated() - before).isLessThan(4_096);
    assertThat(packetsOut).isGreaterThan(MEASURED / 3);
  }

  @Test
  void floodsThatTheFirewallJudgesAllocateNothing() throws FirewallSyntaxException {
    test.host.firewall(Firewall.parse("""
        bogons drop except 198.18.0.0/15, fd00::/8
        reject in udp
        drop in icmp from 10.0.0.0/8, 198.18.0.0/30
        allow in tcp from fd00::/8 limit new 100/s per /24
        reject in tcp to port 1-1000 with icmp
        """));
    byte[][] flood = {
      TestPackets.tcp(PEER_V4, HOST_V4, 9, Flags.SYN),
      TestPackets.tcp(PEER_V6, HOST_V6, 9, Flags.SYN),
      TestPackets.udp(PEER_V4, HOST_V4, 9, 100),
      TestPackets.echoRequest(PEER_V4, HOST_V4, 100),
      TestPackets.tcp("192.168.0.9", HOST_V4, 9, Flags.SYN),
    };
    flood(flood, WARM_UP);
    long before = allocated();
    flood(flood, MEASURED);

    assertThat(allocated() - before).isLessThan(4_096);
    assertThat(packetsOut).isGreaterThan(1_000);
    assertThat(test.drops())
        .containsKeys(DropReason.FILTERED, DropReason.FILTERED_BOGON, DropReason.FILTERED_RATE);
  }

  private void flood(byte[][] packets, int count) {
    for (int i = 0; i < count; i++) {
      in.copyFrom(packets[i % packets.length]);
      test.host.onPacket(in, now);
      while (test.host.pollPacket(out, now)) {
        packetsOut++;
      }
      now += 1_000_000;
    }
  }
}
