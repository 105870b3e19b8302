package dev.sluice.sim.check;

/// The rules that a world checks after every event. The name is the rule's id.
public enum Rule {
  /// Lengths, header checksum, TCP checksum, options and their padding.
  WELL_FORMED("RFC 9293 §3.1, MUST-2, MUST-68, MUST-69", "a sent packet is well-formed"),
  /// Reserved bits are zero in generated segments.
  RESERVED_BITS("RFC 9293 §3.1", "reserved bits are zero in what is sent"),
  /// No packet is longer than the link takes.
  MTU("RFC 9293 §3.7.1", "no packet is longer than the link's MTU"),
  /// A segment's text fits what the peer announced.
  EFFECTIVE_MSS("RFC 9293 §3.7.1, MUST-16", "text is no longer than the effective send MSS"),
  /// MSS, window scale and SACK-permitted stand on SYN segments only.
  SYN_OPTIONS(
      "RFC 9293 §3.7.1, MUST-65; RFC 7323 §2.2; RFC 2018 §2",
      "MSS, window scale and SACK-permitted stand on SYN segments only, and in a SYN,ACK"
          + " only if the SYN offered them"),
  /// Timestamps are on every segment but RST, or on none; they do not run backwards.
  TIMESTAMPS("RFC 7323 §3.2", "agreed timestamps are on every segment and never run backwards"),
  /// Sequence numbers go on without gaps.
  SEQUENCE("RFC 9293 §3.4", "sequence numbers lie between ISS and SND.NXT"),
  /// What was sent twice was the same twice.
  SAME_OCTETS("RFC 9293 §3.8.1", "a retransmission carries the octets of the first one"),
  /// The FIN has one place.
  ONE_FIN("RFC 9293 §3.10.4", "a FIN keeps its sequence number, and nothing comes after it"),
  /// Nothing goes beyond the window.
  PEER_WINDOW("RFC 9293 §3.8.6", "nothing but a probe of one octet goes beyond the peer's window"),
  /// The right edge does not move left.
  RIGHT_EDGE(
      "RFC 9293 §3.8.6, SHLD-14", "the right edge of the offered window stays or moves right"),
  /// Acknowledgments go forward.
  ACK_FORWARD("RFC 9293 §3.4", "acknowledgment numbers never go back"),
  /// Only what arrived is acknowledged.
  ACK_RECEIVED("RFC 9293 §3.4", "only octets that arrived are acknowledged"),
  /// SACK blocks tell of what arrived.
  SACK_RECEIVED("RFC 2018 §4", "SACK blocks cover only octets that arrived, if SACK was agreed on"),
  /// Every segment has ACK once the peer's SYN is there.
  ACK_BIT("RFC 9293 §3.1", "every segment but a first SYN and a RST carries ACK"),
  /// Text waits for the handshake.
  HANDSHAKE("RFC 9293 §3.5", "nothing is said before a SYN, and no text before our SYN is acked"),
  /// An ACK is not late.
  DELAYED_ACK("RFC 9293 §3.8.6.3, MUST-40", "data in order is acknowledged in less than 500 ms"),
  /// Every second segment is acknowledged.
  EVERY_SECOND(
      "RFC 9293 §3.8.6.3, SHLD-19",
      "at least every second full-sized segment is acknowledged at once"),
  /// Resets have the one form that the RFC gives them.
  RESET_FORM("RFC 9293 §3.5.2", "a RST takes its numbers from what provoked it"),
  /// Resets are not answered by resets.
  RESET_FOR_RESET("RFC 9293 §3.5.2", "a RST is never answered by a RST"),
  /// Acknowledgments do not breed.
  ACK_STORM("RFC 5961 §7", "ACKs that tell nothing new are bounded in every second"),
  /// States change along the arrows.
  ARROWS("RFC 9293 §3.3.2, figure 5", "states change along the arrows of the diagram only"),
  /// An orderly close leaves a TIME-WAIT.
  TIME_WAIT("RFC 9293 §3.6, MUST-13", "after an orderly close at least one side was in TIME-WAIT"),
  /// Everything has a limit.
  MEMORY("RFC 9293 §3.8.6", "queues stay within the buffers that were asked for"),
  /// Octets arrive once, in order, unchanged.
  STREAM("RFC 9293 §3.2", "what is read is what was written: every octet once and in order"),
  /// Time goes on.
  PROGRESS("", "events end: no endless work without time going on");

  private final String section;
  private final String statement;

  Rule(String section, String statement) {
    this.section = section;
    this.statement = statement;
  }

  /// Where it stands, such as `RFC 9293 §3.4`.
  public String section() {
    return section;
  }

  /// The rule in one sentence.
  public String statement() {
    return statement;
  }
}
