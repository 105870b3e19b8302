package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.wire.Flags;

/// What the flags AE, CWR and ECE mean on a SYN and on its answer: tables, no state.
///
/// | SYN asks for | AE CWR ECE | | SYN-ACK agrees to | AE CWR ECE |
/// |---|---|---|---|---|
/// | nothing | 0 0 0 | | nothing | 0 0 0, and 1 1 1 thrown back |
/// | classic | 0 1 1 | | classic | 0 0 1 |
/// | accurate | 1 1 1, and all others | | accurate, the SYN came as not capable | 0 1 0 |
/// | | | | ... as ECT(1) | 0 1 1 |
/// | | | | ... as ECT(0) | 1 0 0 |
/// | | | | ... with a mark | 1 1 0 |
/// | | | | accurate, to come | 1 0 1 |
///
/// @spec https://www.rfc-editor.org/rfc/rfc3168#section-6.1.1 RFC 3168 §6.1.1
/// @spec https://www.rfc-editor.org/rfc/rfc9768#section-3.1 RFC 9768 §3.1, table 2
public final class EcnNegotiation {
  static final int ALL = Flags.AE | Flags.CWR | Flags.ECE;
  /// The largest number that three flags tell.
  static final int ACE_MAX = 7;

  /// SYN-ACKs that agree, before one goes out that does not (RFC 9768 §3.2.3.2.2).
  public static final int SYN_ACKS_WITH_ECN = 2;

  private static final int ACE_SHIFT = 6;
  private static final int[] REFLECTED = {2, 3, 4, 6};
  private static final int RESERVED = 5;

  private EcnNegotiation() {}

  /// The three flags as a number, AE first.
  static int ace(int flags) {
    return (flags & ALL) >>> ACE_SHIFT;
  }

  /// The flags that stand for a number of 0 to 7.
  static int flagsOf(int ace) {
    return ace << ACE_SHIFT;
  }

  /// The flags that tell with which codepoint a SYN or SYN-ACK arrived.
  static int reflecting(int codepoint) {
    return flagsOf(REFLECTED[codepoint & Ecn.CODEPOINT]);
  }

  /// With which codepoint a SYN or SYN-ACK of ours arrived.
  ///
  /// @param sent the codepoint it went out with
  static int reflectedBy(int flags, int sent) {
    return switch (ace(flags)) {
      case 2 -> 0;
      case 3 -> Ecn.ECT_1;
      case 4 -> Ecn.ECT_0;
      case 6 -> Ecn.CE;
      default -> sent; // reserved: as if it had arrived unchanged (RFC 9768 §3.1.3)
    };
  }

  /// The flags of a SYN that asks for this.
  public static int synFlags(EcnMode asked) {
    return switch (asked) {
      case OFF -> 0;
      case CLASSIC -> Flags.CWR | Flags.ECE;
      case ACCURATE -> ALL;
    };
  }

  /// What a SYN with these flags asks for, if at most this is known here. To whom knows
  /// of accurate feedback every combination that means nothing yet asks for it (RFC 9768
  /// §3.1.3).
  ///
  /// @param flags of the segment, the others too
  public static EcnMode askedBy(int flags, EcnMode known) {
    int ecn = flags & ALL;
    if (ecn == 0 || known == EcnMode.OFF) {
      return EcnMode.OFF;
    }
    if (ecn == (Flags.CWR | Flags.ECE)) {
      return EcnMode.CLASSIC;
    }
    if (known == EcnMode.ACCURATE) {
      return EcnMode.ACCURATE;
    }
    return ecn == ALL ? EcnMode.CLASSIC : EcnMode.OFF; // RFC 3168 asks for two, the third was none
  }

  /// The flags of a SYN-ACK that agrees to this.
  ///
  /// @param codepoint that the latest SYN came with
  public static int synAckFlags(EcnMode agreed, int codepoint) {
    return switch (agreed) {
      case OFF -> 0;
      case CLASSIC -> Flags.ECE;
      case ACCURATE -> reflecting(codepoint);
    };
  }

  /// What a SYN-ACK with these flags agrees to. A peer that only throws our own flags
  /// back agrees to nothing.
  ///
  /// @param asked what our SYN asked for
  /// @param flags of the segment, the others too
  public static EcnMode agreedBy(EcnMode asked, int flags) {
    return switch (asked) {
      case OFF -> EcnMode.OFF;
      case CLASSIC -> ace(flags) == 1 ? EcnMode.CLASSIC : EcnMode.OFF;
      case ACCURATE ->
        switch (ace(flags)) {
          case 0, ACE_MAX -> EcnMode.OFF;
          case 1 -> EcnMode.CLASSIC;
          case RESERVED -> EcnMode.ACCURATE;
          default -> EcnMode.ACCURATE;
        };
    };
  }
}
