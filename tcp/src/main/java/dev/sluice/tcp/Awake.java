package dev.sluice.tcp;

import dev.sluice.tcp.tcb.Archive;

/// What a connection is made of while something happens to it: its rooms and those who
/// act in them. All of it can be put away in an [Archive] while the connection is at
/// rest, and made again.
final class Awake {
  final Rooms rooms;
  final SegmentArrives segmentArrives;
  final IcmpArrives icmpArrives;
  final UserCalls userCalls;
  final Timeouts timeouts;

  Awake(Rooms rooms) {
    this.rooms = rooms;
    segmentArrives = new SegmentArrives(rooms);
    icmpArrives = new IcmpArrives(rooms);
    userCalls = new UserCalls(rooms);
    timeouts = new Timeouts(rooms);
  }

  /// What stays while the connection sleeps.
  void keep(Archive archive) {
    rooms.keep(archive);
    segmentArrives.keep(archive);
    userCalls.keep(archive);
  }
}
