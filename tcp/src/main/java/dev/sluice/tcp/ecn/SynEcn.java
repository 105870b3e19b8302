package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// What a half-open peer has asked for about congestion marks, and what its SYN-ACKs say:
/// the mode of the first SYN counts, the codepoint of the latest.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9768#section-3.1.4 RFC 9768 §3.1.4, §3.1.5
public final class SynEcn {
  private static final EcnMode[] MODES = EcnMode.values();
  private static final int MODE = 3;
  private static final int CODEPOINT_SHIFT = 2;
  private static final int OPTION_DUE = 1 << 4;
  private static final int DENIED = 1 << 5;

  private EcnMode mode = EcnMode.OFF;
  private int codepoint;
  private boolean optionDue;
  private boolean denied;

  /// The peer's first SYN.
  ///
  /// @param most what is granted at most
  public void onSyn(Segment syn, EcnMode most) {
    agree(EcnNegotiation.askedBy(syn.flags, most), syn.trafficClass & Ecn.CODEPOINT);
    optionDue = mode == EcnMode.ACCURATE;
  }

  /// What was agreed on is known from elsewhere.
  ///
  /// @param codepoint that the SYN came with
  public void agree(EcnMode mode, int codepoint) {
    this.mode = mode;
    this.codepoint = codepoint;
    optionDue = false;
    denied = false;
  }

  /// All of this in six bits.
  public int bits() {
    return mode.ordinal()
        | codepoint << CODEPOINT_SHIFT
        | (optionDue ? OPTION_DUE : 0)
        | (denied ? DENIED : 0);
  }

  /// Back from [#bits()].
  public void bits(int bits) {
    mode = MODES[bits & MODE];
    codepoint = bits >>> CODEPOINT_SHIFT & Ecn.CODEPOINT;
    optionDue = (bits & OPTION_DUE) != 0;
    denied = (bits & DENIED) != 0;
  }

  /// The peer repeats its SYN. Without a request it may have given up on ours: we feed
  /// back as agreed, but send nothing that may be marked.
  ///
  /// @param most what is granted at most
  /// @return false: it asks for another kind of feedback now, and has to be reset
  public boolean onSynAgain(Segment syn, EcnMode most) {
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
