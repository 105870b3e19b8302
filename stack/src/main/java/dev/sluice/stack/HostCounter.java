package dev.sluice.stack;

/// What a host counts besides what its engine counts and what it drops.
public enum HostCounter {
  PACKETS_IN("packets received from the link"),
  OCTETS_IN("octets received from the link"),
  PACKETS_OUT("packets given to the link"),
  OCTETS_OUT("octets given to the link"),
  PACKETS_LOOPED("packets delivered inside the host"),
  ECHO_REPLIES_OUT("echo replies sent"),
  ICMP_ERRORS_IN("ICMP errors received"),
  ICMP_ERRORS_OUT("ICMP errors sent"),
  ICMP_HELD_BACK("ICMP messages held back by the limit of their prefix"),
  RESETS_HELD_BACK("resets held back by the limit of their prefix"),
  SYN_ACKS_HELD_BACK("SYNs unanswered for the limit of their prefix"),
  CONNECTS_REFUSED("connections outward that the firewall refused"),
  SEGMENTS_OUT_FILTERED("segments outward that the firewall stopped"),
  DATAGRAMS_TO_CLOSED_PORTS("UDP datagrams to closed ports"),
  SYNS_DROPPED_HOST_FULL("SYNs dropped: as many connections as the host may have"),
  SYNS_DROPPED_MEMORY_SCARCE("SYNs dropped: memory is scarce"),
  ORPHANS_RESET("connections reset after their user closed them: too many of that kind"),
  ORPHANS_RESET_FOR_MEMORY("connections reset for their memory: closed by their user"),
  STALLED_RESET_FOR_MEMORY("connections reset for their memory: the peer's window is closed"),
  HOLDERS_RESET_FOR_MEMORY("connections reset for their memory: those that held most"),
  REPLIES_DROPPED_QUEUE_FULL("replies dropped: too many wait for the link"),
  TIME_WAITS_EVICTED("TIME-WAITs ended early: more than the host may have"),
  HANDLER_FAILURES("exceptions thrown by handlers and observers");

  private final String text;

  HostCounter(String text) {
    this.text = text;
  }

  /// The counter's name as `netstat -s` prints it behind the number.
  public String text() {
    return text;
  }
}
