package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.ChunkPool;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.WriteHint;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Payload;
import dev.sluice.wire.Segment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/// One engine in virtual time, against a peer that a test plays by hand.
///
/// Segments are written as text, `FLAGS seq:len ack win`, with numbers relative to both
/// initial sequence numbers: `S 0:0`, `. 1:0 ack 1 win 1000`, `P. 1:5 ack 1`. Expected
/// ones are compared as text as well, so that a failure shows both lines. Nothing may
/// go out that was not expected: [#expect] takes one segment, [#quiet] says there is
/// none.
@NullUnmarked // a script has a connection or a listener, as its test chose
final class Script {
  static final long MS = 1_000_000L;
  static final int PEER_ISS = 0x7fff_fff0; // wraps soon, as any number may

  final TcpSettings settings = new TcpSettings();
  final ConnectionOptions options = new ConnectionOptions();
  final CounterSet<TcpCounter> counters = new CounterSet<>(TcpCounter.class);
  final List<Event> events = new ArrayList<>();
  final List<String> transitions = new ArrayList<>();
  Path path = new Path(1_500, 1_500);
  FourTuple tuple =
      new FourTuple(IpAddress.parse("198.18.0.2"), 7, IpAddress.parse("198.18.0.1"), 40_000);
  Connection connection;
  Listener listener;
  long now = 1_000 * MS;
  int iss;
  int peerIss = PEER_ISS;
  /// The peer puts the option on all it sends, with this TSval, and echoes our last.
  boolean peerTimestamps;

  int peerTsVal = 1_000;
  /// Some fields of the last segment sent that its text does not tell.
  final Segment last = new Segment();

  private Environment environment;
  private final ArrayDeque<String> sent = new ArrayDeque<>();
  /// All that was ever sent, looked at or not.
  final List<String> everything = new ArrayList<>();

  Script() {
    settings.timestamps = false;
    settings.windowScaling = false;
    settings.selectiveAcks = false;
    options.receiveBufferBytes = 65_535;
    options.receiveAutoTuning = false;
    options.sendAutoTuning = false;
    settings.maxReceiveBufferBytes = 0;
  }

  Environment environment() {
    if (environment == null) {
      environment = new Environment(
          settings.validated(), new InitialSequence(1, 2), new ChunkPool(16), counters);
    }
    return environment;
  }

  /// Another connection of the stack of another script.
  void shareWith(Script other) {
    environment = other.environment();
    now = other.now;
  }

  Script ipv6() {
    tuple = new FourTuple(IpAddress.parse("fd5a::2"), 7, IpAddress.parse("fd5a::1"), 40_000);
    return this;
  }

  // ---- opening

  Script activeOpen() {
    connection = Connection.open(environment(), tuple, options, path, now);
    iss = environment().initialSequence().iss(tuple, now);
    settle();
    return this;
  }

  Script listen(int backlog) {
    listener = new Listener(
        environment(), options, new dev.sluice.tcp.listen.ListenerLimits(backlog, 4), path);
    listener.observeTransitions(true);
    return this;
  }

  /// An active open whose handshake is over and whose events were taken.
  Script established() {
    activeOpen();
    expect("S 0:0 win 65535 mss " + (tuple.isV4() ? 1460 : 1440));
    receive("S. 0:0 ack 1 win 65535 mss " + (tuple.isV4() ? 1460 : 1440));
    expect(". 1:0 ack 1 win 65535");
    assertThat(state()).isEqualTo(State.ESTABLISHED);
    events.clear();
    return this;
  }

  /// As [#established], with more options on the peer's SYN,ACK.
  Script establishedWith(String synOptions) {
    activeOpen().expectStart("S 0:0");
    receive("S. 0:0 ack 1 win 65535 " + synOptions).expectStart(". 1:0 ack 1");
    assertThat(state()).isEqualTo(State.ESTABLISHED);
    events.clear();
    return this;
  }

  /// Timestamps are agreed on and on all segments of both sides.
  Script establishedWithTimestamps() {
    settings.timestamps = true;
    peerTimestamps = true;
    return establishedWith("mss " + (tuple.isV4() ? 1460 : 1440));
  }

  /// A passive open whose handshake is over.
  Script accepted() {
    listen(8).receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1");
    receive(". 1:0 ack 1").in(State.ESTABLISHED).quiet();
    events.clear();
    return this;
  }

  /// A connection in this state, with all that led there acknowledged, and our FIN, where
  /// there is one to be acknowledged, in flight.
  Script to(State target) {
    switch (target) {
      case SYN_SENT -> activeOpen();
      case SYN_RECEIVED -> activeOpen().receive("S 0:0 win 65535 mss 1460");
      case ESTABLISHED -> establishedInAnyCase();
      case FIN_WAIT_1 -> establishedInAnyCase().shutdown();
      case FIN_WAIT_2 -> to(State.FIN_WAIT_1).receive(". 1:0 ack 2");
      case CLOSE_WAIT -> establishedInAnyCase().receive("F. 1:0 ack 1");
      case CLOSING -> to(State.FIN_WAIT_1).receive("F. 1:0 ack 1");
      case LAST_ACK -> to(State.CLOSE_WAIT).shutdown();
      case TIME_WAIT -> to(State.FIN_WAIT_2).receive("F. 1:0 ack 2");
      case CLOSED, LISTEN -> throw new IllegalArgumentException("no connection in " + target);
    }
    drain();
    events.clear();
    return in(target);
  }

  private Script establishedInAnyCase() {
    return peerTimestamps ? establishedWithTimestamps() : established();
  }

  /// Both initial sequence numbers, ours by the time of the open.
  Script numbers(int ours, int peers) {
    int atZero = environment().initialSequence().iss(tuple, 0);
    now = Integer.toUnsignedLong(ours - atZero) * 4_000;
    peerIss = peers;
    return this;
  }

  State state() {
    return connection.state();
  }

  // ---- the peer

  /// A segment of the peer arrives, and the engine says what it has to say.
  Script receive(String text) {
    Segment in = parse(text);
    deliver(in);
    settle();
    return this;
  }

  /// As [#receive], without looking for answers yet: a batch.
  Script receiveOnly(String text) {
    deliver(parse(text));
    return this;
  }

  private void deliver(Segment in) {
    if (connection == null) {
      Connection born = listener.onSegment(in, now);
      if (born == null) {
        return;
      }
      connection = born;
      if (born.isOpenEarly()) {
        iss = environment().initialSequence().iss(tuple, now);
      }
    }
    connection.onSegment(in, now);
  }

  Segment parse(String text) {
    String[] words = text.split(" ", -1);
    Segment in = new Segment();
    in.clear();
    in.addressReplyTo(outward());
    in.flags = flags(words[0]);
    String[] range = words[1].split(":", -1);
    in.seq = peerIss + (int) Long.parseLong(range[0]);
    payload(in, Integer.parseInt(range[1]));
    in.window = 65_535;
    if (peerTimestamps) {
      in.hasTimestamps = true;
      in.tsVal = peerTsVal;
      in.tsEcr = last.tsVal;
    }
    for (int i = 2; i < words.length; i += 2) {
      if (words[i].equals("sack")) {
        sack(in, words[i + 1]);
        continue;
      }
      if (words[i].equals("fo") || words[i].equals("foexp")) {
        in.fastOpenExperimental = words[i].equals("foexp");
        fastOpen(in, words[i + 1]);
        continue;
      }
      long value = Long.parseLong(words[i + 1]);
      switch (words[i]) {
        case "ack" -> in.ack = iss + (int) value;
        case "win" -> in.window = (int) value;
        case "mss" -> in.mss = (int) value;
        case "wscale" -> in.windowScale = (int) value;
        case "sackOK" -> in.sackPermitted = true;
        case "urg" -> in.urgentPointer = (int) value;
        case "ts" -> {
          in.hasTimestamps = true;
          in.tsVal = (int) value;
        }
        case "ecr" -> in.tsEcr = (int) value;
        case "uto" -> in.userTimeout = (int) value;
        case "nots" -> in.hasTimestamps = value != 0;
        case "ecn" -> in.trafficClass = (int) value;
        case "acc0", "acc1" -> {
          in.accEcnOrder = words[i].equals("acc0") ? 0 : 1;
          in.accEcnFields[in.accEcnCount++] = (int) value;
        }
        case "size" -> in.segmentSize = (int) value;
        default -> throw new IllegalArgumentException(words[i]);
      }
    }
    return in;
  }

  /// `fo ask`, or `fo` and a cookie as hex digits.
  private static void fastOpen(Segment in, String cookie) {
    byte[] octets = cookie.equals("ask") ? new byte[0] : HexFormat.of().parseHex(cookie);
    in.fastOpenLength = octets.length;
    System.arraycopy(octets, 0, in.fastOpenCookie, 0, octets.length);
  }

  private void sack(Segment in, String block) {
    int colon = block.indexOf(':');
    in.sackLeft[in.sackCount] = iss + Integer.parseInt(block.substring(0, colon));
    in.sackRight[in.sackCount] = iss + Integer.parseInt(block.substring(colon + 1));
    in.sackCount++;
  }

  private Segment outward() {
    Segment out = new Segment();
    out.address(tuple);
    return out;
  }

  static int flags(String word) {
    int flags = 0;
    for (int i = 0; i < word.length(); i++) {
      flags |= switch (word.charAt(i)) {
        case 'S' -> Flags.SYN;
        case 'F' -> Flags.FIN;
        case 'R' -> Flags.RST;
        case 'P' -> Flags.PSH;
        case 'U' -> Flags.URG;
        case 'E' -> Flags.ECE;
        case 'W' -> Flags.CWR;
        case 'A' -> Flags.AE;
        case '.' -> Flags.ACK;
        case '-' -> 0;
        default -> throw new IllegalArgumentException("flags " + word);
      };
    }
    return flags;
  }

  /// The octet at each sequence number tells where it belongs.
  static byte octet(int position) {
    return (byte) (position * 31 + (position >> 8));
  }

  private void payload(Segment in, int length) {
    int first = in.seq - peerIss - (in.has(Flags.SYN) ? 0 : 1);
    Payload octets = (position, target, offset, count) -> {
      for (int i = 0; i < count; i++) {
        target.set(ValueLayout.JAVA_BYTE, offset + i, octet(first + (int) position + i));
      }
    };
    in.payload = length == 0 ? Payload.NONE : octets;
    in.payloadLength = length;
  }

  // ---- time

  Script after(long milliseconds) {
    return afterNanos(milliseconds * MS);
  }

  /// Moves the clock, stopping at each deadline on the way.
  Script afterNanos(long nanos) {
    long end = now + nanos;
    for (int i = 0; i < 100_000 && next() <= end; i++) {
      now = Math.max(now, next());
      if (connection != null) {
        connection.onDeadline(now);
      } else {
        listener.onDeadline(now);
      }
      settle();
    }
    now = end;
    return this;
  }

  long next() {
    return connection != null ? connection.nextDeadlineNanos() : listener.nextDeadlineNanos();
  }

  /// Lets the engine send and tell.
  Script settle() {
    Segment out = new Segment();
    while (connection != null
        ? connection.pollTransmit(out, now)
        : listener.pollTransmit(out, now)) {
      if (connection == null && out.has(Flags.SYN)) {
        iss = out.seq;
      }
      sent.add(describe(out));
      everything.add(sent.getLast());
      remember(out);
      assertThat(sent).as("segments sent without end").hasSizeLessThan(10_000);
    }
    if (connection != null) {
      for (Event event = connection.pollEvent(); event != null; event = connection.pollEvent()) {
        if (event instanceof Event.Transition transition) {
          transitions.add(transition.from() + " > " + transition.to());
        } else {
          events.add(event);
        }
      }
      connection.sleep(); // where it may: so every test finds out whether it wakes as it was
    }
    return this;
  }

  private void remember(Segment out) {
    last.tsVal = out.tsVal;
    last.tsEcr = out.tsEcr;
    last.ttl = out.ttl;
    last.trafficClass = out.trafficClass;
    last.segmentSize = out.segmentSize;
    last.payloadLength = out.payloadLength;
    last.window = out.window;
    last.ack = out.ack;
    last.seq = out.seq;
    last.flags = out.flags;
    last.hasTimestamps = out.hasTimestamps;
  }

  private String describe(Segment out) {
    StringBuilder text = new StringBuilder();
    String letters = "SFRPUEWA.";
    int[] bits = {
      Flags.SYN, Flags.FIN, Flags.RST, Flags.PSH, Flags.URG, Flags.ECE, Flags.CWR, Flags.AE,
      Flags.ACK
    };
    for (int i = 0; i < bits.length; i++) {
      text.append(out.has(bits[i]) ? letters.charAt(i) : "");
    }
    text.append(' ').append(out.seq - iss).append(':').append(out.payloadLength);
    if (out.has(Flags.ACK)) {
      text.append(" ack ").append(out.ack - peerIss);
    }
    text.append(" win ").append(out.window);
    text.append(out.mss == Segment.ABSENT ? "" : " mss " + out.mss);
    text.append(out.windowScale == Segment.ABSENT ? "" : " wscale " + out.windowScale);
    text.append(out.sackPermitted ? " sackOK" : "");
    text.append(out.hasTimestamps ? " ts" : "");
    for (int i = 0; i < out.sackCount; i++) {
      text.append(i == 0 ? " sack " : " ").append(out.sackLeft[i] - peerIss);
      text.append(':').append(out.sackRight[i] - peerIss);
    }
    text.append((out.trafficClass & 3) == 0 ? "" : " ecn " + (out.trafficClass & 3));
    if (out.fastOpenLength >= 0) {
      String cookie = HexFormat.of().formatHex(out.fastOpenCookie, 0, out.fastOpenLength);
      text.append(out.fastOpenExperimental ? " foexp " : " fo ");
      text.append(cookie.isEmpty() ? "ask" : cookie);
    }
    text.append(out.userTimeout == Segment.ABSENT ? "" : " uto " + out.userTimeout);
    text.append(out.accEcnOrder == Segment.ABSENT ? "" : " acc" + out.accEcnOrder);
    for (int i = 0; i < out.accEcnCount; i++) {
      text.append(i == 0 ? " " : ":").append(out.accEcnFields[i]);
    }
    text.append(out.has(Flags.URG) ? " urg " + out.urgentPointer : "");
    verifyText(out);
    return text.toString();
  }

  /// What goes out is what the test wrote, at its place.
  private void verifyText(Segment out) {
    if (out.payloadLength > 0) {
      byte[] octets = new byte[out.payloadLength];
      out.payload.copyTo(out.payloadPosition, MemorySegment.ofArray(octets), 0, out.payloadLength);
      for (int i = 0; i < octets.length; i++) {
        if (octets[i] != octet(out.seq - iss - (out.has(Flags.SYN) ? 0 : 1) + i)) {
          throw new AssertionError("wrong octet at " + (out.seq - iss + i) + " of " + out);
        }
      }
    }
  }

  // ---- judging

  Script expect(String text) {
    assertThat(sent.isEmpty() ? "(nothing)" : sent.poll()).isEqualTo(text);
    return this;
  }

  /// One segment went out that begins like this.
  Script expectStart(String text) {
    assertThat(sent.isEmpty() ? "(nothing)" : sent.poll()).startsWith(text);
    return this;
  }

  Script quiet() {
    assertThat(sent).isEmpty();
    return this;
  }

  /// Forgets what was sent and not looked at.
  Script drain() {
    sent.clear();
    return this;
  }

  /// All that was sent and not looked at; it is forgotten.
  List<String> takeSent() {
    List<String> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  /// Octets of text that went out, repeats not counted.
  int sentOctets() {
    return (int) connection.info(now).bytesSent();
  }

  int sentCount() {
    return sent.size();
  }

  Script in(State state) {
    assertThat(state()).isEqualTo(state);
    return this;
  }

  // ---- the user

  private int written;

  Script write(int octets) {
    return write(octets, WriteHint.NONE);
  }

  Script write(int octets, WriteHint hint) {
    put(octets, hint);
    connection.onApplicationProgress(now);
    return settle();
  }

  /// Writes, and does not let the engine know yet.
  int put(int octets, WriteHint hint) {
    ByteBuffer source = ByteBuffer.allocate(octets);
    for (int i = 0; i < octets; i++) {
      source.put(octet(written + i));
    }
    source.flip();
    int took = connection.write(source, hint);
    written += took;
    return took;
  }

  /// Reads and checks what is there.
  int read(int most) {
    ByteBuffer target = ByteBuffer.allocate(Math.min(most, connection.readableBytes() + 1));
    long from = connection.info(now).bytesReceived() - connection.readableBytes();
    int count = connection.read(target);
    for (int i = 0; i < count; i++) {
      if (target.get(i) != octet((int) from + i)) {
        throw new AssertionError("wrong octet read at " + (from + i));
      }
    }
    connection.onApplicationProgress(now);
    settle();
    return count;
  }

  Script close() {
    connection.close(now);
    return settle();
  }

  Script shutdown() {
    connection.shutdownOutput(now);
    return settle();
  }

  Script abort() {
    connection.abort(now);
    return settle();
  }
}
