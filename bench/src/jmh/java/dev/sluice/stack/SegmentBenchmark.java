package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Payload;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What does a segment cost from link to application and back, without the link? Each
/// operation includes what the far end of it takes: making the segment that comes in, or
/// acknowledging the one that goes out.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SegmentBenchmark {
  private static final String HOST = "198.18.0.2";
  private static final String PEER = "198.18.0.1";

  /// Octets of text.
  @Param({"1", "1448", "64000"})
  public int octets;

  private final PacketBuffer in = PacketBuffer.ofMaximumSize();
  private final PacketBuffer out = PacketBuffer.ofMaximumSize();
  private final Segment segment = new Segment();
  /// The text is what lies there: making it is not what is measured.
  private final Payload unchanged = (position, target, targetOffset, length) ->
      target.set(ValueLayout.JAVA_BYTE, targetOffset, (byte) position);

  private final ByteBuffer text = ByteBuffer.allocateDirect(65_536);
  private Host host = new Host(new HostConfig());
  private Connection connection;
  private long nowNanos = 1_000_000_000L;

  /// A connection, established.
  @Setup(Level.Trial)
  public void connect() throws IOException {
    HostConfig config = new HostConfig();
    config.addresses.add(InterfaceAddress.parse(HOST + "/24"));
    config.link =
        new dev.sluice.link.LinkCapabilities(1_500, 65_535, PacketBuffer.MAX_PACKET, true);
    config.random = new Random(1);
    host = new Host(config);
    Binding binding = host.bind(IpAddress.ANY_V6, 7, false);
    host.listen(
        binding, new ConnectionOptions(), new ListenerLimits(10, 10), (listener, accepted) -> {
          connection = accepted;
          listener.onAccepted();
          return (source, event) -> {};
        });
    segment.clear();
    segment.address(new FourTuple(IpAddress.parse(PEER), 43_210, IpAddress.parse(HOST), 7));
    segment.seq = 1_000;
    segment.window = 65_535;
    segment.ttl = 64;
    segment.flags = Flags.SYN;
    segment.mss = 1_460;
    segment.windowScale = 10;
    arrive();
    flush();
    segment.mss = Segment.ABSENT;
    segment.windowScale = Segment.ABSENT;
    segment.seq++;
    segment.flags = Flags.ACK;
    arrive();
    flush();
  }

  private void arrive() {
    TcpCodec.encode(segment, OptionLayout.LINUX, true, in);
    in.checksum(PacketBuffer.Checksum.VERIFIED);
    host.onDeadlines(nowNanos);
    host.onPacket(in, nowNanos);
    nowNanos += 10_000;
  }

  /// Takes what the host sends and notes what to acknowledge.
  private int flush() {
    int packets = 0;
    while (host.pollPacket(out, nowNanos)) {
      int flags = out.u8(33);
      int length = out.length() - 20 - 4 * (out.u8(32) >>> 4);
      segment.ack = out.i32(24) + length + ((flags & (Flags.SYN | Flags.FIN)) != 0 ? 1 : 0);
      packets++;
    }
    return packets;
  }

  /// A segment comes in, its text is read.
  @Benchmark
  public int segmentIn() {
    segment.payload = unchanged;
    segment.payloadLength = octets;
    arrive();
    segment.seq += octets;
    int read = connection.read(text.clear());
    connection.onApplicationProgress(nowNanos);
    host.attend(connection);
    return read + flush();
  }

  /// Text is written, a segment goes out, and its ACK comes in.
  @Benchmark
  public int segmentOut() {
    connection.write(text.clear().limit(octets));
    connection.onApplicationProgress(nowNanos);
    host.attend(connection);
    int packets = flush();
    segment.payloadLength = 0;
    arrive();
    return packets + flush();
  }
}
