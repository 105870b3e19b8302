package dev.sluice.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Something that application threads can ask the loop to look at. It hangs in the
/// [Doorbell] at most once, by its own link, so ringing allocates nothing.
abstract class Bell {
  private static final VarHandle REQUESTS;

  static {
    try {
      REQUESTS = MethodHandles.lookup().findVarHandle(Bell.class, "requests", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// The bell below in the doorbell's stack; written by the thread that pushes, read by
  /// the loop.
  @Nullable
  Bell below;

  /// Whether it was hung up quietly, so that nobody has woken the loop for it; written
  /// and read like `below`, and read by who hangs another one on top of it.
  boolean isQuiet;

  /// What is asked for, one bit each; not 0 exactly while the bell hangs in the
  /// doorbell. Any thread adds, the loop takes.
  @SuppressWarnings("UnusedVariable") // reached through REQUESTS
  private volatile int requests;

  /// Adds to what is asked for.
  ///
  /// @return what was asked for before; if nothing, the bell is to be hung up
  final int request(int bits) {
    assert bits != 0;
    return (int) REQUESTS.getAndBitwiseOr(this, bits);
  }

  /// Takes all that is asked for. What was written before [#request] is seen after.
  final int takeRequests() {
    return (int) REQUESTS.getAndSet(this, 0);
  }

  /// Carries it out, on the loop thread. Must not throw.
  ///
  /// @param requests the bits that were asked for, not 0
  abstract void onRing(int requests, long nowNanos);

  /// The loop is over and nobody will carry out anything. On the thread that found out.
  void onSilence() {}
}
