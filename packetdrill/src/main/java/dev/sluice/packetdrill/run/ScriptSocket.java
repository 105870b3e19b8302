package dev.sluice.packetdrill.run;

import dev.sluice.stack.Binding;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A socket as a script's system calls see it, on top of the host's own verbs.
final class ScriptSocket {
  final ConnectionOptions options;
  boolean nonBlocking;
  /// SO_ZEROCOPY: sends may ask for it.
  boolean zerocopy;
  /// TCP_INQ: `recvmsg` tells how many octets wait.
  boolean tellsQueue;
  /// What programs want to hear of octets they wrote, made when it is first wanted.
  @Nullable
  ErrorQueue errorQueue;

  boolean reuseAddress;
  boolean reusePort;
  boolean lingers;
  int lingerSeconds;
  boolean closed;

  @Nullable
  Binding binding;

  @Nullable
  Listener listener;
  /// Finished handshakes that nobody has accepted yet.
  final Deque<ScriptSocket> backlog = new ArrayDeque<>();

  @Nullable
  Connection connection;
  /// TCP_FASTOPEN_CONNECT.
  boolean fastOpenConnect;
  /// `connect` was called on it.
  boolean active;
  boolean connected;
  /// The peer's SYN arrived, and with it its MSS.
  boolean sawPeer;
  boolean endOfStream;
  boolean readShut;
  boolean writeShut;
  /// The connection is over.
  boolean over;
  /// The error that the next call reports, or null.
  @Nullable
  String pendingError;
  /// Events so far; tells edge-triggered polls that something is new.
  long activity;
  /// What SO_RCVBUF and SO_SNDBUF were set to, or 0.
  long receiveBufferSet;
  /// The receive buffer before it was rounded up to whole segments, or 0.
  int receiveBufferAsked;
  long sendBufferSet;

  private State lastState = State.CLOSED;

  ScriptSocket(ConnectionOptions options) {
    this.options = options;
  }

  /// The connection, for calls that need one.
  Connection connection() {
    Connection present = connection;
    if (present == null) {
      throw new IllegalStateException("no connection");
    }
    return present;
  }

  boolean isListening() {
    return listener != null;
  }

  /// What happened to the connection.
  void onEvent(Event event, Errors errors) {
    activity++;
    switch (event) {
      case Event.Signal signal -> onSignal(signal);
      case Event.Transition(State from, State to, String _) -> {
        lastState = to == State.CLOSED ? from : to;
        sawPeer |= to == State.SYN_RECEIVED || to == State.ESTABLISHED;
      }
      case Event.Closed closedEvent -> {
        over = true;
        connected = false;
        String error = errors.of(closedEvent.reason(), lastState, active);
        pendingError = error == null ? pendingError : error;
      }
      default -> {
        // soft errors and hints change nothing that these calls report
      }
    }
  }

  private void onSignal(Event.Signal signal) {
    switch (signal) {
      case CONNECTED -> connected = true;
      case END_OF_STREAM -> endOfStream = true;
      case READABLE, WRITABLE, FIN_ACKNOWLEDGED -> {
        // seen by asking the connection
      }
    }
  }

  /// Takes the pending error.
  @Nullable
  String takeError() {
    String error = pendingError;
    pendingError = null;
    return error;
  }

  /// How the ends of connections read as error symbols.
  interface Errors {
    /// The symbol for an end.
    ///
    /// @param reason why it ended
    /// @param state where it was before
    /// @param active whether it began with `connect`
    /// @return null for an end that is no error
    @Nullable
    String of(CloseReason reason, State state, boolean active);
  }
}
