package dev.sluice.lab.twoway;

import dev.sluice.lab.ladder.Recorder;
import dev.sluice.lab.ladder.Side;
import dev.sluice.sim.Node;
import dev.sluice.sim.PacketQueue;
import dev.sluice.sim.World;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.PacketBuffer;

/// One end of a protocol that does not exist: TCP without the third segment of the
/// handshake. Whoever gets a SYN is connected at once, and so is whoever gets the answer.
/// Everything else is as plain as can be: text in order is read, text that is not
/// acknowledged goes out again every second, the rest is dropped.
final class ToyEnd implements Node {
  private static final long AGAIN_NANOS = 1_000_000_000L;

  private final World world;
  private final Recorder recorder;
  private final Side side;
  private final FourTuple tuple;
  private final int iss;
  private final PacketQueue out = new PacketQueue();
  private State state;
  private int sndNxt;
  private int sndUna;
  private int rcvNxt;
  private int unsentText;
  private long octetsRead;
  private long deadlineNanos = NEVER;

  /// @param tuple the sockets, seen from here
  /// @param iss the initial sequence number
  /// @param listens whether it waits for a SYN
  ToyEnd(World world, Recorder recorder, Side side, FourTuple tuple, int iss, boolean listens) {
    this.world = world;
    this.recorder = recorder;
    this.side = side;
    this.tuple = tuple;
    this.iss = iss;
    state = listens ? State.LISTEN : State.CLOSED;
    world.attach(this);
    world.network().attach(this, tuple.local());
  }

  /// Octets that its program got to read.
  long octetsRead() {
    return octetsRead;
  }

  /// Sends the one and only SYN.
  void connect() {
    move(State.SYN_SENT, "active OPEN, snd SYN");
    sndNxt = iss + 1;
    sndUna = iss + 1;
    send(PacketBuilder.tcp(tuple).seq(iss).with(Flags.SYN));
  }

  /// What its program says as soon as it is connected.
  void says(int octets) {
    unsentText = octets;
  }

  private void move(State to, String cause) {
    State from = state;
    state = to;
    recorder.change(side, from, to, cause, world.nowNanos());
  }

  private void send(PacketBuilder packet) {
    out.add(packet.window(4_096).build());
  }

  @Override
  public String name() {
    return side.toString();
  }

  @Override
  public void onPacket(PacketBuffer packet, long nowNanos) {
    WirePacket in = WirePacket.parse(packet.toArray());
    boolean syn = in.has(Flags.SYN);
    switch (state) {
      case LISTEN -> {
        if (syn) {
          rcvNxt = in.seq() + 1;
          sndNxt = iss + 1;
          sndUna = iss + 1;
          move(State.ESTABLISHED, "rcv SYN, snd SYN,ACK");
          send(PacketBuilder.tcp(tuple).seq(iss).ack(rcvNxt).with(Flags.SYN));
          speak(nowNanos);
        }
      }
      case SYN_SENT -> {
        if (syn && in.has(Flags.ACK) && in.ack() == sndNxt) {
          rcvNxt = in.seq() + 1;
          move(State.ESTABLISHED, "rcv SYN,ACK");
          speak(nowNanos);
        }
      }
      case ESTABLISHED -> onText(in);
      default -> {
        // it knows of no connection, and the toy has no RST
      }
    }
  }

  private void onText(WirePacket in) {
    if (in.has(Flags.ACK) && in.ack() == sndNxt) {
      sndUna = sndNxt;
      deadlineNanos = NEVER;
    }
    if (in.payloadLength() > 0 && in.seq() == rcvNxt) {
      rcvNxt += in.payloadLength();
      octetsRead += in.payloadLength();
      send(PacketBuilder.tcp(tuple).seq(sndNxt).ack(rcvNxt));
    }
  }

  private void speak(long nowNanos) {
    if (unsentText > 0) {
      send(PacketBuilder.tcp(tuple).seq(sndUna).ack(rcvNxt).payload(new byte[unsentText]));
      sndNxt = sndUna + unsentText;
      deadlineNanos = nowNanos + AGAIN_NANOS;
    }
  }

  @Override
  public void onDeadlines(long nowNanos) {
    deadlineNanos = NEVER;
    speak(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public boolean pollPacket(PacketBuffer target, long nowNanos) {
    return out.poll(target);
  }
}
