package dev.sluice.tcp.handshake;

import dev.sluice.tcp.ecn.Ecn;
import dev.sluice.tcp.ecn.EcnNegotiation;
import dev.sluice.tcp.receive.ReceiveWindow;
import dev.sluice.tcp.receive.SelectiveAcks;
import dev.sluice.tcp.receive.Timestamps;
import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.send.EffectiveMss;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.UserTimeout;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// What the two ends agree on by their SYNs: MSS, window scale, timestamps,
/// ECN.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.7.1 RFC 9293 §3.7.1
/// @spec https://www.rfc-editor.org/rfc/rfc7323#section-2 RFC 7323 §2, §3
public final class SynOptions {
  /// The largest shift; a peer that asks for more gets this (RFC 7323 §2.3).
  public static final int MAX_SHIFT = 14;

  private final Rooms rooms;
  private final int ourShift;
  private boolean peerOffersShift;

  /// What [SynOptions] is built with.
  ///
  /// @param settings what to offer at all
  /// @param options whether the user wants any, and what the window scale must be able to
  ///     tell
  /// @param mss learns the peer's MSS
  /// @param snd learns the peer's shift
  /// @param rcv learns ours
  /// @param timestamps are switched on if both want them
  /// @param selectiveAcks likewise
  /// @param recovery likewise
  /// @param ecn likewise
  public record Rooms(
      TcpSettings settings,
      ConnectionOptions options,
      EffectiveMss mss,
      SendSequence snd,
      ReceiveSequence rcv,
      Timestamps timestamps,
      SelectiveAcks selectiveAcks,
      LossRecovery recovery,
      Ecn ecn) {}

  public SynOptions(Rooms rooms) {
    this.rooms = rooms;
    ourShift = ReceiveWindow.shiftFor(rooms.options(), rooms.settings());
  }

  /// Puts options on our SYN: all we would like, or, with ACK, those that the peer
  /// offered too.
  ///
  /// @param retransmissions how often the SYN went out before
  public void write(Segment out, int retransmissions, long nowNanos) {
    if (rooms.options().noSynOptions) {
      return;
    }
    boolean reply = out.has(Flags.ACK);
    out.mss = rooms.mss().announced();
    if (!reply && retransmissions > rooms.settings().synOptionRetries) {
      return;
    }
    out.userTimeout = UserTimeout.advertised(rooms.options());
    if (rooms.settings().windowScaling && (!reply || peerOffersShift)) {
      out.windowScale = ourShift;
    }
    out.sackPermitted =
        rooms.settings().selectiveAcks && (!reply || rooms.selectiveAcks().isEnabled());
    if (rooms.settings().timestamps && !reply) {
      out.hasTimestamps = true;
      out.tsVal = rooms.timestamps().clock(nowNanos);
      out.tsEcr = 0;
    }
  }

  /// Puts the flags on our SYN that ask for congestion notification, or, with ACK, agree
  /// to it.
  ///
  /// @param retransmissions how often the SYN went out before: after a few it asks for
  ///     nothing (RFC 3168 §6.1.1.1)
  public void writeEcn(Segment out, int retransmissions) {
    TcpSettings settings = rooms.settings();
    if (out.has(Flags.ACK)) {
      if (retransmissions < EcnNegotiation.SYN_ACKS_WITH_ECN) {
        out.flags |= rooms.ecn().synAckFlags();
      }
      if (retransmissions == 0) {
        rooms.ecn().writeSynAckOption(out);
      }
    } else if (retransmissions <= settings.ecnSynRetries) {
      out.flags |= EcnNegotiation.synFlags(settings.ecnAsk);
    }
  }

  private void agreeEcn(Segment in) {
    TcpSettings settings = rooms.settings();
    if (in.has(Flags.ACK)) {
      rooms.ecn().onSynAck(in, settings.ecnAsk);
    } else {
      EcnMode asked = EcnNegotiation.askedBy(in.flags, settings.ecnAccept);
      rooms.ecn().onSyn(asked, in.trafficClass, true);
    }
  }

  /// The peer's SYN arrived in answer to ours, or at the same time.
  public void onPeerSyn(Segment in, long nowNanos) {
    if (rooms.options().noSynOptions) {
      in.keepMssOnly();
    }
    agree(in.mss, in.windowScale);
    agreeEcn(in);
    if (in.sackPermitted) {
      agreeSelectiveAcks();
    }
    if (rooms.settings().timestamps && in.hasTimestamps) {
      agreeTimestamps(in.tsVal, nowNanos);
    }
  }

  /// As [#onPeerSyn], from what a half-open entry remembers.
  ///
  /// @param peerMss the option, or [Segment#ABSENT]
  /// @param peerShift the option, or [Segment#ABSENT]
  public void agree(int peerMss, int peerShift) {
    if (peerMss != Segment.ABSENT) {
      rooms.mss().onPeerMss(peerMss);
    }
    peerOffersShift = peerShift != Segment.ABSENT;
    if (rooms.settings().windowScaling && peerOffersShift) {
      rooms.snd().windowShift(Math.min(MAX_SHIFT, peerShift));
      rooms.rcv().windowShift(ourShift);
    }
  }

  /// The peer offered selective acknowledgments, and so do we, if we want them.
  public void agreeSelectiveAcks() {
    if (rooms.settings().selectiveAcks) {
      rooms.selectiveAcks().enable();
      rooms.recovery().enableSack();
    }
  }

  /// Both ends offered timestamps.
  public void agreeTimestamps(int peerTsVal, long nowNanos) {
    rooms.timestamps().enable(peerTsVal, nowNanos);
    rooms.mss().onTimestamps(true);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    peerOffersShift = archive.keep(peerOffersShift);
  }
}
