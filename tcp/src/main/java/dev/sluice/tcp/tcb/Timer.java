package dev.sluice.tcp.tcb;

/// What a connection may wait for. A timer is a name and a time; nothing fires by itself.
public enum Timer {
  /// RFC 6298 §5.
  RETRANSMISSION("on"),
  /// What may only have been reordered is lost by then (RFC 8985 §6.2).
  REORDERING("on"),
  /// A probe for the tail of what is in flight (RFC 8985 §7).
  TAIL_LOSS_PROBE("on"),
  /// Window closed or too small to be worth it (RFC 9293 §3.8.6.1, §3.8.6.2.1).
  ZERO_WINDOW_PROBE("probe"),
  /// RFC 5681 §4.2.
  DELAYED_ACK("ack"),
  /// Text waits for its turn, so that sending is even.
  PACING("pace"),
  /// RFC 9293 §3.8.4.
  KEEP_ALIVE("keepalive"),
  /// RFC 9293 §3.8.3, RFC 5482.
  USER_TIMEOUT("user"),
  /// An open has taken as long as its user allows.
  OPEN("open"),
  /// An orphan waits for the peer's FIN.
  FIN_WAIT_2("finwait2"),
  /// Time to ask whether the path carries larger packets again (RFC 1191 §6.3).
  PATH_MTU_RAISE("pmtu");

  private static final Timer[] VALUES = values();
  static final int COUNT = VALUES.length;

  private final String netstatName;

  Timer(String netstatName) {
    this.netstatName = netstatName;
  }

  /// The name in `netstat -o`.
  public String netstatName() {
    return netstatName;
  }

  static Timer of(int ordinal) {
    return VALUES[ordinal];
  }
}
