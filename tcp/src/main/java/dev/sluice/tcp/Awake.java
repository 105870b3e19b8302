package dev.sluice.tcp;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import org.jspecify.annotations.Nullable;

/// What a connection is made of while something happens to it: its rooms and those who
/// act in them. All of it can be put away in an [Archive] while the connection is at
/// rest, and made again.
final class Awake {
  final Rooms rooms;
  final SegmentArrives segmentArrives;
  final IcmpArrives icmpArrives;
  final UserCalls userCalls;
  final Timeouts timeouts;

  /// What the options are a copy of, if nobody can have changed them since.
  @Nullable
  ConnectionOptions variant;

  Awake(Rooms rooms) {
    this.rooms = rooms;
    segmentArrives = new SegmentArrives(rooms);
    icmpArrives = new IcmpArrives(rooms);
    userCalls = new UserCalls(rooms);
    timeouts = new Timeouts(rooms);
  }

  /// Whether these rooms suit that connection once it has moved in: what they were built
  /// for is the same.
  @SuppressWarnings("ReferenceEquality") // those very options and that path: shared ones
  boolean isLike(Ground other) {
    return variant == other.options
        && rooms.ground.path.equals(other.path)
        && rooms.tuple.isV4() == other.tuple.isV4();
  }

  /// What stays while the connection sleeps.
  void keep(Archive archive) {
    rooms.keep(archive);
    segmentArrives.keep(archive);
    userCalls.keep(archive);
  }
}
