package dev.sluice.socket;

/// A channel of this house, as its selectors see it.
interface Selectable {
  /// The loop's end, which tells keys of changes.
  ChannelEnd end();

  /// What could be done now without waiting, as bits of
  /// [java.nio.channels.SelectionKey]. From any thread.
  int readyOps();
}
