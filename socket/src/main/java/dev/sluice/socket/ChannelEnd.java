package dev.sluice.socket;

import dev.sluice.stack.Host;
import dev.sluice.tcp.tcb.ConnectionOptions;
import java.lang.ref.WeakReference;
import java.nio.channels.Channel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The loop's end of a channel: what the stack holds on to, so that the channel itself
/// can be dropped by its application.
///
/// ```
///   application --> channel ------------------> end <--- stack's tables
///                      ^                         |
///                      +---- weakly, and ... ----+
///                      +---- by selection keys, while it is registered
/// ```
abstract class ChannelEnd extends Bell {
  private static final SluiceSelectionKey[] NO_KEYS = {};

  final Loop loop;

  /// The channel, to close it with its stack. Written before the end is published.
  private @Nullable WeakReference<Channel> channel;

  /// Who wants to know of readiness. Replaced under this object's monitor, read by all.
  private volatile SluiceSelectionKey[] keys = NO_KEYS;

  /// Any thread.
  private volatile boolean closeAsked;

  ChannelEnd(Loop loop) {
    this.loop = loop;
  }

  final void attach(Channel channel) {
    this.channel = new WeakReference<>(channel);
  }

  /// The channel, or null if it was not accepted yet or is dropped.
  final @Nullable Channel channel() {
    return channel == null ? null : channel.get();
  }

  final void ring(int bits) {
    loop.doorbell.ring(this, bits);
  }

  /// As [#ring], for what can wait a few milliseconds.
  final void ringQuietly(int bits) {
    loop.doorbell.ringQuietly(this, bits);
  }

  final synchronized void addKey(SluiceSelectionKey key) {
    SluiceSelectionKey[] more = Arrays.copyOf(keys, keys.length + 1);
    more[keys.length] = key;
    keys = more;
  }

  final synchronized void removeKey(SluiceSelectionKey key) {
    keys = Arrays.stream(keys).filter(other -> other != key).toArray(SluiceSelectionKey[]::new);
  }

  /// Something that a selector may wait for has changed. Any thread.
  final void tellSelectors() {
    for (SluiceSelectionKey key : keys) {
      key.look();
    }
  }

  /// The application has closed the channel.
  final void onCloseAsked() {
    closeAsked = true;
  }

  /// Whether the application has closed the channel.
  final boolean isCloseAsked() {
    return closeAsked;
  }

  /// The options as they stand. Loop thread.
  abstract ConnectionOptions options();

  /// Options were changed. Loop thread.
  abstract void onOptionsChanged(Host host, long nowNanos);

  /// The loop is over: whoever waits is woken.
  abstract void onLoopOver();
}
