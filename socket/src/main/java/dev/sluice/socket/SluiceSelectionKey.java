package dev.sluice.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/// A channel's registration with a selector.
final class SluiceSelectionKey extends AbstractSelectionKey {
  private static final VarHandle INTEREST;

  static {
    try {
      INTEREST =
          MethodHandles.lookup().findVarHandle(SluiceSelectionKey.class, "interest", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SluiceSelector selector;
  private final SelectableChannel channel;
  private final Selectable selectable;
  private final Bell bell = new Glance();

  private volatile int interest;

  /// Written by the selecting thread.
  private volatile int ready;

  /// Whether the key is in the selector's list of candidates. Guarded by the selector.
  boolean isCandidate;

  SluiceSelectionKey(SluiceSelector selector, SelectableChannel channel, Selectable selectable) {
    this.selector = selector;
    this.channel = channel;
    this.selectable = selectable;
  }

  /// Has the selecting thread find out what is ready.
  private final class Glance extends Bell {
    @Override
    void onRing(int requests, long nowNanos) {
      selector.addCandidate(SluiceSelectionKey.this);
    }
  }

  /// Something may have become ready. Any thread.
  void look() {
    selector.look(bell);
  }

  Selectable selectable() {
    return selectable;
  }

  /// What is ready now of what is of interest. Selecting thread.
  int readyNow() {
    return selectable.readyOps() & interest;
  }

  /// What the last selections found ready.
  int selectedOps() {
    return ready;
  }

  void ready(int ops) {
    ready = ops;
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public Selector selector() {
    return selector;
  }

  @Override
  public int interestOps() {
    ensureValid();
    return interest;
  }

  @Override
  public SelectionKey interestOps(int ops) {
    ensureValid();
    exchangeInterest(ops);
    return this;
  }

  @Override
  public int interestOpsOr(int ops) {
    ensureValid();
    return exchangeInterest(interest | ops);
  }

  @Override
  public int interestOpsAnd(int ops) {
    ensureValid();
    return exchangeInterest(interest & ops);
  }

  private synchronized int exchangeInterest(int ops) {
    if ((ops & ~channel.validOps()) != 0) {
      throw new IllegalArgumentException();
    }
    int before = (int) INTEREST.getAndSet(this, ops);
    if ((ops & ~before) != 0) {
      look();
    }
    return before;
  }

  @Override
  public int readyOps() {
    ensureValid();
    return ready;
  }

  private void ensureValid() {
    if (!isValid()) {
      throw new CancelledKeyException();
    }
  }
}
