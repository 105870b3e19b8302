package dev.sluice.stack.firewall;

/// What a packet is to the host.
public enum FlowState {
  /// It would begin something: a SYN, a datagram, an echo request.
  NEW("new"),
  /// It belongs to an open connection of this host, or is an error about one.
  ESTABLISHED("established"),
  /// TCP that neither begins anything nor belongs to a known connection: the last segment
  /// of a handshake, an answer that comes too late, or a probe.
  STRAY("stray");

  private final String word;

  FlowState(String word) {
    this.word = word;
  }

  /// The word that names it in a file of rules.
  public String word() {
    return word;
  }
}
