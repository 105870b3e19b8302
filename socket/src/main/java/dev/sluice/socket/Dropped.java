package dev.sluice.socket;

import java.lang.ref.Cleaner;

/// Closes what an application has dropped without closing it: a connection is reset, as
/// when a process dies with data unread; a listener ends.
///
/// A channel that is registered with a selector is held by its keys, and not dropped.
final class Dropped {
  private static final Cleaner CLEANER = Cleaner.create();

  private Dropped() {}

  /// @param channel whose reachability counts
  /// @param end what is closed then; must not hold on to the channel
  /// @param requests what is asked of it
  static void watch(Object channel, ChannelEnd end, int requests) {
    CLEANER.register(channel, () -> {
      if (!end.isCloseAsked()) {
        end.onCloseAsked();
        end.ring(requests);
      }
    });
  }
}
