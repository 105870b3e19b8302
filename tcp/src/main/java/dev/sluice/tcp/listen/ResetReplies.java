package dev.sluice.tcp.listen;

import dev.sluice.tcp.close.Reset;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.Arrays;

/// The RSTs of a listener, with a limit, so that a flood of ACKs is not thrown back.
///
/// A limit that all share would tell an attacker, by what is left of it for himself,
/// whether his forged segments met a connection. So addresses are thrown into 64 groups
/// by a secret hash of their network (/24, /64), another one each second, and each group
/// has its own share.
public final class ResetReplies {
  private static final int CAPACITY = 64;
  private static final int GROUPS = 64;
  private static final long SECOND = 1_000_000_000L;
  private static final long IPV4_NETWORK = ~0xffL;

  private final InitialSequence secret;
  private final TcpSettings settings;
  private final CounterSet<TcpCounter> counters;
  private final Segment reply = new Segment();
  private final int[] used = new int[GROUPS];
  private long second = Long.MIN_VALUE;
  private long[] addresses = new long[0];
  private int[] words = new int[0];
  private int first;
  private int count;

  /// @param secret what groups are made with
  /// @param settings the limit
  public ResetReplies(
      InitialSequence secret, TcpSettings settings, CounterSet<TcpCounter> counters) {
    this.secret = secret;
    this.settings = settings;
    this.counters = counters;
  }

  /// Answers a segment that fits nobody, unless it is a RST or there were too many.
  public void answer(Segment in, long nowNanos) {
    if (!Reset.replyTo(in, reply)) {
      return;
    }
    if (count == CAPACITY || !permit(in, nowNanos)) {
      counters.increment(TcpCounter.RESETS_HELD_BACK);
      return;
    }
    put(reply);
  }

  /// Resets a half-open peer.
  public void reset(HalfOpen entry) {
    if (count == CAPACITY) {
      return;
    }
    reply.clear();
    entry.addressReply(reply);
    reply.flags = Flags.RST | Flags.ACK;
    reply.seq = entry.iss + 1;
    reply.ack = entry.irs + 1;
    put(reply);
  }

  private boolean permit(Segment in, long nowNanos) {
    long now = Math.floorDiv(nowNanos, SECOND);
    if (now != second) {
      second = now;
      Arrays.fill(used, 0);
    }
    boolean v4 = IpAddress.isV4(in.sourceHigh, in.sourceLow);
    long network = v4 ? in.sourceLow & IPV4_NETWORK : in.sourceHigh;
    int group = (int) secret.tableHash(network, now, 0, 0, 0) & GROUPS - 1;
    int share = (settings.listenerResetsPerSecond + GROUPS - 1) / GROUPS;
    return used[group]++ < share;
  }

  private void put(Segment out) {
    if (words.length == 0) {
      addresses = new long[4 * CAPACITY];
      words = new int[4 * CAPACITY];
    }
    int at = 4 * ((first + count) % CAPACITY);
    count++;
    addresses[at] = out.sourceHigh;
    addresses[at + 1] = out.sourceLow;
    addresses[at + 2] = out.destinationHigh;
    addresses[at + 3] = out.destinationLow;
    words[at] = out.sourcePort << 16 | out.destinationPort;
    words[at + 1] = out.flags;
    words[at + 2] = out.seq;
    words[at + 3] = out.ack;
  }

  /// The next RST to send.
  ///
  /// @param ttl TTL or hop limit
  /// @return false: there is none
  public boolean poll(Segment out, int ttl) {
    if (count == 0) {
      return false;
    }
    int at = 4 * first;
    first = (first + 1) % CAPACITY;
    count--;
    out.clear();
    out.sourceHigh = addresses[at];
    out.sourceLow = addresses[at + 1];
    out.destinationHigh = addresses[at + 2];
    out.destinationLow = addresses[at + 3];
    out.sourcePort = words[at] >>> 16;
    out.destinationPort = words[at] & 0xffff;
    out.ttl = ttl;
    out.flags = words[at + 1];
    out.seq = words[at + 2];
    out.ack = words[at + 3];
    counters.increment(TcpCounter.RESETS_OUT);
    counters.increment(TcpCounter.SEGMENTS_OUT);
    return true;
  }
}
