package dev.sluice.stack;

import dev.sluice.wire.IpAddress;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Chooses local ports that nobody outside can guess.
///
/// For a connection this is the double-hash choice of RFC 6056 §3.3.4: a keyed hash of
/// the destination says where to start, and a counter that the destination shares with
/// few others says how far to go on, so that a port comes back late. The counters move
/// by random steps: who connects to one server learns nothing of what goes to another.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6056#section-3.3.4 RFC 6056 §3.3.4
final class EphemeralPorts {
  /// The first port of the range, as in Linux.
  static final int FIRST = 32_768;
  /// The last one.
  static final int LAST = 60_999;

  private static final int COUNT = LAST - FIRST + 1;
  /// Counters, enough that two destinations seldom share one (CVE-2022-32296 was about
  /// 256).
  private static final int COUNTERS = 1 << 16;
  /// A counter moves by 1 to this.
  private static final int MAX_STEP = 8;

  private final TupleHash hash;
  private final RandomGenerator random;
  /// Made with the first connection: a server never needs them.
  private short @Nullable [] counters;

  EphemeralPorts(TupleHash hash, RandomGenerator random) {
    this.hash = hash;
    this.random = random;
  }

  /// A port for a socket without a peer: random (RFC 6056 §3.3.1). All are tried.
  ///
  /// @return 0 if none is usable
  int choose(IntPredicate usable) {
    return tryAll(random.nextInt(COUNT), usable);
  }

  /// A port for a connection. All are tried.
  ///
  /// @return 0 if none is usable
  int choose(IpAddress local, IpAddress remote, int remotePort, IntPredicate usable) {
    short[] moved = counters;
    if (moved == null) {
      moved = new short[COUNTERS];
      for (int i = 0; i < COUNTERS; i++) {
        moved[i] = (short) random.nextInt();
      }
      counters = moved;
    }
    long bits = hash.hash64(local.high(), local.low(), remote.high(), remote.low(), remotePort);
    int counter = (int) (bits >>> 48);
    int start = Math.floorMod((int) bits + (moved[counter] & 0xffff), COUNT);
    int port = tryAll(start, usable);
    int tried = port == 0 ? 0 : Math.floorMod(port - FIRST - start, COUNT);
    moved[counter] += (short) (tried + 1 + random.nextInt(MAX_STEP));
    return port;
  }

  private static int tryAll(int start, IntPredicate usable) {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + (start + i) % COUNT;
      if (usable.test(port)) {
        return port;
      }
    }
    return 0;
  }
}
