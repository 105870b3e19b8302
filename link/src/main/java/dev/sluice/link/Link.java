package dev.sluice.link;

import dev.sluice.wire.PacketBuffer;
import java.io.IOException;

/// What IP packets travel on. One thread, the driver's, uses a link; only [#wakeup] may
/// come from another.
///
/// All times are nanoseconds on the driver's clock, so that a link works alike in real
/// and in virtual time. A link never blocks except in [#await], and a simulation never
/// calls that.
public interface Link extends AutoCloseable {
  /// No packet is under way.
  long NEVER = Long.MAX_VALUE;

  LinkCapabilities capabilities();

  /// Takes the next packet that has arrived.
  ///
  /// @param target where the packet goes, with checksum and segmentation facts and
  ///     arrival time set; what was in it, pieces too, is forgotten unless the link
  ///     [#gathers]
  /// @param nowNanos the time
  /// @return whether there was one
  /// @throws IOException if the link is gone for good
  boolean receive(PacketBuffer target, long nowNanos) throws IOException;

  /// Sends one packet. The link has copied it when the call returns.
  ///
  /// @return false if the link's queue is full: the packet was not taken, and is lost
  ///     unless the caller keeps it
  /// @throws IOException if the link is gone for good
  boolean send(PacketBuffer packet, long nowNanos) throws IOException;

  /// Whether packets with a tail may be sent, and whether [#receive] fills the pieces
  /// that a packet offers behind its head. Links that look into packets say no.
  default boolean gathers() {
    return false;
  }

  /// When a packet that is already under way can be received, or [#NEVER]. Only links
  /// that delay packets know such a time.
  default long nextArrivalNanos() {
    return NEVER;
  }

  /// Sleeps until a packet may be there, [#wakeup] was called, or the time is over. May
  /// return early.
  ///
  /// @param timeoutNanos how long at most; [#NEVER] for no limit
  void await(long timeoutNanos) throws IOException;

  /// Ends a running or the next [#await]. From any thread.
  void wakeup();

  @Override
  void close() throws IOException;
}
