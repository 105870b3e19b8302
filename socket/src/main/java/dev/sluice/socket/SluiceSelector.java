package dev.sluice.socket;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A selector with a ready queue: what it costs depends on the channels where something
/// happened, not on those that are registered.
///
/// ```
///   loop: onEvent --> key.look() --> Doorbell --> candidates --> selected keys
///                                    any thread   selecting thread
/// ```
///
/// A key becomes a candidate when something happens to its channel, or its interest
/// grows. It stays one as long as something of interest is found ready (selection is by
/// level), and leaves the list when nothing is.
///
/// Locks, in the order of the JDK's contract: this selector, then the selected keys.
final class SluiceSelector extends AbstractSelector {
  private final Waiting waiting;
  private final WaitSlot slot;
  private final Doorbell doorbell;

  private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
  private final Set<SelectionKey> keysForReaders = Collections.unmodifiableSet(keys);

  /// Guarded by itself.
  private final SelectedKeys selected = new SelectedKeys();

  /// Keys that may be ready. Guarded by this.
  private final List<SluiceSelectionKey> candidates = new ArrayList<>();

  /// The next or present selection is to return at once. Any thread.
  private volatile boolean awake;

  SluiceSelector(SelectorProvider provider, Waiting waiting) {
    super(provider);
    this.waiting = waiting;
    this.slot = new WaitSlot(waiting);
    this.doorbell = new Doorbell(slot::wake);
  }

  /// Asks the selecting thread to find out what is ready. Any thread.
  void look(Bell bell) {
    doorbell.ring(bell, 1);
  }

  /// Selecting thread, from its doorbell.
  void addCandidate(SluiceSelectionKey key) {
    assert Thread.holdsLock(this);
    if (!key.isCandidate) {
      key.isCandidate = true;
      candidates.add(key);
    }
  }

  @Override
  protected SelectionKey register(
      AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
    if (!(channel instanceof Selectable selectable) || !channel.provider().equals(provider())) {
      throw new IllegalSelectorException();
    }
    ensureOpen();
    SluiceSelectionKey key = new SluiceSelectionKey(this, channel, selectable);
    key.attach(attachment);
    selectable.end().addKey(key);
    keys.add(key);
    key.interestOps(ops);
    if (!isOpen()) {
      keys.remove(key);
      selectable.end().removeKey(key);
      key.cancel();
      throw new ClosedSelectorException();
    }
    return key;
  }

  @Override
  public Set<SelectionKey> keys() {
    ensureOpen();
    return keysForReaders;
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    ensureOpen();
    return selected;
  }

  private void ensureOpen() {
    if (!isOpen()) {
      throw new ClosedSelectorException();
    }
  }

  @Override
  public int selectNow() throws IOException {
    return select(true, Deadline.NEVER);
  }

  @Override
  public int select() throws IOException {
    return select(false, Deadline.NEVER);
  }

  @Override
  public int select(long timeoutMillis) throws IOException {
    if (timeoutMillis < 0) {
      throw new IllegalArgumentException("Negative timeout");
    }
    long millis = Math.min(timeoutMillis, Long.MAX_VALUE / 4_000_000L);
    return select(false, Deadline.afterMillis(waiting, millis));
  }

  private int select(boolean now, long deadlineNanos) {
    synchronized (this) {
      ensureOpen();
      synchronized (selected) {
        removeCancelled();
        int updated = collect();
        if (!now && candidates.isEmpty()) {
          updated = awaitReady(deadlineNanos);
        }
        awake = false;
        removeCancelled();
        ensureOpen();
        return updated;
      }
    }
  }

  /// Waits until something is ready, whether or not it is news to the selected keys.
  private int awaitReady(long deadlineNanos) {
    int updated = 0;
    try {
      begin();
      while (candidates.isEmpty() && !awake && isOpen()) {
        long remainingNanos = Deadline.remaining(waiting, deadlineNanos);
        slot.enter();
        updated = collect();
        if (!candidates.isEmpty() || awake || !isOpen() || remainingNanos <= 0) {
          break;
        }
        slot.park(this, remainingNanos);
      }
    } finally {
      slot.leave();
      end();
    }
    return updated;
  }

  /// Moves what is ready to the selected keys; what is not ready is no candidate any
  /// more.
  ///
  /// @return how many keys were added there, or have become ready for more
  private int collect() {
    doorbell.doWork(0);
    int updated = 0;
    int kept = 0;
    for (int i = 0; i < candidates.size(); i++) {
      SluiceSelectionKey key = candidates.get(i);
      int ready = key.isValid() ? key.readyNow() : 0;
      if (ready == 0) {
        key.isCandidate = false;
        continue;
      }
      candidates.set(kept++, key);
      updated += select(key, ready);
    }
    candidates.subList(kept, candidates.size()).clear();
    return updated;
  }

  private int select(SluiceSelectionKey key, int ready) {
    if (selected.enter(key)) {
      key.ready(ready);
      return 1;
    }
    int before = key.selectedOps();
    key.ready(before | ready);
    return (ready & ~before) == 0 ? 0 : 1;
  }

  private void removeCancelled() {
    List<SelectionKey> cancelled;
    synchronized (cancelledKeys()) {
      if (cancelledKeys().isEmpty()) {
        return;
      }
      cancelled = List.copyOf(cancelledKeys());
      cancelledKeys().clear();
    }
    for (SelectionKey key : cancelled) { // not under that lock: `deregister` takes the channel's
      remove((SluiceSelectionKey) key);
    }
  }

  private void remove(SluiceSelectionKey key) {
    keys.remove(key);
    selected.remove(key);
    key.selectable().end().removeKey(key);
    deregister(key);
  }

  @Override
  public Selector wakeup() {
    awake = true;
    slot.wake();
    return this;
  }

  @Override
  protected void implCloseSelector() {
    wakeup();
    synchronized (this) {
      synchronized (selected) {
        for (SelectionKey key : keys) {
          key.cancel();
          remove((SluiceSelectionKey) key);
        }
        synchronized (cancelledKeys()) {
          cancelledKeys().clear();
        }
        candidates.clear();
      }
    }
  }
}
