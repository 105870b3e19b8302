package dev.sluice.tcp.tcb;

/// The eleven states of a connection and the arrows between them.
///
/// ```
///                             +---------+ ---------\      active OPEN
///                             |  CLOSED |            \    -----------
///                             +---------+<---------\   \  snd SYN
///       passive OPEN, create    |     ^              \   \
///                               V     |   CLOSE        \   \
///                             +---------+                \  \
///        rcv SYN              |  LISTEN |                 |  |
///      snd SYN,ACK   +--------+---------+                 |  |
///                    V                                    |  V
///              +-----------+     rcv SYN, snd SYN,ACK   +----------+
///              |SYN-RECEIVED|<--------------------------| SYN-SENT |
///              +-----------+                            +----------+
///       CLOSE    |    | rcv ACK of SYN                    | rcv SYN,ACK
///     snd FIN    |    V                                   V  snd ACK
///                |  +-------------------------------------------+
///                |  |                ESTABLISHED                |
///                |  +-------------------------------------------+
///                V   CLOSE, snd FIN |          | rcv FIN, snd ACK
///            +----------+           |          |      +------------+
///            |FIN-WAIT-1|<----------+          +----->| CLOSE-WAIT |
///            +----------+                             +------------+
///   rcv ACK of FIN |  | rcv FIN, snd ACK                 | CLOSE, snd FIN
///                  V  +----------+                       V
///            +----------+   +---------+             +----------+
///            |FIN-WAIT-2|   | CLOSING |             | LAST-ACK |
///            +----------+   +---------+             +----------+
///    rcv FIN, snd ACK |        | rcv ACK of FIN        | rcv ACK of FIN
///                     V        V                       V
///                   +------------+    2MSL over    +--------+
///                   | TIME-WAIT  |---------------->| CLOSED |
///                   +------------+                 +--------+
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.3.2 RFC 9293 §3.3.2
public enum State {
  CLOSED,
  LISTEN,
  SYN_SENT,
  SYN_RECEIVED,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT;

  /// Our SYN was acknowledged and the peer's SYN arrived: RFC 9293 §3.3.2,
  /// "synchronized".
  public boolean isSynchronized() {
    return switch (this) {
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED -> false;
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> true;
    };
  }

  /// The peer's FIN has not arrived yet, so there may be more to receive.
  public boolean canReceive() {
    return switch (this) {
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> true;
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
        false;
    };
  }

  /// The user may still write: no CLOSE yet. Before ESTABLISHED the data waits.
  public boolean canSend() {
    return switch (this) {
      case SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
      case CLOSED, LISTEN, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> false;
    };
  }

  /// Our SYN-ACK, or our SYN after the peer's, was acknowledged (§3.10.7.4, fifth).
  public State onSynAcked() {
    return switch (this) {
      case SYN_SENT, SYN_RECEIVED -> ESTABLISHED;
      case CLOSED,
          LISTEN,
          ESTABLISHED,
          FIN_WAIT_1,
          FIN_WAIT_2,
          CLOSE_WAIT,
          CLOSING,
          LAST_ACK,
          TIME_WAIT -> throw new AssertionError("no SYN of ours is outstanding in " + this);
    };
  }

  /// CLOSE, and our FIN is queued behind the data (§3.10.4).
  public State onClose() {
    return switch (this) {
      case SYN_RECEIVED, ESTABLISHED -> FIN_WAIT_1;
      case CLOSE_WAIT -> LAST_ACK;
      case CLOSED, LISTEN, SYN_SENT, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT ->
        throw new AssertionError("no FIN goes out in " + this);
    };
  }

  /// The peer's FIN was received in order (§3.10.7.4, eighth).
  public State onFin() {
    return switch (this) {
      case SYN_RECEIVED, ESTABLISHED -> CLOSE_WAIT;
      case FIN_WAIT_1 -> CLOSING;
      case FIN_WAIT_2 -> TIME_WAIT;
      case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> this;
      case CLOSED, LISTEN, SYN_SENT -> throw new AssertionError("no FIN is processed in " + this);
    };
  }

  /// The peer's FIN came in order, and with it the ACK of ours (figure 5, note 2).
  public State onFinAndAck() {
    return switch (this) {
      case FIN_WAIT_1 -> TIME_WAIT;
      case CLOSED,
          LISTEN,
          SYN_SENT,
          SYN_RECEIVED,
          ESTABLISHED,
          FIN_WAIT_2,
          CLOSE_WAIT,
          CLOSING,
          LAST_ACK,
          TIME_WAIT -> throw new AssertionError("no such arrow from " + this);
    };
  }

  /// The peer acknowledged our FIN (§3.10.7.4, fifth).
  public State onFinAcked() {
    return switch (this) {
      case FIN_WAIT_1 -> FIN_WAIT_2;
      case CLOSING -> TIME_WAIT;
      case LAST_ACK -> CLOSED;
      case FIN_WAIT_2, TIME_WAIT -> this;
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT ->
        throw new AssertionError("no FIN of ours is outstanding in " + this);
    };
  }

  /// The name as the RFC prints it: `FIN-WAIT-1`.
  @Override
  public String toString() {
    return name().replace('_', '-');
  }
}
