package dev.sluice.socket;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Selector;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/// The selectors of a stack, to close them with it.
final class SelectorRoll {
  /// Guarded by this. Weak, so that a selector can be dropped.
  private final Set<Selector> open = Collections.newSetFromMap(new WeakHashMap<>());

  /// Guarded by this.
  private boolean closed;

  synchronized void enter(Selector selector) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    open.add(selector);
  }

  /// Closes them all; whoever selects is woken.
  void close() throws IOException {
    List<Selector> selectors;
    synchronized (this) {
      closed = true;
      selectors = List.copyOf(open);
      open.clear();
    }
    for (Selector selector : selectors) {
      selector.close();
    }
  }
}
