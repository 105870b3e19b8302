package dev.sluice.lab.ladder;

import dev.sluice.tcp.tcb.State;

/// Something that happened at one end, as the engine, the network or the experiment told
/// of it.
public sealed interface Moment {
  /// When, in nanoseconds since the world began.
  long atNanos();

  /// A segment left.
  ///
  /// @param side whose it is
  /// @param serial tells segments apart
  /// @param lost whether it will not arrive
  record Departure(long atNanos, Side side, int serial, ShownSegment segment, boolean lost)
      implements Moment {}

  /// A segment arrived.
  ///
  /// @param side who got it
  /// @param serial that of its departure, or one of its own if it was never sent
  /// @param strayed whether it was never sent in this run: an old duplicate
  record Arrival(long atNanos, Side side, int serial, ShownSegment segment, boolean strayed)
      implements Moment {}

  /// An end went along an arrow of the state diagram.
  ///
  /// @param side whose it is
  /// @param cause in the engine's words
  record Change(long atNanos, Side side, State from, State to, String cause) implements Moment {}

  /// The program at one end asked for something.
  ///
  /// @param side whose it is
  /// @param call such as `close()`
  record Call(long atNanos, Side side, String call) implements Moment {}

  /// A remark between the lines.
  ///
  /// @param text one line
  record Note(long atNanos, String text) implements Moment {}
}
