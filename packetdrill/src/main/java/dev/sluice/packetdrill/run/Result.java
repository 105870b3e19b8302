package dev.sluice.packetdrill.run;

import java.util.List;

/// What came of one script.
///
/// @param script its name
/// @param verdict how it ended
/// @param reason one line: the profile's name, what is missing, or what went wrong first;
///     empty for [Verdict#PASS]
/// @param detail for people, several lines: the script line, expected and seen, the
///     timeline up to there; empty unless it failed
/// @param virtualNanos how much virtual time passed
/// @param packets all that went over the wire, in order, for a capture file
public record Result(
    String script,
    Verdict verdict,
    String reason,
    String detail,
    long virtualNanos,
    List<Captured> packets) {

  /// One packet of the run.
  ///
  /// @param timeNanos virtual time since the script's start
  /// @param outbound whether the host sent it
  /// @param octets the IP packet
  // Arrays compare by identity here; nobody compares captured packets.
  @SuppressWarnings("ArrayRecordComponent")
  public record Captured(long timeNanos, boolean outbound, byte[] octets) {}

  /// `PASS-WITH-PROFILE(linux)`, `NOT-RUN(sysctl x)`, `FAIL`.
  public String verdictText() {
    return switch (verdict) {
      case PASS, FAIL -> verdict.toString();
      case PASS_WITH_PROFILE, NOT_RUN -> verdict + "(" + reason + ")";
    };
  }
}
