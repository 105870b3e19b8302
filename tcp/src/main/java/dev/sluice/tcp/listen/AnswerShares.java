package dev.sluice.tcp.listen;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.Arrays;

/// How often a listener answers segments that fit nobody: each network (/24, /64) has a
/// share of its own in every second.
///
/// A limit that all share would tell an attacker, by what is left of it for himself,
/// whether his forged segments met a connection. So a network that has got a share in
/// this second keeps it, whatever others do. There are 1,024 shares in sets of 8, found
/// by a secret hash, and they are dealt out anew each second; a network that comes when
/// its set is taken gets none, so that a flood from everywhere is not thrown back.
///
/// Memory: 12 KiB, taken when the first answer is due. Allocates nothing after that.
final class AnswerShares {
  /// What one network gets of the setting.
  static final int PARTS = 64;
  /// Networks that get a share in one second, at most.
  static final int NETWORKS = 1_024;

  private static final int WAYS = 8;
  private static final long SECOND = 1_000_000_000L;
  private static final long IPV4_NETWORK = ~0xffL;

  private final InitialSequence secret;
  private final TcpSettings settings;
  /// Keyed hashes of networks; 0 is a share of nobody.
  private long[] networks = new long[0];
  private int[] used = new int[0];
  private long second = Long.MIN_VALUE;

  /// @param secret what networks are hashed with
  /// @param settings the limit
  AnswerShares(InitialSequence secret, TcpSettings settings) {
    this.secret = secret;
    this.settings = settings;
  }

  /// Whether the sender of this segment may be answered once more now; counts it if so.
  boolean permit(Segment in, long nowNanos) {
    beginSecond(Math.floorDiv(nowNanos, SECOND));
    long network = networkOf(in);
    int first = (int) network & NETWORKS - 1 & -WAYS;
    for (int i = first; i < first + WAYS; i++) {
      if (networks[i] == 0) {
        networks[i] = network;
      }
      if (networks[i] == network) {
        return take(i);
      }
    }
    return false;
  }

  private boolean take(int share) {
    if (used[share] >= (settings.listenerResetsPerSecond + PARTS - 1L) / PARTS) {
      return false;
    }
    used[share]++;
    return true;
  }

  private void beginSecond(long now) {
    if (networks.length == 0) {
      networks = new long[NETWORKS];
      used = new int[NETWORKS];
    }
    if (now != second) {
      second = now;
      Arrays.fill(networks, 0);
      Arrays.fill(used, 0);
    }
  }

  private long networkOf(Segment in) {
    boolean v4 = IpAddress.isV4(in.sourceHigh, in.sourceLow);
    long network = v4 ? in.sourceLow & IPV4_NETWORK : in.sourceHigh;
    long hash = secret.tableHash(network, second, v4 ? 1 : 0, 0, 0);
    return hash == 0 ? 1 : hash;
  }
}
