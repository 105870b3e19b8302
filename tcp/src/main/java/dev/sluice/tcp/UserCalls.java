package dev.sluice.tcp;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.Timer;

/// The user's calls: SEND, RECEIVE, CLOSE, ABORT. OPEN is the making of a [Connection]
/// or a [Listener].
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.2 RFC 9293 §3.10.2 to
///     §3.10.5
final class UserCalls {
  private final Rooms rooms;
  private long lastReadPosition;

  UserCalls(Rooms rooms) {
    this.rooms = rooms;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    lastReadPosition = archive.keep(lastReadPosition, rooms.rcv.nxtPosition());
  }

  /// The user wrote (SEND) or read (RECEIVE) on its own thread: the loop sees what
  /// follows.
  void onProgress(long nowNanos) {
    if (rooms.lifecycle.isInputShut()) {
      rooms.receiveBuffer.discard();
    }
    rooms.receiveBuffer.release(rooms.reassembly.hasGap());
    long read = rooms.receiveBuffer.readPosition();
    boolean hasRead = read != lastReadPosition;
    lastReadPosition = read;
    if (hasRead && rooms.options.receiveAutoTuning) {
      rooms.receiveTuning.onRead(rooms.rtt.srttNanos(), nowNanos);
    }
    if (hasRead && rooms.state().canReceive() && rooms.window.isUpdateDue()) {
      rooms.ackPolicy.acknowledgeNow();
    }
  }

  /// CLOSE for sending: the FIN goes out behind what is queued.
  void shutdownOutput() {
    switch (rooms.state()) {
      case SYN_SENT -> {
        rooms.sendBuffer.seal();
        rooms.lifecycle.finAfterHandshake();
      }
      case SYN_RECEIVED -> {
        if (rooms.sendBuffer.size() == 0) {
          rooms.close.queueFin();
        } else {
          rooms.sendBuffer.seal();
          rooms.lifecycle.finAfterHandshake();
        }
      }
      case ESTABLISHED, CLOSE_WAIT -> rooms.close.queueFin();
      case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT, CLOSED, LISTEN -> {
        // a FIN is on its way already, or there is nobody to send it to
      }
    }
  }

  /// Nobody reads any more: what arrived and what arrives is dropped, and acknowledged.
  void shutdownInput() {
    rooms.lifecycle.shutInput();
    rooms.receiveBuffer.discard();
  }

  /// CLOSE both ways (MAY-1). Unread data means that the peer's data is lost, and the
  /// peer is told so by a RST (SHLD-3, RFC 2525 §2.17).
  void close(long nowNanos) {
    if (rooms.lifecycle.isClosedByUser()) {
      return;
    }
    rooms.lifecycle.closedByUser();
    boolean unread = rooms.receiveBuffer.readable() > 0 && !rooms.lifecycle.isInputShut();
    switch (rooms.state()) {
      case SYN_SENT -> rooms.close.end(new CloseReason.Finished(), "CLOSE, delete TCB");
      case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, FIN_WAIT_1, FIN_WAIT_2 -> {
        if (unread) {
          rooms.close.abort(new CloseReason.Aborted(), "CLOSE with data unread, snd RST");
        } else {
          shutdownOutput();
          rooms.close.watchOrphan(nowNanos);
        }
      }
      case CLOSING, LAST_ACK, TIME_WAIT, CLOSED, LISTEN -> {
        // under way already
      }
    }
    rooms.receiveBuffer.discard();
  }

  /// ABORT.
  void abort() {
    switch (rooms.state()) {
      case TIME_WAIT, CLOSED, LISTEN -> {
        // nothing to abort: a TIME-WAIT is a record of its own by now
      }
      case SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT ->
        rooms.close.abort(new CloseReason.Aborted(), "ABORT, snd RST");
      case CLOSING, LAST_ACK -> rooms.close.end(new CloseReason.Aborted(), "ABORT, delete TCB");
    }
    rooms.receiveBuffer.discard();
  }

  /// The stack wants memory back that nobody was promised.
  void pruneOutOfOrder() {
    int octets = rooms.reassembly.prune();
    rooms.environment.counters().add(TcpCounter.OUT_OF_ORDER_PRUNED, octets);
  }

  /// The stack wants all of it back.
  void evict() {
    switch (rooms.state()) {
      case TIME_WAIT, CLOSED, LISTEN -> {
        // holds nothing
      }
      case SYN_SENT,
          SYN_RECEIVED,
          ESTABLISHED,
          FIN_WAIT_1,
          FIN_WAIT_2,
          CLOSE_WAIT,
          CLOSING,
          LAST_ACK -> rooms.close.abort(new CloseReason.OutOfMemory(), "evicted, snd RST");
    }
    rooms.receiveBuffer.discard();
  }

  /// The user changed options.
  void onOptionsChanged(long nowNanos) {
    int send = rooms.options.sendBufferBytes;
    if (!rooms.options.sendAutoTuning || rooms.sendBuffer.capacity() < send) {
      rooms.sendBuffer.capacity(send);
    }
    rooms.limitSendBuffer();
    rooms.window.clamp(rooms.options.windowClampBytes);
    rooms.congestion.choose(rooms.congestionWanted());
    int receive = rooms.options.receiveBufferBytes;
    if (!rooms.options.receiveAutoTuning || rooms.receiveBuffer.capacity() < receive) {
      rooms.receiveBuffer.capacity(receive);
    }
    if (rooms.options.noDelay) {
      rooms.output.release(); // what TCP_CORK or MSG_MORE holds back goes once
    }
    if (rooms.state().isSynchronized() && rooms.state() != State.TIME_WAIT) {
      rooms.keepAlive.start(nowNanos);
    }
    if (rooms.deadlines.isSet(Timer.FIN_WAIT_2)) {
      rooms.close.watchOrphan(nowNanos);
    }
    rooms.userTimeout.onOptionsChanged();
    rooms.deadlines.clear(Timer.USER_TIMEOUT); // set anew, if there is one
    rooms.deadlines.clear(Timer.OPEN); // likewise
  }
}
