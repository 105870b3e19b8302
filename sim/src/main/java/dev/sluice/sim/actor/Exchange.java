package dev.sluice.sim.actor;

import dev.sluice.tcp.tcb.Event;

/// Requests and responses of fixed length, one after another; the side that asks closes
/// after the last response.
public final class Exchange extends Actor {
  private final Pattern pattern;
  private final boolean asks;
  private final int requestBytes;
  private final int responseBytes;
  private final int rounds;
  private boolean finished;

  private Exchange(Pattern pattern, boolean asks, int requestBytes, int responseBytes, int rounds) {
    this.pattern = pattern;
    this.asks = asks;
    this.requestBytes = requestBytes;
    this.responseBytes = responseBytes;
    this.rounds = rounds;
  }

  /// The side that asks.
  ///
  /// @param pattern what both say, each from its own position 0
  public static Exchange client(Pattern pattern, int requestBytes, int responseBytes, int rounds) {
    return new Exchange(pattern, true, requestBytes, responseBytes, rounds);
  }

  /// The side that answers.
  ///
  /// @param pattern what both say, each from its own position 0
  public static Exchange server(Pattern pattern, int requestBytes, int responseBytes, int rounds) {
    return new Exchange(pattern, false, requestBytes, responseBytes, rounds);
  }

  /// Rounds that this side has seen the end of.
  public long roundsDone() {
    return asks ? octetsRead() / responseBytes : octetsWritten() / responseBytes;
  }

  @Override
  protected void onBegin() {
    pump();
  }

  @Override
  protected void onEvent(Event event) {
    if (hasBegun() && closeReason() == null) {
      pump();
    }
  }

  private void pump() {
    boolean progress = true;
    while (progress && !finished) {
      progress = !endOfStream() && readAndCheck(pattern, Integer.MAX_VALUE) > 0;
      long allowed = allowedToWrite();
      if (octetsWritten() < allowed) {
        progress |= write(pattern, (int) (allowed - octetsWritten())) > 0;
      }
    }
    boolean done = asks ? roundsDone() == rounds : endOfStream();
    if (done && !finished && connection().state().isSynchronized()) {
      finished = true;
      shutdownOutput();
    }
  }

  private long allowedToWrite() {
    if (asks) {
      long next = Math.min(rounds, octetsRead() / responseBytes + 1);
      return next * requestBytes;
    }
    return octetsRead() / requestBytes * responseBytes;
  }
}
