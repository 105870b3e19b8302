package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ChunkPool;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two engines in virtual time over a wire that loses, delays and repeats by seed: all
/// octets arrive once and in order, and both ends close.
@NullUnmarked // the accepting end comes into being on the way
class TwoEnginesTest {
  private static final long MS = 1_000_000;

  private record Arrival(long at, long order, boolean toClient, Segment segment) {}

  /// One end: what it has written and read so far.
  private static final class End {
    private final long total;
    private Connection connection;
    private long written;
    private long read;
    private boolean closed;
    private boolean sawEnd;

    End(long total) {
      this.total = total;
    }

    void work(Random random, long now) {
      if (connection == null) {
        return;
      }
      if (connection.state() != State.CLOSED) {
        write(random, now);
      }
      read(random);
      connection.onApplicationProgress(now);
    }

    private void write(Random random, long now) {
      ByteBuffer chunk =
          ByteBuffer.allocate((int) Math.min(total - written, 1 + random.nextInt(9_000)));
      for (int i = 0; i < chunk.capacity(); i++) {
        chunk.put(i, Script.octet((int) written + i));
      }
      written += connection.write(chunk);
      if (written == total && !closed) {
        closed = true;
        connection.shutdownOutput(now);
      }
    }

    private void read(Random random) {
      ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(20_000));
      int count = connection.read(target);
      for (int i = 0; i < count; i++) {
        if (target.get(i) != Script.octet((int) read + i)) {
          throw new AssertionError("octet " + (read + i));
        }
      }
      sawEnd |= count < 0;
      read += Math.max(0, count);
    }
  }

  private final PriorityQueue<Arrival> wire = new PriorityQueue<>(
      (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
  private Random random;
  private double loss;
  private double repeat;
  private long jitterNanos;
  private long order;
  private long now = 5_000 * MS;
  private End client;
  private End server;
  private Listener listener;

  private static Environment environment(TcpSettings settings, long key) {
    return new Environment(
        settings.validated(),
        new InitialSequence(key, 9),
        new ChunkPool(64),
        new CounterSet<>(TcpCounter.class));
  }

  private void open(boolean v4, boolean options, int mtu, int maxSendBytes, long octets) {
    TcpSettings settings = new TcpSettings();
    settings.timestamps = options;
    settings.windowScaling = options;
    settings.synAckRetries = 10;
    settings.synRetries = 10;
    ConnectionOptions user = new ConnectionOptions();
    user.receiveBufferBytes = options ? 300_000 : 50_000;
    user.noDelay = options;
    IpAddress here = IpAddress.parse(v4 ? "198.18.0.1" : "fd5a::1");
    IpAddress there = IpAddress.parse(v4 ? "198.18.0.2" : "fd5a::2");
    Path path = new Path(mtu, maxSendBytes);
    client = new End(octets);
    server = new End(octets / 2);
    listener = new Listener(environment(settings, 2), user, new ListenerLimits(4, 4), path);
    client.connection = Connection.open(
        environment(settings, random.nextLong()),
        new FourTuple(here, 40_000, there, 7),
        user.copy(),
        path,
        now);
  }

  private void carry(Segment out, boolean toClient) {
    assertThat(out.payloadLength).isLessThanOrEqualTo(65_535);
    for (double copies = 1; copies > 0; copies = random.nextDouble() < repeat ? 1 : 0) {
      if (random.nextDouble() >= loss) {
        long at = now + 10 * MS + (long) (random.nextDouble() * jitterNanos);
        wire.add(new Arrival(at, order++, toClient, copyOf(out)));
      }
    }
  }

  private static Segment copyOf(Segment out) {
    Segment in = new Segment();
    in.addressReplyTo(out);
    Segment back = new Segment();
    back.addressReplyTo(in);
    byte[] octets = new byte[out.payloadLength];
    if (octets.length > 0) {
      out.payload.copyTo(out.payloadPosition, MemorySegment.ofArray(octets), 0, octets.length);
    }
    back.clear();
    back.flags = out.flags;
    back.seq = out.seq;
    back.ack = out.ack;
    back.window = out.window;
    back.urgentPointer = out.urgentPointer;
    back.mss = out.mss;
    back.windowScale = out.windowScale;
    back.hasTimestamps = out.hasTimestamps;
    back.tsVal = out.tsVal;
    back.tsEcr = out.tsEcr;
    back.segmentSize = out.segmentSize;
    back.payloadLength = octets.length;
    back.payload = (position, target, offset, count) ->
        MemorySegment.copy(MemorySegment.ofArray(octets), position, target, offset, count);
    return back;
  }

  private void flush() {
    Segment out = new Segment();
    while (client.connection.pollTransmit(out, now)) {
      carry(out, false);
    }
    if (server.connection != null) {
      while (server.connection.pollTransmit(out, now)) {
        carry(out, true);
      }
    }
    while (listener.pollTransmit(out, now)) {
      carry(out, true);
    }
  }

  private void deliver(Arrival arrival) {
    if (arrival.toClient) {
      standIn(client, arrival.segment);
    } else if (server.connection != null) {
      standIn(server, arrival.segment);
    } else {
      Connection born = listener.onSegment(arrival.segment, now);
      if (born != null) {
        server.connection = born;
        born.onSegment(arrival.segment, now);
      }
    }
  }

  /// A TIME-WAIT takes what comes for its connection.
  private void standIn(End end, Segment in) {
    var timeWait = end.connection.timeWait();
    if (timeWait == null) {
      end.connection.onSegment(in, now);
      return;
    }
    timeWait.onSegment(in, now);
    Segment out = new Segment();
    while (timeWait.pollTransmit(out, now)) {
      carry(out, end == server);
    }
  }

  private static boolean isOver(End end) {
    return end.connection != null
        && (end.connection.state() == State.CLOSED || end.connection.state() == State.TIME_WAIT);
  }

  private void run() {
    flush();
    for (int step = 0; step < 400_000 && !(isOver(client) && isOver(server)); step++) {
      long next = Math.min(client.connection.nextDeadlineNanos(), listener.nextDeadlineNanos());
      if (server.connection != null) {
        next = Math.min(next, server.connection.nextDeadlineNanos());
      }
      next = wire.isEmpty() ? next : Math.min(next, wire.peek().at);
      assertThat(next)
          .as("both wait for ever, %s", client.connection.state())
          .isLessThan(Long.MAX_VALUE);
      now = Math.max(now, next);
      while (!wire.isEmpty() && wire.peek().at <= now) {
        deliver(wire.poll());
      }
      client.connection.onDeadline(now);
      listener.onDeadline(now);
      if (server.connection != null) {
        server.connection.onDeadline(now);
      }
      client.work(random, now);
      server.work(random, now);
      flush();
    }
    for (int i = 0; i < 1_000; i++) {
      client.read(random); // what arrived can still be read
      server.read(random);
    }
  }

  @ParameterizedTest(name = "seed {0}, v4 {1}, options {2}, loss {3}, jitter {4} ms, TSO {5}")
  @CsvSource({
    "1, true, false, 0.0, 0, 1500",
    "2, false, false, 0.0, 0, 1500",
    "3, true, true, 0.02, 0, 1500",
    "4, false, true, 0.02, 5, 1500",
    "5, true, false, 0.1, 20, 1500",
    "6, false, false, 0.1, 20, 1500",
    "7, true, true, 0.1, 20, 1500",
    "8, false, true, 0.25, 50, 1500",
    "9, true, false, 0.25, 50, 1500",
    "10, true, true, 0.05, 5, 65535",
    "11, false, true, 0.1, 20, 65535",
    "12, true, false, 0.1, 0, 65535",
    "13, true, true, 0.0, 100, 1500",
    "14, false, false, 0.0, 100, 65535"
  })
  void allOctetsArriveOnceInOrder(
      long seed, boolean v4, boolean options, double lost, int jitter, int maxSendBytes) {
    random = new Random(seed);
    loss = lost;
    repeat = lost;
    jitterNanos = jitter * MS;
    open(v4, options, 1_500, maxSendBytes, 300_000);
    run();
    assertThat(client.read).isEqualTo(server.total);
    assertThat(server.read).isEqualTo(client.total);
    assertThat(client.sawEnd && server.sawEnd).isTrue();
    assertThat(isOver(client) && isOver(server)).isTrue();
  }

  @Test
  void aReaderThatSleepsStopsTheWriterAndNothingIsLost() {
    random = new Random(99);
    loss = 0.05;
    open(true, true, 1_500, 1_500, 400_000);
    for (int i = 0; i < 300; i++) {
      long next = Math.min(client.connection.nextDeadlineNanos(), listener.nextDeadlineNanos());
      if (server.connection != null) {
        next = Math.min(next, server.connection.nextDeadlineNanos());
      }
      next = wire.isEmpty() ? next : Math.min(next, wire.peek().at);
      now = next == Long.MAX_VALUE ? now + MS : Math.max(now, next);
      while (!wire.isEmpty() && wire.peek().at <= now) {
        deliver(wire.poll());
      }
      client.connection.onDeadline(now);
      listener.onDeadline(now);
      if (server.connection != null) {
        server.connection.onDeadline(now);
        assertThat(server.connection.readableBytes()).isLessThanOrEqualTo(300_000);
      }
      client.work(random, now); // the server's user sleeps
      flush();
    }
    run();
    assertThat(server.read).isEqualTo(client.total);
    assertThat(client.read).isEqualTo(server.total);
  }
}
