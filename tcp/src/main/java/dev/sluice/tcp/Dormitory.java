package dev.sluice.tcp;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import org.jspecify.annotations.Nullable;

/// Puts connections of one stack to sleep and wakes them: their rooms go into an archive
/// of some two hundred octets and are made from it again.
///
/// Sleeping connections with the same options share them. Few variants are looked at:
/// what is seldom chosen is kept once for each connection.
public final class Dormitory {
  private static final int VARIANTS = 8;

  private final Archive archive = new Archive();
  private final @Nullable ConnectionOptions[] variants = new @Nullable ConnectionOptions[VARIANTS];
  private int nextVariant;

  /// What is left of a connection that falls asleep.
  ///
  /// @param reuse what was left the last time
  byte[] putAway(Ground ground, Awake awake, byte[] reuse) {
    archive.write(awake.rooms.traffic.ackReceivedNanos());
    awake.keep(archive);
    ground.receiveBuffer.release(false); // what was read in place
    ground.sendBuffer.shrink();
    ground.receiveBuffer.shrink();
    if (!ground.optionsLent) {
      ground.options = shared(ground.options);
    }
    return archive.written(reuse);
  }

  /// The connection as it was.
  Awake makeAgain(Ground ground, byte[] left) {
    if (!ground.optionsLent) {
      ground.options = ground.options.copy();
    }
    return dreamOf(ground, left);
  }

  /// The rooms of a connection that sleeps on, to be looked at and thrown away.
  Awake dreamOf(Ground ground, byte[] left) {
    Awake awake = new Awake(new Rooms(ground, State.ESTABLISHED, 0));
    archive.read(left);
    awake.keep(archive);
    assert archive.isAtEnd() : "what was written is read";
    return awake;
  }

  private ConnectionOptions shared(ConnectionOptions options) {
    for (ConnectionOptions variant : variants) {
      if (variant != null && variant.isLike(options)) {
        return variant;
      }
    }
    variants[nextVariant] = options;
    nextVariant = (nextVariant + 1) % VARIANTS;
    return options;
  }
}
