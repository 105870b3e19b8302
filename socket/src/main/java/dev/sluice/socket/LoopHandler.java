package dev.sluice.socket;

import dev.sluice.tcp.tcb.CloseReason;

/// What a [LoopServer] does with one connection, on the loop thread. Whatever is done
/// here, all other connections of the stack wait for: never block.
public interface LoopHandler {
  /// The connection is established.
  default void onOpen(LoopConnection connection) {}

  /// There is something to read. Called anew only when more arrives: read all there is,
  /// or read on in [#onWritable].
  void onReadable(LoopConnection connection);

  /// There is room to write again, after a write that took less than it was given.
  default void onWritable(LoopConnection connection) {}

  /// The peer has sent all it will. Unless overridden, this side closes too.
  default void onEndOfStream(LoopConnection connection) {
    connection.close();
  }

  /// The connection is no more.
  default void onClosed(LoopConnection connection, CloseReason reason) {}
}
