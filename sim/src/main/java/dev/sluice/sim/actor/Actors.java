package dev.sluice.sim.actor;

import java.time.Duration;

/// The usual actors.
public final class Actors {
  private Actors() {}

  /// Sends that much, then closes its side and waits for the peer's end.
  public static Talker bulkSender(Pattern pattern, long octets) {
    return new Talker().writes(pattern, octets).finish(Finish.HALF_CLOSE);
  }

  /// Reads and checks that much, and closes when the peer has.
  public static Talker sink(Pattern pattern, long octets) {
    return new Talker().reads(pattern, octets).finish(Finish.CLOSE_AFTER_PEER);
  }

  /// A sink that starts late and reads little at a time.
  public static Talker slowReader(Pattern pattern, long octets, int most, Duration pause) {
    return sink(pattern, octets).firstReadAfter(pause).readPace(most, pause);
  }

  /// Closes its side at once and reads what the peer still says.
  public static Talker halfCloser(Pattern pattern, long octets) {
    return new Talker().reads(pattern, octets).finish(Finish.HALF_CLOSE);
  }

  /// Sends that much, then resets the connection.
  public static Talker abruptCloser(Pattern pattern, long octets) {
    return new Talker().writes(pattern, octets).finish(Finish.ABORT);
  }

  /// Does nothing, for ever.
  public static Talker idler() {
    return new Talker().finish(Finish.STAY);
  }
}
