package dev.sluice.sim.actor;

import dev.sluice.sim.check.Rule;
import dev.sluice.sim.check.Violation;
import dev.sluice.tcp.tcb.Event;
import java.time.Duration;

/// Writes a pattern, reads another and checks every octet of it, at its own pace, and
/// ends as it was told.
public final class Talker extends Actor {
  private Pattern outPattern = new Pattern(0);
  private Pattern inPattern = new Pattern(0);
  private long toWrite;
  private long toRead;
  private int mostPerWrite = Integer.MAX_VALUE;
  private long writePauseNanos;
  private int mostPerRead = Integer.MAX_VALUE;
  private long readPauseNanos;
  private long firstReadNanos;
  private Finish finish = Finish.HALF_CLOSE;
  private boolean finished;
  private boolean readingBegun;
  private boolean writeScheduled;
  private boolean readScheduled;

  // ---- how it behaves

  /// Writes that many octets of a pattern.
  public Talker writes(Pattern pattern, long octets) {
    outPattern = pattern;
    toWrite = octets;
    return this;
  }

  /// Expects that many octets of a pattern, and not one more.
  public Talker reads(Pattern pattern, long octets) {
    inPattern = pattern;
    toRead = octets;
    return this;
  }

  /// Writes at most that many octets at once, then pauses.
  public Talker writePace(int most, Duration pause) {
    mostPerWrite = most;
    writePauseNanos = pause.toNanos();
    return this;
  }

  /// Reads at most that many octets at once, then pauses.
  public Talker readPace(int most, Duration pause) {
    mostPerRead = most;
    readPauseNanos = pause.toNanos();
    return this;
  }

  /// Does not read at all before that much time has passed.
  public Talker firstReadAfter(Duration delay) {
    firstReadNanos = delay.toNanos();
    return this;
  }

  /// What it does when all is written.
  public Talker finish(Finish how) {
    finish = how;
    return this;
  }

  // ---- what it does

  @Override
  protected void onBegin() {
    if (firstReadNanos > 0) {
      after(firstReadNanos, this::beginReading);
    } else {
      readingBegun = true;
    }
    pump();
  }

  private void beginReading() {
    readingBegun = true;
    pump();
  }

  @Override
  protected void onEvent(Event event) {
    if (hasBegun()) {
      if (event instanceof Event.Closed) {
        readRest();
      } else {
        pump();
      }
    }
  }

  /// What arrived before the end can still be read, at once.
  private void readRest() {
    while (readAndCheck(inPattern, Integer.MAX_VALUE) > 0) {
      checkAmount();
    }
  }

  private void pump() {
    if (closeReason() != null) {
      return;
    }
    pumpReads();
    pumpWrites();
    finishIfDone();
  }

  private void pumpReads() {
    while (readingBegun && !readScheduled && !endOfStream() && !closedForReading()) {
      int count = readAndCheck(inPattern, mostPerRead);
      checkAmount();
      if (count == 0) {
        return;
      }
      if (readPauseNanos > 0) {
        readScheduled = true;
        after(readPauseNanos, () -> {
          readScheduled = false;
          pump();
        });
      }
    }
  }

  private void checkAmount() {
    if (octetsRead() > toRead) {
      throw new Violation(
          Rule.STREAM,
          stage().name(),
          stage().nowNanos(),
          octetsRead() + " octets read, " + toRead + " written");
    }
  }

  private boolean closedForReading() {
    return finished && (finish == Finish.CLOSE || finish == Finish.ABORT);
  }

  private void pumpWrites() {
    while (!finished && !writeScheduled && octetsWritten() < toWrite) {
      int most = (int) Math.min(mostPerWrite, toWrite - octetsWritten());
      if (write(outPattern, most) == 0) {
        return;
      }
      if (writePauseNanos > 0) {
        writeScheduled = true;
        after(writePauseNanos, () -> {
          writeScheduled = false;
          pump();
        });
      }
    }
  }

  private void finishIfDone() {
    if (finished || octetsWritten() < toWrite || !hasSpoken()) {
      return;
    }
    switch (finish) {
      case HALF_CLOSE -> {
        finished = true;
        shutdownOutput();
      }
      case CLOSE_AFTER_PEER -> {
        if (endOfStream()) {
          finished = true;
          close();
        }
      }
      case CLOSE -> {
        finished = true;
        close();
      }
      case ABORT -> {
        finished = true;
        abort();
      }
      case STAY -> {
        // somebody else ends it
      }
    }
  }

  /// CLOSE in SYN-SENT would only delete the connection (RFC 9293 §3.10.4), so it waits.
  private boolean hasSpoken() {
    return connection().state().isSynchronized();
  }

  /// Whether all that was expected was read, and end-of-stream after it.
  public boolean readAll() {
    return octetsRead() == toRead && endOfStream();
  }

  /// Whether the connection took all that was to be written.
  public boolean wroteAll() {
    return octetsWritten() == toWrite;
  }
}
