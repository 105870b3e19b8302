package dev.sluice.house.planted.tcp.send;

import java.net.Socket;
import java.time.LocalDate;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;

/// What the engine must not do.
public final class HasEffects {
  public Object startsThread() {
    return new Thread("planted");
  }

  public void innocentHint() {
    Thread.onSpinWait();
  }

  public Object locks() {
    return new ReentrantLock();
  }

  public double guesses() {
    return Math.random();
  }

  public Object rolls() {
    return new Random(1);
  }

  public Object connects() {
    return new Socket();
  }

  public Object knowsTheDate() {
    return LocalDate.EPOCH;
  }
}
