package dev.sluice.socket;

import dev.sluice.tcp.Connection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/// A channel's way into the byte rings of its connection, and its waiting for them.
///
/// The channel sees to it that one thread reads and one thread writes, and that both are
/// inside the [Gate].
final class Rings {
  /// There is nothing to read now, and the connection lives.
  static final int UNAVAILABLE = -2;

  /// Octets of a receive buffer in which every read may open the window.
  private static final int SMALL_BUFFER = 65_536;

  private final ConnectionEnd end;
  private final Gate gate;
  private final Waiting waiting;

  /// An exception has told of the connection's end. Any thread; a hint.
  private volatile boolean endTold;

  /// Octets read since the loop was last woken for it. The reading thread's.
  private int untold;

  Rings(ConnectionEnd end, Gate gate) {
    this.end = end;
    this.gate = gate;
    this.waiting = end.loop.waiting;
  }

  /// Waits a while in a slot that the thread has entered.
  ///
  /// @throws SocketTimeoutException if the deadline has come
  void park(long deadlineNanos, String timeoutText, WaitSlot slot) throws SocketTimeoutException {
    long remainingNanos = Deadline.remaining(waiting, deadlineNanos);
    if (remainingNanos <= 0) {
      slot.leave();
      throw new SocketTimeoutException(timeoutText);
    }
    slot.park(this, remainingNanos);
  }

  // ---- reading

  /// Waits for something to take, until the channel is closed.
  ///
  /// @return as [#take]; [#UNAVAILABLE] if the channel was closed
  int awaitData(Connection connection, ByteBuffer target, long deadlineNanos, boolean urgentInline)
      throws IOException {
    int octets = UNAVAILABLE;
    end.onReaderWaits();
    while (!gate.isClosed()) {
      end.readWait.enter();
      octets = take(connection, target, urgentInline);
      if (octets != UNAVAILABLE || gate.isClosed()) {
        break;
      }
      park(deadlineNanos, "Read timed out", end.readWait);
    }
    end.readWait.leave();
    return octets;
  }

  /// Takes what is there.
  ///
  /// @param urgentInline urgent octets among the others, else they are left out
  /// @return octets; -1: end-of-stream; [#UNAVAILABLE]
  int take(Connection connection, ByteBuffer target, boolean urgentInline) throws IOException {
    if (gate.isInputShut()) {
      return -1;
    }
    if (!target.hasRemaining()) {
      return 0;
    }
    boolean over = end.isOver(); // before the ring is read: nothing comes in after that
    int octets = urgentInline ? connection.read(target) : connection.readWithoutUrgent(target);
    if (octets > 0) {
      tellOfReading(connection, octets);
      return octets;
    }
    if (octets < 0) {
      return -1;
    }
    return over ? endOfData() : UNAVAILABLE;
  }

  /// The loop is woken when so much was read that the peer may be waiting for the window
  /// to open; less than that, it learns when it next looks.
  private void tellOfReading(Connection connection, int octets) {
    untold += octets;
    int buffer = connection.options().receiveBufferBytes;
    if (buffer < SMALL_BUFFER || untold >= buffer / 8) {
      untold = 0;
      end.ring(ConnectionEnd.PROGRESS);
    } else {
      end.ringQuietly(ConnectionEnd.PROGRESS);
    }
  }

  private int endOfData() throws IOException {
    IOException why = SocketErrors.onRead(end);
    if (why != null) {
      endTold = true;
      throw why;
    }
    return -1;
  }

  // ---- writing

  /// Puts in everything, waiting for room, until the channel is closed or shut for
  /// writing.
  void awaitRoom(Connection connection, ByteBuffer source) throws IOException {
    while (source.hasRemaining() && !gate.isClosed() && !gate.isOutputShut()) {
      end.writeWait.enter();
      int octets = put(connection, source);
      if (octets == 0 && source.hasRemaining() && !gate.isClosed() && !gate.isOutputShut()) {
        end.writeWait.park(this, Waiting.FOREVER);
      }
    }
    end.writeWait.leave();
  }

  /// Puts in what there is room for.
  int put(Connection connection, ByteBuffer source) throws IOException {
    if (end.isOver()) {
      boolean told = endTold;
      endTold = true;
      throw SocketErrors.onWrite(end, told);
    }
    if (!source.hasRemaining()) {
      return 0;
    }
    int octets = connection.write(source);
    if (octets > 0) {
      end.ring(ConnectionEnd.PROGRESS);
    }
    return octets;
  }

  // ---- closing

  /// Waits for the peer to acknowledge everything, or for the reset when the time is
  /// over. An interrupt ends the wait, and the connection goes on closing by itself.
  void linger(int seconds) {
    long deadlineNanos = Deadline.after(waiting, seconds * 1_000_000_000L);
    end.writeWait.enter();
    while (!end.isFinAcknowledged() && !end.isOver() && !Thread.currentThread().isInterrupted()) {
      long remainingNanos = Deadline.remaining(waiting, deadlineNanos);
      if (remainingNanos <= 0) {
        end.ring(ConnectionEnd.ABORT);
        deadlineNanos = Deadline.NEVER;
      } else {
        end.writeWait.park(this, remainingNanos);
      }
      end.writeWait.enter();
    }
    end.writeWait.leave();
  }
}
