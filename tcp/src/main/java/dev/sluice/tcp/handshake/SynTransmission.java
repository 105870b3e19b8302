package dev.sluice.tcp.handshake;

import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.recovery.RetransmissionQueue;
import dev.sluice.tcp.recovery.RetransmissionTimeout;
import dev.sluice.tcp.send.Output;
import dev.sluice.tcp.send.Push;
import dev.sluice.tcp.send.SegmentHeader;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import org.jspecify.annotations.Nullable;

/// Our SYN of an active open, and our SYN-ACK when both sides opened at once: sent, and
/// sent again until the peer acknowledges it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.5 RFC 9293 §3.5
public final class SynTransmission {
  private final SendSequence snd;
  private final RetransmissionQueue queue;
  private final RetransmissionTimeout rto;
  private final LossRecovery recovery;
  private final SegmentHeader header;
  private final Output output;
  private final SynOptions options;
  private final SendBuffer buffer;
  private final Push push;
  private final CounterSet<TcpCounter> counters;
  private @Nullable FastOpenClient fastOpen;
  private boolean cookieDue;
  private boolean cookieExperimental;
  private long cookie;

  /// @param rooms what [Output] is built with
  public SynTransmission(Output.Rooms rooms, Output output, SynOptions options) {
    snd = rooms.snd();
    queue = rooms.queue();
    rto = rooms.rto();
    recovery = rooms.recovery();
    header = rooms.header();
    buffer = rooms.buffer();
    push = rooms.push();
    counters = rooms.counters();
    this.output = output;
    this.options = options;
  }

  /// The SYN, if it is to go out now.
  public boolean poll(State state, Segment out, long nowNanos) {
    if (snd.isSynAcked()) {
      return false;
    }
    boolean first = isFirstDue();
    if (first && fastOpen != null && fastOpen.isWaiting() && buffer.size() == 0) {
      return false; // for what the user writes first
    }
    if (!first && (!output.findLost() || queue.foundStart() != snd.iss())) {
      return false;
    }
    if (state == State.SYN_SENT) {
      header.beginSyn(out, snd.iss());
    } else {
      header.begin(out, Flags.SYN, snd.iss(), nowNanos);
    }
    options.write(out, rto.retransmissions(), nowNanos);
    options.writeEcn(out, rto.retransmissions());
    if (cookieDue) {
      FastOpenCookies.write(cookie, cookieExperimental, out);
    }
    if (first) {
      sendFirst(out, nowNanos);
    } else {
      output.onRetransmitted(nowNanos);
    }
    return true;
  }

  private void sendFirst(Segment out, long nowNanos) {
    int iss = snd.iss();
    int text = fastOpen == null || out.has(Flags.ACK) ? 0 : fastOpen.write(out, buffer.size());
    snd.onSent(iss + 1 + text);
    queue.append(iss, iss + 1, 1, nowNanos);
    if (text > 0) {
      queue.append(iss + 1, iss + 1 + text, text, nowNanos);
      push.remember(text); // sent again on its own, it is passed on at once
      out.payload = buffer;
      out.payloadPosition = 0;
      out.payloadLength = text;
      counters.increment(TcpCounter.FAST_OPENS_OUT);
    }
    rto.onSent(true, nowNanos);
  }

  /// The user wants fast open: the first SYN follows this plan.
  public void fastOpen(FastOpenClient plan) {
    fastOpen = plan;
  }

  /// Our SYN-ACK brings the peer another cookie than the one it has shown (RFC 7413
  /// §4.1.2).
  public void giveCookie(long value, boolean experimental) {
    cookieDue = true;
    cookie = value;
    cookieExperimental = experimental;
  }

  /// Whether our first SYN, or SYN-ACK, has yet to go out.
  public boolean isFirstDue() {
    return snd.nxt() == snd.iss();
  }

  /// The peer repeats the SYN that we have answered: so do we.
  public void onSynRepeated() {
    queue.markFirstLost();
  }

  /// The peer's SYN crossed ours: ours goes out again at once, now with an ACK.
  public void onSynCrossed() {
    if (fastOpen != null) {
      fastOpen.begin();
    }
    recovery.resendAll();
  }
}
