package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.wire.Flags;

/// What the flags AE, CWR and ECE mean on a SYN and on its answer: tables, no state.
///
/// | SYN asks for | AE CWR ECE | | SYN-ACK agrees to | AE CWR ECE |
/// |---|---|---|---|---|
/// | nothing | 0 0 0 | | nothing | 0 0 0 |
/// | classic | 0 1 1 | | classic | 0 0 1 |
///
/// @spec https://www.rfc-editor.org/rfc/rfc3168#section-6.1.1 RFC 3168 §6.1.1
public final class EcnNegotiation {
  static final int ALL = Flags.AE | Flags.CWR | Flags.ECE;

  private EcnNegotiation() {}

  /// The flags of a SYN that asks for this.
  public static int synFlags(EcnMode asked) {
    return switch (asked) {
      case OFF -> 0;
      case CLASSIC, ACCURATE -> Flags.CWR | Flags.ECE;
    };
  }

  /// What a SYN with these flags asks for.
  ///
  /// @param flags of the segment, the others too
  public static EcnMode askedBy(int flags) {
    return (flags & ALL) == (Flags.CWR | Flags.ECE) ? EcnMode.CLASSIC : EcnMode.OFF;
  }

  /// The flags of a SYN-ACK that agrees to this.
  public static int synAckFlags(EcnMode agreed) {
    return switch (agreed) {
      case OFF -> 0;
      case CLASSIC, ACCURATE -> Flags.ECE;
    };
  }

  /// What a SYN-ACK with these flags agrees to. A peer that only throws our own flags
  /// back agrees to nothing.
  ///
  /// @param asked what our SYN asked for
  /// @param flags of the segment, the others too
  public static EcnMode agreedBy(EcnMode asked, int flags) {
    boolean agrees = asked != EcnMode.OFF && (flags & ALL) == Flags.ECE;
    return agrees ? EcnMode.CLASSIC : EcnMode.OFF;
  }
}
