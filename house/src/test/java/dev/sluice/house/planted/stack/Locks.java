package dev.sluice.house.planted.stack;

import java.util.concurrent.locks.ReentrantLock;

/// Waits for others.
public final class Locks {
  public Object lock() {
    return new ReentrantLock();
  }

  public void monitor() {
    notifyAll();
  }

  public synchronized int method() {
    return 1;
  }
}
