package dev.sluice.link;

/// What an [ImpairedLink] did to packets. A packet can have more than one fate: a copy of
/// a corrupted packet can be held back.
public enum Fate {
  /// It came out of the wrapped link, or was sent towards it.
  ENTERED,
  /// It, or a copy of it, was handed on.
  DELIVERED,
  /// Lost by chance.
  LOST,
  /// Lost because the wire was bad just then.
  LOST_IN_BURST,
  /// Lost because the queue before the bottleneck was full.
  QUEUE_FULL,
  /// Marked because the queue before the bottleneck was long, instead of being lost.
  MARKED,
  /// Lost because more packets were under way than there is room for, or because the
  /// wrapped link took no more.
  NO_ROOM,
  /// Held back so that later ones overtake it.
  HELD_BACK,
  /// It was made two.
  DUPLICATED,
  /// One of its bits was flipped.
  CORRUPTED
}
