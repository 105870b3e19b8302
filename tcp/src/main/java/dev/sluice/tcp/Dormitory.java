package dev.sluice.tcp;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Puts connections of one stack to sleep and wakes them: what their rooms remember goes
/// into an archive of some hundred octets and comes back from it.
///
/// Some rooms that nobody lives in are kept, for the next connection of the same kind
/// that wakes: where many connections take turns, waking allocates nothing.
///
/// Sleeping connections with the same options share them. Few variants are looked at:
/// what is seldom chosen is kept once for each connection.
public final class Dormitory {
  private static final int VARIANTS = 8;
  /// Empty rooms kept, at most.
  private static final int MAX_VACANT = 32;

  private final Archive archive = new Archive();
  private final @Nullable ConnectionOptions[] variants = new @Nullable ConnectionOptions[VARIANTS];
  private int nextVariant;
  private final ArrayDeque<Awake> vacant = new ArrayDeque<>(MAX_VACANT);

  /// What is left of a connection that falls asleep; its rooms are not its own any more.
  ///
  /// @param reuse what was left the last time
  byte[] putAway(Ground ground, Awake awake, byte[] reuse) {
    archive.write(awake.rooms.traffic.ackReceivedNanos());
    awake.keep(archive);
    ground.receiveBuffer.release(false); // what was read in place
    ground.sendBuffer.shrink();
    ground.receiveBuffer.shrink();
    if (!ground.optionsLent) {
      ConnectionOptions own = ground.options;
      ConnectionOptions variant = awake.variant == null ? shared(own) : awake.variant;
      ground.options = variant;
      awake.variant = variant;
      boolean separate = own != variant; // else whoever shares the variant would share what is own
      if (separate && vacant.size() < MAX_VACANT && awake.rooms.areSmall()) {
        vacant.push(awake);
      }
    }
    return archive.written(reuse);
  }

  private ConnectionOptions shared(ConnectionOptions options) {
    for (ConnectionOptions variant : variants) {
      if (variant != null && variant.isLike(options)) {
        return variant;
      }
    }
    ConnectionOptions variant = options.copy();
    variants[nextVariant] = variant;
    nextVariant = (nextVariant + 1) % VARIANTS;
    return variant;
  }

  /// The connection as it was.
  Awake makeAgain(Ground ground, byte[] left) {
    Awake awake = vacantFor(ground);
    if (awake == null) {
      awake = withOwnOptions(ground);
    } else {
      vacant.pop();
      ground.options = awake.rooms.options;
      awake.rooms.moveTo(ground);
    }
    restore(awake, left);
    return awake;
  }

  private @Nullable Awake vacantFor(Ground ground) {
    Awake first = vacant.peek();
    boolean fits = first != null && !ground.optionsLent && first.isLike(ground);
    return fits ? first : null;
  }

  private static Awake withOwnOptions(Ground ground) {
    ConnectionOptions shared = ground.options;
    if (!ground.optionsLent) {
      ground.options = shared.copy();
    }
    Awake awake = made(ground);
    awake.variant = ground.optionsLent ? null : shared;
    return awake;
  }

  /// The rooms of a connection that sleeps on, to be looked at and thrown away.
  Awake dreamOf(Ground ground, byte[] left) {
    Awake awake = made(ground);
    restore(awake, left);
    return awake;
  }

  private static Awake made(Ground ground) {
    return new Awake(new Rooms(ground, State.ESTABLISHED, 0));
  }

  private void restore(Awake awake, byte[] left) {
    archive.read(left);
    awake.keep(archive);
    assert archive.isAtEnd() : "what was written is read";
  }
}
