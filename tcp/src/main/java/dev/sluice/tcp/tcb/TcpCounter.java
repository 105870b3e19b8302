package dev.sluice.tcp.tcb;

/// What the engine counts, for the whole stack. The first lines are the MIB's (RFC 4022).
public enum TcpCounter {
  ACTIVE_OPENS("active opens"),
  PASSIVE_OPENS("passive opens"),
  ATTEMPT_FAILS("failed opens"),
  ESTABLISHED_RESETS("connections reset"),
  SEGMENTS_IN("segments received"),
  SEGMENTS_OUT("segments sent"),
  SEGMENTS_RETRANSMITTED("segments retransmitted"),
  RESETS_OUT("resets sent"),
  RETRANSMISSION_TIMEOUTS("retransmission timeouts"),
  FAST_RETRANSMITS("fast retransmits"),
  TAIL_LOSS_PROBES("tail loss probes sent (RFC 8985)"),
  RETRANSMISSIONS_LOST("retransmissions found lost themselves (RFC 8985)"),
  DUPLICATES_REPORTED("duplicates that peers reported (RFC 2883)"),
  RECOVERIES_UNDONE("fast recoveries undone as needless"),
  TIMEOUTS_UNDONE("retransmission timeouts undone as needless"),
  KEEP_ALIVE_PROBES("keep-alive probes sent"),
  ZERO_WINDOW_PROBES("zero-window probes sent"),
  CHALLENGE_ACKS("challenge ACKs sent (RFC 5961)"),
  CHALLENGE_ACKS_HELD_BACK("challenge ACKs held back by their limit"),
  TIME_WAITS("connections that went to TIME-WAIT"),
  TIME_WAITS_REUSED("TIME-WAITs ended by a newer SYN (RFC 6191)"),
  TIMEOUTS("connections timed out"),
  OUT_OF_ORDER_SEGMENTS("segments received out of order"),
  OUT_OF_ORDER_REFUSED("segments out of order not kept: memory is scarce"),
  OUT_OF_ORDER_PRUNED("octets out of order dropped again to get memory back"),
  DUPLICATE_OCTETS("octets received again"),
  ICMP_ERRORS_ACCEPTED("ICMP errors accepted"),
  ICMP_ERRORS_IGNORED("ICMP errors ignored, quote outside the window (RFC 5927)"),
  MTU_BLACK_HOLES("paths found to lose large packets in silence (RFC 4821)"),
  MTU_PROBES("packets sent to find out what the path carries"),
  MTU_PROBES_ARRIVED("of these, arrived"),
  ECN_AGREED("connections that agreed on congestion notification (RFC 3168)"),
  ACC_ECN_AGREED("connections that agreed on accurate congestion notification (RFC 9768)"),
  ECN_MARKS_RECEIVED("packets received with a congestion mark"),
  ECN_MARKS_ECHOED("packets sent that the peer saw a congestion mark on"),
  ECN_REDUCTIONS("congestion windows reduced by a mark"),
  DROPPED_PAWS("segments dropped: old timestamp (RFC 7323)"),
  DROPPED_NO_TIMESTAMP("segments dropped: timestamp missing (RFC 7323)"),
  DROPPED_OUTSIDE_WINDOW("segments dropped: outside the window"),
  DROPPED_BAD_ACK("segments dropped: ACK out of range (RFC 5961)"),
  DROPPED_NO_ACK("segments dropped: no ACK bit"),
  DROPPED_IMPOSSIBLE_FLAGS("segments dropped: impossible flags"),
  DROPPED_BACKLOG_FULL("SYNs dropped: too many half-open connections"),
  DROPPED_ACCEPT_QUEUE_FULL("handshakes held back: accept queue full"),
  DROPPED_CLOSED_CONNECTION("segments for a closed connection"),
  FAST_OPENS_IN("connections that began with a fast open cookie (RFC 7413)"),
  FAST_OPENS_OUT("SYNs sent with text (RFC 7413)"),
  FAST_OPENS_ACCEPTED("SYNs sent with text that the server took"),
  FAST_OPEN_BAD_COOKIES("fast open cookies refused"),
  FAST_OPEN_QUEUE_FULL("fast opens held back: too many handshakes pending"),
  HALF_OPEN_TIMEOUTS("half-open connections timed out"),
  HALF_OPEN_EVICTED("half-open connections left to their SYN cookie: table full"),
  SYN_COOKIES_SENT("SYN-ACKs left to their SYN cookie alone (RFC 4987)"),
  SYN_COOKIES_VALID("connections made from a SYN cookie"),
  SYN_COOKIES_INVALID("SYN cookies refused: not ours"),
  SYN_COOKIES_EXPIRED("SYN cookies refused: too old"),
  ACCEPTS_DEFERRED("ACKs of a SYN-ACK that wait for text"),
  RESETS_HELD_BACK("resets held back by a listener's limit");

  private final String text;

  TcpCounter(String text) {
    this.text = text;
  }

  /// The counter's name as `netstat -s` prints it behind the number.
  public String text() {
    return text;
  }
}
