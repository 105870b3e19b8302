package dev.sluice.tcp;

import dev.sluice.tcp.ecn.SynEcn;
import dev.sluice.tcp.listen.FastOpenQueue;
import dev.sluice.tcp.listen.HalfOpen;
import dev.sluice.tcp.listen.SynNumbers;
import dev.sluice.tcp.listen.SynReply;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;

/// Makes a connection of a half-open peer.
final class PassiveOpen {
  private final Environment environment;
  private final ConnectionOptions options;
  private final Path path;
  private final SynNumbers numbers;

  PassiveOpen(Environment environment, ConnectionOptions options, Path path, SynNumbers numbers) {
    this.environment = environment;
    this.options = options;
    this.path = path;
    this.numbers = numbers;
  }

  /// The peer's ACK came: the connection in SYN-RECEIVED that takes it.
  Connection accept(HalfOpen entry, long nowNanos) {
    Rooms rooms = agreed(entry, nowNanos);
    rooms.snd.onSent(entry.iss() + 1);
    rooms.queue.append(entry.iss(), entry.iss() + 1, 1, entry.sentNanos());
    if (entry.isRepeated()) {
      rooms.queue.markFirstRepeated();
    }
    if (entry.wasLost()) {
      rooms.rto.onExpired(nowNanos); // IW is one segment
    }
    return Connection.accept(rooms);
  }

  /// The peer's SYN brought a fast open cookie and text (RFC 7413).
  ///
  /// @param queue where the connection counts until its handshake is over
  /// @param freshCookie one that the peer should use from now on
  Connection acceptEarly(
      HalfOpen entry, FastOpenQueue queue, FreshCookie freshCookie, long nowNanos) {
    Rooms rooms = agreed(entry, nowNanos);
    rooms.snd.openEarly();
    // a window without an ACK speaks of text: our SYN has room in any case
    rooms.snd.firstWindow(entry.irs(), entry.iss(), entry.window() + 1L);
    rooms.congestion.onMssChanged(rooms.mss.octets());
    if (freshCookie.isDue()) {
      rooms.syn.giveCookie(freshCookie.cookie(), freshCookie.experimental());
    }
    return Connection.acceptEarly(rooms, queue);
  }

  /// A fast open cookie for whoever showed an old one.
  ///
  /// @param isDue whether there is one
  /// @param cookie its octets
  /// @param experimental the form it was asked for in
  record FreshCookie(boolean isDue, long cookie, boolean experimental) {
    static final FreshCookie NONE = new FreshCookie(false, 0, false);
  }

  /// The rooms of a connection in SYN-RECEIVED, with what the peer's SYN asked for.
  private Rooms agreed(HalfOpen entry, long nowNanos) {
    Ground ground = new Ground(environment, entry.tuple(), options.copy(), path);
    Rooms rooms = new Rooms(ground, State.SYN_RECEIVED, entry.iss());
    rooms.timestamps.offset(numbers.timestampOffset(entry));
    rooms.rcv.begin(entry.irs());
    rooms.synOptions.agree(entry.peerMss(), entry.peerShift());
    rooms.userTimeout.onOption(entry.userTimeout(), rooms.rto.rtoNanos());
    if (entry.sackPermitted()) {
      rooms.synOptions.agreeSelectiveAcks();
    }
    if (entry.timestamps()) {
      rooms.synOptions.agreeTimestamps(entry.tsRecent(), nowNanos);
    }
    SynEcn ecn = entry.ecn();
    rooms.ecn.onSyn(ecn.mode(), ecn.codepoint(), ecn.mayMark());
    rooms.rcv.onAckSent(rooms.rcv.nxt() + SynReply.window(options));
    rooms.snd.firstWindow(entry.irs(), entry.iss(), entry.window());
    return rooms;
  }
}
