package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.Recorder;
import dev.sluice.lab.ladder.Side;
import dev.sluice.sim.actor.Actor;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.tcp.tcb.Event;

/// The program at one end: it does what the experiment tells it, and what it does stands
/// in the diagram. It reads whatever comes unless told not to.
final class User extends Actor {
  private static final Pattern PATTERN = new Pattern(1);

  private final Side side;
  private final Recorder recorder;
  private boolean reading = true;
  private Runnable whenPeerEnds = () -> {};
  private boolean peerEnded;

  User(Side side, Recorder recorder) {
    this.side = side;
    this.recorder = recorder;
  }

  /// What it does as soon as the peer has closed its side.
  User whenPeerEnds(Runnable action) {
    whenPeerEnds = action;
    return this;
  }

  /// Leaves what comes unread from now on, or reads it all.
  void reading(boolean on) {
    reading = on;
    if (on) {
      drain();
    }
  }

  /// Writes that many octets.
  void write(int octets) {
    tell("write " + octets);
    for (int left = octets; left > 0; ) {
      int taken = write(PATTERN, left);
      if (taken == 0) {
        return;
      }
      left -= taken;
    }
  }

  /// Reads what is there.
  void readNow(String words) {
    tell(words);
    reading(true);
  }

  /// CLOSE.
  void closeNow() {
    tell("close");
    close();
  }

  /// CLOSE for sending.
  void shutdownNow() {
    tell("shutdown output");
    shutdownOutput();
  }

  /// ABORT.
  void abortNow(String words) {
    tell(words);
    abort();
  }

  private void tell(String call) {
    recorder.call(side, call, stage().nowNanos());
  }

  @Override
  protected void onBegin() {
    drain();
  }

  @Override
  protected void onEvent(Event event) {
    if (hasBegun() && closeReason() == null) {
      drain();
    }
  }

  private void drain() {
    while (reading && !endOfStream() && read(64 * 1024).remaining() > 0) {
      // what was read is not looked at
    }
    if (endOfStream() && !peerEnded) {
      peerEnded = true;
      whenPeerEnds.run();
    }
  }
}
