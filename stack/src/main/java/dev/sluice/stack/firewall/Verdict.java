package dev.sluice.stack.firewall;

/// What becomes of a packet.
public enum Verdict {
  PASS,
  /// It vanishes.
  DROP,
  /// It vanishes and a RST answers it. TCP only.
  REJECT_WITH_RST,
  /// It vanishes and an ICMP error answers it: administratively prohibited.
  REJECT_WITH_ICMP
}
