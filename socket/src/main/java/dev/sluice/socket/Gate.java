package dev.sluice.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Who is inside a channel's byte rings, and what waits until they are out.
///
/// A ring has one thread at its application's end. When a channel is closed or one of
/// its sides is shut while a thread is inside, the loop is told by that thread as it
/// leaves: so the loop never closes a ring that somebody is copying into.
final class Gate {
  /// A thread is inside the receive ring.
  static final int READING = 1;
  /// A thread is inside the send ring.
  static final int WRITING = 1 << 1;
  /// The channel is closed.
  static final int CLOSED = 1 << 2;
  /// The channel is shut for reading.
  static final int INPUT_SHUT = 1 << 3;
  /// The channel is shut for writing.
  static final int OUTPUT_SHUT = 1 << 4;

  /// Closing resets the connection.
  static final int ABORTS = 1 << 5;

  private static final VarHandle BITS;

  static {
    try {
      BITS = MethodHandles.lookup().findVarHandle(Gate.class, "bits", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int bits;

  /// The thread goes inside; [#leave] must follow.
  ///
  /// @param sides [#READING], [#WRITING] or both
  /// @return false: the channel is closed
  boolean enter(int sides) {
    return ((int) BITS.getAndBitwiseOr(this, sides) & CLOSED) == 0;
  }

  /// The thread goes outside.
  ///
  /// @return what the loop is to be asked for now, bits of [ConnectionEnd], or 0
  int leave(int sides) {
    int after = (int) BITS.getAndBitwiseAnd(this, ~sides) & ~sides;
    int due = 0;
    if ((sides & READING) != 0 && (after & INPUT_SHUT) != 0) {
      due |= ConnectionEnd.SHUT_INPUT;
    }
    if ((sides & WRITING) != 0 && (after & OUTPUT_SHUT) != 0) {
      due |= ConnectionEnd.SHUT_OUTPUT;
    }
    if ((after & CLOSED) != 0 && (after & (READING | WRITING)) == 0) {
      due |= closing(after);
    }
    return due;
  }

  /// Shuts the receiving side.
  ///
  /// @return what the loop is to be asked for now; 0 if the thread inside will
  int shutInput() {
    return ((int) BITS.getAndBitwiseOr(this, INPUT_SHUT) & READING) == 0
        ? ConnectionEnd.SHUT_INPUT
        : 0;
  }

  /// Shuts the sending side.
  ///
  /// @return what the loop is to be asked for now; 0 if the thread inside will
  int shutOutput() {
    return ((int) BITS.getAndBitwiseOr(this, OUTPUT_SHUT) & WRITING) == 0
        ? ConnectionEnd.SHUT_OUTPUT
        : 0;
  }

  /// Closes the channel.
  ///
  /// @return what the loop is to be asked for now; 0 if the last thread inside will
  int close() {
    int before = (int) BITS.getAndBitwiseOr(this, CLOSED);
    return (before & (READING | WRITING)) == 0 ? closing(before) : 0;
  }

  /// From now on, closing means to reset.
  void abortOnClose() {
    BITS.getAndBitwiseOr(this, ABORTS);
  }

  private static int closing(int bits) {
    return (bits & ABORTS) != 0 ? ConnectionEnd.ABORT : ConnectionEnd.CLOSE;
  }

  boolean isClosed() {
    return (bits & CLOSED) != 0;
  }

  boolean isInputShut() {
    return (bits & INPUT_SHUT) != 0;
  }

  boolean isOutputShut() {
    return (bits & OUTPUT_SHUT) != 0;
  }
}
