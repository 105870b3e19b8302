package dev.sluice.sim.actor;

/// What a [Talker] does when it has written all it has.
public enum Finish {
  /// CLOSE for sending; it goes on reading.
  HALF_CLOSE,
  /// CLOSE for sending when it has read all it expects; CLOSE then.
  CLOSE_AFTER_PEER,
  /// CLOSE, whatever the peer still sends.
  CLOSE,
  /// ABORT.
  ABORT,
  /// Nothing: the peer or the test ends it.
  STAY
}
