package dev.sluice.tcp.listen;

import dev.sluice.tcp.close.Reset;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// The RSTs of a listener, with a limit, so that a flood of ACKs is not thrown back.
///
/// ACKs that a half-open peer is answered with, because what came does not fit, are taken
/// from the same [AnswerShares]: whoever forged its SYN could else have it flooded.
public final class ResetReplies {
  private static final int CAPACITY = 64;

  private final AnswerShares shares;
  private final CounterSet<TcpCounter> counters;
  private final Segment reply = new Segment();
  private long[] addresses = new long[0];
  private int[] words = new int[0];
  private int first;
  private int count;

  /// @param secret what networks are hashed with
  /// @param settings the limit
  /// @param counters of the stack
  public ResetReplies(
      InitialSequence secret, TcpSettings settings, CounterSet<TcpCounter> counters) {
    shares = new AnswerShares(secret, settings);
    this.counters = counters;
  }

  /// Answers a segment that fits nobody, unless it is a RST or there were too many.
  public void answer(Segment in, long nowNanos) {
    if (!Reset.replyTo(in, reply)) {
      return;
    }
    if (count == CAPACITY || !shares.permit(in, nowNanos)) {
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

  /// Whether a half-open peer may be answered with an ACK once more.
  public boolean mayAcknowledge(Segment in, long nowNanos) {
    return shares.permit(in, nowNanos);
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
