package dev.sluice.wire;

/// The control bits of a TCP header, as bits of an `int` in their order on the wire.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.1 RFC 9293 §3.1
public final class Flags {
  public static final int FIN = 0x001;
  public static final int SYN = 0x002;
  public static final int RST = 0x004;
  public static final int PSH = 0x008;
  public static final int ACK = 0x010;
  public static final int URG = 0x020;
  public static final int ECE = 0x040;
  public static final int CWR = 0x080;
  /// Accurate ECN, once the nonce sum (RFC 9768 §3.1).
  public static final int AE = 0x100;

  private Flags() {}
}
