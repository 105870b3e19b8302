package dev.sluice.tcp.listen;

import dev.sluice.tcp.handshake.FastOpenCookies;
import dev.sluice.tcp.receive.ReceiveWindow;
import dev.sluice.tcp.send.EffectiveMss;
import dev.sluice.tcp.tcb.AccEcnOptionUse;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.UserTimeout;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// What a half-open peer hears of us: the SYN-ACK, and ACKs of what does not fit.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.2 RFC 9293 §3.10.7.2
public final class SynReply {
  private static final long MS = 1_000_000L;

  private final SynNumbers numbers;
  private final TcpSettings settings;
  private final ConnectionOptions options;
  private final FastOpenCookies fastOpenCookies;
  private final Path path;

  /// @param numbers where timestamp offsets come from
  /// @param settings what is agreed to
  /// @param options what connections start with
  /// @param path what the link carries
  /// @param fastOpenCookies what peers get that ask
  public SynReply(
      SynNumbers numbers,
      TcpSettings settings,
      ConnectionOptions options,
      Path path,
      FastOpenCookies fastOpenCookies) {
    this.numbers = numbers;
    this.settings = settings;
    this.options = options;
    this.fastOpenCookies = fastOpenCookies;
    this.path = path;
  }

  /// The window of a SYN of ours, never scaled.
  public static int window(ConnectionOptions options) {
    return ReceiveWindow.synField(options);
  }

  /// The next SYN-ACK or ACK that is due.
  ///
  /// @return false: there is none
  public boolean poll(SynCache cache, Segment out, long nowNanos) {
    HalfOpen entry = cache.pollToSend();
    if (entry == null) {
      return false;
    }
    fill(entry, out, nowNanos);
    cache.onSent(entry);
    return true;
  }

  private void fill(HalfOpen entry, Segment out, long nowNanos) {
    out.clear();
    entry.addressReply(out);
    out.ttl = options.ttl;
    out.trafficClass = options.dscp << 2;
    out.ack = entry.irs + 1;
    out.window = window(options);
    boolean synAck = entry.takeSynAckDue();
    out.flags = synAck ? Flags.SYN | Flags.ACK : Flags.ACK;
    out.seq = synAck ? entry.iss : entry.iss + 1;
    if (synAck) {
      entry.onSent(nowNanos);
      offer(entry, out, nowNanos);
    }
    if (settings.windowScaling && entry.peerShift != Segment.ABSENT) {
      scale(synAck, out);
    }
    if (entry.timestamps) {
      out.hasTimestamps = true;
      out.tsVal = numbers.timestampOffset(entry) + (int) (nowNanos / MS);
      out.tsEcr = entry.tsRecent;
    }
    if (synAck) {
      boolean option = settings.accEcnOption != AccEcnOptionUse.NEVER;
      entry.ecn.write(out, entry.repeats, option);
    }
  }

  private void offer(HalfOpen entry, Segment out, long nowNanos) {
    if (!options.noSynOptions) {
      int bound = settings.segmentBound(options.maxSegmentBytes);
      out.mss = EffectiveMss.announced(out.isV4(), path, bound);
    }
    out.sackPermitted = settings.selectiveAcks && entry.sackPermitted;
    out.userTimeout = UserTimeout.advertised(options);
    if (entry.isCookieDue()) {
      long cookie = fastOpenCookies.cookie(entry.tuple(), nowNanos);
      FastOpenCookies.write(cookie, entry.cookieExperimental, out);
    }
  }

  /// Only a SYN's window is not scaled (RFC 7323 §2.2).
  private void scale(boolean synAck, Segment out) {
    int shift = ReceiveWindow.shiftFor(options, settings);
    if (synAck) {
      out.windowScale = shift;
    } else {
      out.window >>= shift;
    }
  }
}
