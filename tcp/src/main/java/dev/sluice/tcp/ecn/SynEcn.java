package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// What a half-open peer has asked for about congestion marks, and what its SYN-ACKs say:
/// the mode of the first SYN counts, the codepoint of the latest.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9768#section-3.1.4 RFC 9768 §3.1.4, §3.1.5
public final class SynEcn {
  private final EcnMode most;
  private final EcnMode mode;
  private int codepoint;
  private boolean optionDue;
  private boolean denied;

  /// @param syn the first SYN
  /// @param most what is granted at most
  public SynEcn(Segment syn, EcnMode most) {
    this.most = most;
    mode = EcnNegotiation.askedBy(syn.flags, most);
    codepoint = syn.trafficClass & Ecn.CODEPOINT;
    optionDue = mode == EcnMode.ACCURATE;
  }

  /// The peer repeats its SYN. Without a request it may have given up on ours: we feed
  /// back as agreed, but send nothing that may be marked.
  ///
  /// @return false: it asks for another kind of feedback now, and has to be reset
  public boolean onSynAgain(Segment syn) {
    if (mode != EcnMode.ACCURATE) {
      EcnMode asked = EcnNegotiation.askedBy(syn.flags, most);
      return mode == EcnMode.OFF || asked != EcnMode.ACCURATE;
    }
    int flags = syn.flags & EcnNegotiation.ALL;
    codepoint = syn.trafficClass & Ecn.CODEPOINT;
    denied |= flags == 0;
    optionDue = false; // it may have been lost because of the option
    return flags != (Flags.CWR | Flags.ECE);
  }

  /// Puts flags and option on our SYN-ACK; a later one goes without the option, and the
  /// ones after that agree to nothing.
  ///
  /// @param retransmissions how often nobody answered
  /// @param option whether to send the option at all
  public void write(Segment out, int retransmissions, boolean option) {
    if (mode == EcnMode.ACCURATE && retransmissions >= EcnNegotiation.SYN_ACKS_WITH_ECN) {
      denied = true;
      return;
    }
    out.flags |= EcnNegotiation.synAckFlags(mode, codepoint);
    if (optionDue && option && retransmissions == 0) {
      new MarkCounters().writeOption(out);
    }
    optionDue = false;
  }

  /// What was agreed on.
  public EcnMode mode() {
    return mode;
  }

  /// The codepoint of the latest SYN.
  public int codepoint() {
    return codepoint;
  }

  /// Whether what we send may be marked: nobody denied it.
  public boolean mayMark() {
    return !denied;
  }
}
