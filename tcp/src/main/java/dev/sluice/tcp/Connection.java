package dev.sluice.tcp;

import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.handshake.FastOpenClient;
import dev.sluice.tcp.listen.FastOpenQueue;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.EcnInfo;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Landing;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.WriteHint;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One TCP connection. Builds the rooms, forwards the verbs, owns no rule.
///
/// All verbs run on the loop thread, except [#read], [#write], [#readableBytes] and
/// [#writableBytes]: those may run on one reading and one writing thread of the
/// application, which then tell the loop to call [#onApplicationProgress].
///
/// The order of calls: any of `onSegment`, `onDeadline`, `onIcmpError` and the user's
/// calls, as many as there are; then, if the user is to answer with the very next
/// segment, `pollEarlyEvent` until null; then `pollTransmit` until false; then
/// `pollEvent` until null; then `nextDeadlineNanos`. After [Event.Closed] the stack
/// forgets the connection; what was received can still be read.
public final class Connection implements Endpoint {
  private static final byte[] NOTHING = {};

  private final Ground ground;
  /// Null while the connection sleeps.
  private @Nullable Awake awake;
  /// What the rooms are made from again when it wakes.
  private byte[] left = NOTHING;
  /// When its next timer is due, while it sleeps.
  private long asleepUntilNanos;

  private @Nullable FastOpenQueue fastOpenQueue;

  private Connection(Rooms rooms) {
    ground = rooms.ground;
    awake = new Awake(rooms);
  }

  /// OPEN, active (RFC 9293 §3.10.1). The SYN comes out of the next [#pollTransmit],
  /// unless [#awaitsFirstWrite].
  public static Connection open(
      Environment environment,
      FourTuple tuple,
      ConnectionOptions options,
      Path path,
      long nowNanos) {
    int iss = environment.initialSequence().iss(tuple, nowNanos);
    Ground ground = new Ground(environment, tuple, options, path);
    ground.optionsLent = true;
    Rooms rooms = new Rooms(ground, State.CLOSED, iss);
    rooms.lifecycle.moveTo(State.SYN_SENT, "active OPEN, snd SYN");
    environment.counters().increment(TcpCounter.ACTIVE_OPENS);
    if (options.fastOpen && environment.settings().fastOpenClient) {
      rooms.enableFastOpen(nowNanos);
    }
    return new Connection(rooms);
  }

  /// A half-open peer acknowledged our SYN-ACK: the connection that both ends now have.
  static Connection accept(Rooms rooms) {
    return new Connection(rooms);
  }

  /// A peer showed a cookie with its SYN (RFC 7413): the user has the connection before
  /// the handshake is over.
  ///
  /// @param queue where the connection counts until then
  static Connection acceptEarly(Rooms rooms, FastOpenQueue queue) {
    Connection connection = new Connection(rooms);
    connection.fastOpenQueue = queue;
    return connection;
  }

  /// SEGMENT ARRIVES (RFC 9293 §3.10.7). The segment's checksum is right and its
  /// sockets are ours.
  public void onSegment(Segment in, long nowNanos) {
    Awake present = awake();
    ground.environment.counters().increment(TcpCounter.SEGMENTS_IN);
    present.rooms.traffic.onReceived(in, nowNanos);
    present.segmentArrives.onSegment(in, nowNanos);
  }

  /// Offers memory for the text of the segment that is likely to come next, so that it
  /// need not be copied ([Landing]).
  ///
  /// @param target an empty packet with a head as long as the headers will be
  public void offerMemory(PacketBuffer target, Landing landing) {
    Awake present = awake;
    if (present != null
        && present.rooms.state() == State.ESTABLISHED
        && !present.rooms.reassembly.hasGap()) {
      ground.receiveBuffer.offer(target, landing);
    }
  }

  /// An ICMP error quoted a segment of this connection (RFC 9293 §3.9.2.2, RFC 5927).
  public void onIcmpError(IcmpError error, long nowNanos) {
    awake().icmpArrives.onError(error, nowNanos);
  }

  @Override
  public void onDeadline(long nowNanos) {
    awake().timeouts.onDeadline(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return awake == null ? asleepUntilNanos : awake.rooms.deadlines.earliest();
  }

  @Override
  public boolean pollTransmit(Segment out, long nowNanos) {
    if (awake == null && ground.sendBuffer.size() == 0) {
      return false; // who sleeps has nothing to send
    }
    Awake present = awake();
    Rooms rooms = present.rooms;
    if (rooms.reset.poll(out, nowNanos)) {
      rooms.traffic.onSent(out, nowNanos);
      return true;
    }
    State state = rooms.state();
    boolean sent = state != State.CLOSED
        && (rooms.syn.poll(state, out, nowNanos)
            || (state != State.SYN_SENT && pollSynchronized(rooms, out, nowNanos)));
    if (sent) {
      rooms.traffic.onSent(out, nowNanos);
      present.timeouts.onTransmitted();
    } else {
      rooms.sendingClock.note(rooms.output.waitingFor(), nowNanos);
      if (rooms.sendBuffer.takeRoomForWriter()) {
        rooms.lifecycle.tell(Event.Signal.WRITABLE);
      }
    }
    return sent;
  }

  private static boolean pollSynchronized(Rooms rooms, Segment out, long nowNanos) {
    return rooms.output.poll(out, nowNanos) || rooms.keepAlive.poll(out, nowNanos);
  }

  /// The next thing the user should know, or null.
  public @Nullable Event pollEvent() {
    if (awake == null) {
      return null;
    }
    Event event = awake.rooms.lifecycle.poll();
    if (event instanceof Event.Closed) {
      ground.receiveBuffer.forget();
    }
    if (fastOpenQueue != null) {
      leaveFastOpenQueue(awake.rooms, fastOpenQueue);
    }
    return event;
  }

  /// The next thing the user should know before what is to be sent goes out, or null:
  /// what the user then writes or closes goes along. All but [Event.Closed].
  public @Nullable Event pollEarlyEvent() {
    return awake == null ? null : awake.rooms.lifecycle.pollEarly();
  }

  private void leaveFastOpenQueue(Rooms rooms, FastOpenQueue queue) {
    boolean over = rooms.state() == State.CLOSED;
    if (over || rooms.snd.isSynAcked()) {
      queue.leave(over && !rooms.snd.isSynAcked() && rooms.close.wasReset());
      fastOpenQueue = null;
    }
  }

  /// Whether text went with the peer's SYN, or with ours, and was taken (RFC 7413).
  public boolean isFastOpenTaken() {
    return seen().rooms.fastOpenTaken;
  }

  /// Whether our SYN waits for the user's first octets, because the server's cookie lets
  /// them go along (RFC 7413); [#begin] ends that, as well as a write and
  /// [#onApplicationProgress].
  public boolean awaitsFirstWrite() {
    FastOpenClient fastOpen = fastOpen();
    return fastOpen != null
        && fastOpen.isWaiting()
        && awake().rooms.state() == State.SYN_SENT
        && awake().rooms.syn.isFirstDue();
  }

  private @Nullable FastOpenClient fastOpen() {
    return awake == null ? null : awake.rooms.fastOpen;
  }

  /// Octets that the SYN may carry, 0 if it waits for none.
  public int fastOpenRoom() {
    FastOpenClient fastOpen = fastOpen();
    return fastOpen != null && awaitsFirstWrite() ? fastOpen.maxText() : 0;
  }

  /// The SYN waits no more: what was written goes along, be it nothing.
  public void begin() {
    FastOpenClient fastOpen = fastOpen();
    if (fastOpen != null) {
      fastOpen.begin();
    }
  }

  /// Whether the user may have the connection: the handshake is over, or fast open makes
  /// it needless to wait.
  public boolean isOpenEarly() {
    return seen().rooms.snd.isOpenEarly();
  }

  /// The application has read or written: there may be data to send or a window to open.
  public void onApplicationProgress(long nowNanos) {
    awake().userCalls.onProgress(nowNanos);
  }

  /// CLOSE for sending (RFC 9293 §3.10.4): FIN after what is queued; reading goes on.
  /// Again: no effect.
  public void shutdownOutput(long nowNanos) {
    begin();
    awake().userCalls.shutdownOutput();
  }

  /// The user will not read any more: what arrives is dropped and acknowledged, as in
  /// Linux.
  public void shutdownInput(long nowNanos) {
    awake().userCalls.shutdownInput();
  }

  /// CLOSE both ways, MAY-1: FIN after what is queued, or RST if data is unread or
  /// arrives (SHLD-3).
  public void close(long nowNanos) {
    awake().userCalls.close(nowNanos);
  }

  /// ABORT (RFC 9293 §3.10.5): RST, and all is forgotten.
  public void abort(long nowNanos) {
    awake().userCalls.abort();
  }

  /// Memory is scarce: drops the octets out of order, which the peer has to send again
  /// (RFC 2018 §8). Some of what is in order may be given back too.
  public void pruneOutOfOrder() {
    if (awake != null) {
      awake.userCalls.pruneOutOfOrder();
    }
  }

  /// Memory is scarce, or there are too many like this one: RST, and all is forgotten.
  public void evict() {
    awake().userCalls.evict();
  }

  /// What the buffers of this connection cost now, octets.
  public long heldBytes() {
    return ground.receiveBuffer.heldBytes() + ground.sendBuffer.heldBytes();
  }

  /// Whether its user has closed it and it lives on for the peer's sake only: to get
  /// across what was written and the FIN. One in FIN-WAIT-2 holds nothing and has a
  /// timer.
  public boolean isOrphan() {
    return awake != null
        && awake.rooms.lifecycle.isClosedByUser()
        && switch (awake.rooms.state()) {
          case SYN_RECEIVED, FIN_WAIT_1, CLOSING, LAST_ACK -> true;
          case CLOSED, LISTEN, SYN_SENT, ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, TIME_WAIT -> false;
        };
  }

  /// For how long the peer has kept its window closed, or as good as closed, to what we
  /// have to send; 0: it is open, or there is nothing.
  public long windowClosedNanos(long nowNanos) {
    Awake present = awake;
    return present != null && present.rooms.probe.isActive()
        ? nowNanos - present.rooms.probe.sinceNanos()
        : 0;
  }

  /// All that is written up to now is urgent (RFC 9293 §3.8.5). New programs should not
  /// use it.
  public void markUrgent(long nowNanos) {
    awake().rooms.output.markUrgent();
  }

  /// Octets yet to be read before the end of the urgent data, 0 if there is none
  /// (MUST-33); from any thread.
  public long urgentBytesLeft() {
    return Math.max(0, ground.receiveBuffer.urgentEnd() - ground.receiveBuffer.readPosition());
  }

  /// Copies received octets out, from the application's reading thread.
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  public int read(ByteBuffer target) {
    return ground.receiveBuffer.read(target);
  }

  /// Shows received octets where they lie, without a copy, on the reading thread.
  ///
  /// @param reader gets a piece at a time, read-only and valid during the call; what it
  ///     reads is taken
  /// @return octets taken; 0: none; -1: end-of-stream
  public int readInPlace(Consumer<ByteBuffer> reader) {
    return ground.receiveBuffer.readInPlace(reader);
  }

  /// As [#read], but leaves out the last octet before each urgent pointer, as BSD's
  /// sockets do without SO_OOBINLINE; it is lost.
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  public int readWithoutUrgent(ByteBuffer target) {
    return ground.receiveBuffer.readWithoutUrgent(target);
  }

  /// Octets that [#readWithoutUrgent] would give now.
  public int readableWithoutUrgent() {
    return ground.receiveBuffer.readableWithoutUrgent();
  }

  /// What is written next is urgent (RFC 9293 §3.8.5), from the application's writing
  /// thread. New programs should not use it (RFC 6093 §5).
  ///
  /// @param octets how much of it
  public void announceUrgent(int octets) {
    ground.sendBuffer.announceUrgent(octets);
  }

  /// Copies octets in, from the application's writing thread.
  ///
  /// @return octets copied, 0 when the buffer is full
  public int write(ByteBuffer source) {
    return ground.sendBuffer.write(source);
  }

  /// Copies octets in, from the application's writing thread.
  ///
  /// @param hint what follows these octets
  /// @return octets copied, 0 when the buffer is full
  public int write(ByteBuffer source, WriteHint hint) {
    return ground.sendBuffer.write(source, hint);
  }

  /// Octets a read would give now, from the reading thread.
  public int readableBytes() {
    return ground.receiveBuffer.readable();
  }

  /// Octets a write would take now, from the writing thread.
  public int writableBytes() {
    return ground.sendBuffer.space();
  }

  /// Whether there is so much room for a write that it is worth waking a writer.
  public boolean isRoomy() {
    return ground.sendBuffer.isRoomy();
  }

  public State state() {
    return awake == null ? State.ESTABLISHED : awake.rooms.state();
  }

  public FourTuple tuple() {
    return ground.tuple;
  }

  /// What stands in for this connection until 2MSL are over, once it is in TIME-WAIT.
  public @Nullable TimeWait timeWait() {
    return awake == null ? null : awake.rooms.close.timeWait();
  }

  /// The options of this connection; change them on the loop and call
  /// [#onOptionsChanged].
  public ConnectionOptions options() {
    if (!ground.optionsLent) {
      if (awake == null) {
        ground.options = ground.options.copy();
      }
      ground.optionsLent = true;
    }
    return ground.options;
  }

  /// Options were changed: timers and buffers follow them.
  public void onOptionsChanged(long nowNanos) {
    awake().userCalls.onOptionsChanged(nowNanos);
    awake().timeouts.onTransmitted();
  }

  /// All there is to know at this moment.
  public ConnectionInfo info(long nowNanos) {
    return new Report(seen().rooms).info(nowNanos);
  }

  /// What is known of congestion marks at this moment.
  public EcnInfo ecnInfo() {
    return seen().rooms.ecn.info();
  }

  // ---- sleep

  /// Whether nothing is under way and nobody waits: then [#sleep] works.
  public boolean isAtRest() {
    return awake == null || (awake.rooms.isAtRest() && fastOpenQueue == null);
  }

  /// Whether the connection keeps no more than what it takes to wake.
  public boolean isAsleep() {
    return awake == null;
  }

  /// Gives up all memory that is not needed until something happens. It changes nothing
  /// else: the next segment, deadline or call wakes the connection as it was.
  ///
  /// @return whether it sleeps now
  public boolean sleep() {
    Awake present = awake;
    if (present == null) {
      return true;
    }
    if (!isAtRest()) {
      return false;
    }
    asleepUntilNanos = present.rooms.deadlines.earliest();
    left = ground.environment.dormitory().putAway(ground, present, left);
    awake = null;
    return true;
  }

  private Awake awake() {
    Awake present = awake;
    if (present == null) {
      present = ground.environment.dormitory().makeAgain(ground, left);
      awake = present;
    }
    return present;
  }

  /// The rooms to look at: who only looks wakes nobody.
  private Awake seen() {
    Awake present = awake;
    return present == null ? ground.environment.dormitory().dreamOf(ground, left) : present;
  }
}
