package dev.sluice.fuzz;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;
import dev.sluice.wire.TcpCodec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at one connection from outside, through what it sends and tells, and knows the
/// laws that hold whatever its peer does.
final class Watch {
  /// Segments of one event: the send buffer in the smallest segments there are, twice.
  private static final int MAX_SEGMENTS = 5_000;
  private static final int MAX_EVENTS = 200;
  private static final int MAX_ROUNDS = 8;

  /// RFC 9293 figure 5; to CLOSED there is a way from everywhere.
  private static final Map<State, Set<State>> ARROWS = Map.of(
      State.CLOSED, EnumSet.of(State.SYN_SENT),
      State.SYN_SENT, EnumSet.of(State.SYN_RECEIVED, State.ESTABLISHED),
      State.SYN_RECEIVED, EnumSet.of(State.ESTABLISHED, State.FIN_WAIT_1, State.CLOSE_WAIT),
      State.ESTABLISHED, EnumSet.of(State.FIN_WAIT_1, State.CLOSE_WAIT),
      State.FIN_WAIT_1, EnumSet.of(State.FIN_WAIT_2, State.CLOSING, State.TIME_WAIT),
      State.FIN_WAIT_2, EnumSet.of(State.TIME_WAIT),
      State.CLOSE_WAIT, EnumSet.of(State.LAST_ACK),
      State.CLOSING, EnumSet.of(State.TIME_WAIT),
      State.LAST_ACK, EnumSet.noneOf(State.class),
      State.TIME_WAIT, EnumSet.noneOf(State.class));

  private final Path path;
  private final Sight sight;
  private final Connection connection;
  private final Segment out = new Segment();
  private final byte[] text = new byte[65_536];
  private State state;
  private int written;
  private int read;
  private long bytesAcked;
  private long bytesReceived;
  private boolean finSeen;
  private int finSeq;
  private @Nullable Event end;

  /// @param state the one it was born in
  Watch(Connection connection, State state, Path path, Sight sight) {
    this.connection = connection;
    this.state = state;
    this.path = path;
    this.sight = sight;
  }

  Connection connection() {
    return connection;
  }

  boolean isOver() {
    return end != null;
  }

  // ---- the user

  void write(int octets, long now) {
    int taken = connection.write(Pattern.text(written, octets));
    Law.holds(taken >= 0 && taken <= octets, "octets taken: " + taken);
    written += taken;
    connection.onApplicationProgress(now);
  }

  /// Reads and compares with what the peer sent.
  void read(int octets, long now) {
    int readable = connection.readableBytes();
    int count = connection.read(ByteBuffer.wrap(text, 0, octets));
    Law.atMost(count, octets, "octets read");
    Law.same(Math.max(0, count), Math.min(readable, octets), "octets read");
    if (count > 0) {
      Pattern.verify(text, count, sight.irs + 1 + read, "text received");
      read += count;
    }
    connection.onApplicationProgress(now);
  }

  // ---- after each event

  /// Takes all that is to be sent and told, and compares it with the laws.
  void settle(long now) {
    for (int round = 0; ; round++) {
      takeSegments(now);
      takeEvents();
      if (isOver() || connection.nextDeadlineNanos() > now) {
        break;
      }
      Law.atMost(round, MAX_ROUNDS, "deadlines that are due, again and again");
      connection.onDeadline(now);
    }
    Law.holds(connection.state() == state, "a state that nobody was told of");
    if (isOver()) {
      Law.same(connection.nextDeadlineNanos(), Endpoint.NEVER, "deadline of what is over");
      Law.holds(!connection.pollTransmit(out, now), "what is over sends");
    }
    checkInfo(connection.info(now));
  }

  private void takeSegments(long now) {
    int count = 0;
    while (connection.pollTransmit(out, now)) {
      Law.atMost(++count, MAX_SEGMENTS, "segments of one event");
      checkSegment();
      sight.onSent(out);
    }
  }

  private void takeEvents() {
    int count = 0;
    for (Event event = connection.pollEvent(); event != null; event = connection.pollEvent()) {
      Law.atMost(++count, MAX_EVENTS, "things told at once");
      Law.holds(end == null, "told after the end: " + event);
      switch (event) {
        case Event.Transition transition -> onTransition(transition);
        case Event.Closed closed -> end = closed;
        default -> {}
      }
    }
  }

  private void onTransition(Event.Transition transition) {
    Law.holds(transition.from() == state, "from another state than it was in: " + transition);
    Law.holds(
        transition.to() == State.CLOSED
            || ARROWS.getOrDefault(state, Set.of()).contains(transition.to()),
        "no such arrow: " + transition);
    state = transition.to();
  }

  private void checkSegment() {
    int headers = TcpCodec.headerLength(out);
    Law.atMost(headers + out.payloadLength, path.maxSendBytes(), "octets given to the link");
    int onWire = out.segmentSize == 0 ? out.payloadLength : out.segmentSize;
    Law.atMost(headers + onWire, path.mtu(), "octets of a packet");
    Law.holds(out.window >>> 16 == 0, "the window field is " + out.window);
    if (out.has(Flags.RST)) {
      Law.same(out.payloadLength, 0, "octets of text in a RST");
      return;
    }
    if (out.has(Flags.SYN)) {
      Law.holds(!sight.sentAny || out.seq == sight.iss, "a SYN with another number");
    } else {
      checkPlace();
    }
    if (out.has(Flags.ACK)) {
      sight.checkAcknowledgment(out);
    }
  }

  /// Where the segment lies in the sequence space, and whether its text is what was
  /// written.
  private void checkPlace() {
    int una = sight.iss + 1 + (int) connection.info(0).bytesAcked();
    Law.holds(Seq.geq(out.seq, una - 1), "sent what was acknowledged: " + (out.seq - una));
    Law.holds(Seq.leq(out.seq, sight.sndMax), "a gap in what is sent");
    int position = out.seq - sight.iss - 1;
    int last = out.seq + out.payloadLength;
    if (out.payloadLength > 0) {
      Law.atMost((long) position + out.payloadLength, written, "the end of what is sent");
      out.payload.copyTo(out.payloadPosition, MemorySegment.ofArray(text), 0, out.payloadLength);
      Pattern.verify(text, out.payloadLength, position, "text sent");
      Law.holds(Seq.leq(last, sight.peerEdge + 1), "beyond the window: " + (last - sight.peerEdge));
    }
    if (out.has(Flags.FIN)) {
      Law.holds(!finSeen || finSeq == last, "a FIN with another number");
      Law.same(last - sight.iss - 1, written, "the place of the FIN");
      finSeen = true;
      finSeq = last;
    }
    Law.holds(!finSeen || Seq.leq(out.endSeq(), finSeq + 1), "something behind the FIN");
  }

  private void checkInfo(ConnectionInfo info) {
    Law.holds(info.state() == state, "netstat shows another state");
    Law.holds(info.receiveQueue() >= 0 && info.sendQueue() >= 0, "a queue is negative");
    Law.atMost(info.receiveQueue(), connection.options().receiveBufferBytes, "octets to be read");
    Law.atMost(info.sendQueue(), connection.options().sendBufferBytes, "octets to be sent");
    Law.holds(info.sendWindow() >= 0 && info.sendWindow() <= 65_535L << 14, "SND.WND");
    Law.holds(info.receiveWindow() >= 0 && info.receiveWindow() <= 1 << 30, "RCV.WND");
    Law.holds(info.cwnd() > 0 && info.cwnd() <= 1L << 40, "cwnd is " + info.cwnd());
    Law.holds(info.ssthresh() > 0, "ssthresh is " + info.ssthresh());
    Law.holds(info.srttNanos() >= 0 && info.rttvarNanos() >= 0, "a negative round trip");
    Law.holds(info.rtoNanos() > 0 && info.rtoNanos() <= 120_000_000_000L, "RTO");
    Law.holds(info.effectiveMss() > 0, "MSS");
    Law.atMost(info.bytesAcked(), info.bytesSent(), "octets acknowledged");
    Law.atMost(info.bytesSent(), written, "octets sent");
    Law.holds(info.bytesAcked() >= bytesAcked, "SND.UNA went back");
    Law.holds(info.bytesReceived() >= bytesReceived, "RCV.NXT went back");
    Law.holds(connection.urgentBytesLeft() >= 0, "urgent octets");
    bytesAcked = info.bytesAcked();
    bytesReceived = info.bytesReceived();
  }
}
