package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// One signal a round trip: the receiver sets ECE on all it sends until it sees CWR, the
/// sender answers with one smaller window and one CWR.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3168#section-6.1 RFC 3168 §6.1
final class ClassicEcn {
  private boolean echo;
  private boolean cwrDue;

  /// A segment with text came in the window. CWR ends the echo of older marks; the
  /// segment that carries it may itself be marked.
  ///
  /// @return whether the peer should hear of it at once
  boolean onText(Segment in, boolean marked) {
    boolean before = echo;
    if (in.has(Flags.CWR)) {
      echo = false;
    }
    echo |= marked;
    return echo != before || in.has(Flags.CWR);
  }

  /// What an ACK that goes out now carries.
  int flags() {
    return echo ? Flags.ECE : 0;
  }

  /// The congestion window shrank, for whatever reason: the next new text says so.
  void onWindowReduced() {
    cwrDue = true;
  }

  /// New text goes out.
  void onNewText(Segment out) {
    if (cwrDue) {
      cwrDue = false;
      out.flags |= Flags.CWR;
    }
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    echo = archive.keep(echo);
    cwrDue = archive.keep(cwrDue);
  }
}
