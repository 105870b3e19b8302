package dev.sluice.wire;

/// In which order and with which padding TCP options are written. The RFC leaves it open,
/// but fingerprints, captures and test scripts show it.
///
/// | header | [#LINUX] | [#FREEBSD] |
/// |---|---|---|
/// | SYN with everything | mss, sackOK, TS, nop, wscale | mss, nop, wscale, sackOK, TS |
/// | SYN, no timestamps | mss, nop, nop, sackOK, nop, wscale | mss, nop, wscale, sackOK, eol |
/// | SYN, no SACK | mss, nop, nop, TS, nop, wscale | mss, nop, wscale, nop, nop, TS |
/// | SYN, only MSS | mss | mss |
/// | other | nop, nop, TS, nop, nop, sack | nop, nop, TS, nop, nop, sack |
///
/// A user timeout (RFC 5482) follows, and last comes fast open (RFC 7413), filled up
/// behind it: with no-operations by Linux, with end-of-list by FreeBSD. What finds no
/// room in 40 octets is left out, SACK blocks first, then the user timeout.
///
/// FreeBSD's rule: each option is preceded by as many no-operations as put its values on
/// their natural boundary, and the end is filled with end-of-list and zeros. Linux's
/// rule: each option is a whole number of words, filled in front with no-operations; only
/// SACK-permitted shares its word with the timestamps. Both need the same room for the
/// same options.
public enum OptionLayout {
  /// As Linux does it.
  LINUX,
  /// As FreeBSD and its relatives do it.
  FREEBSD
}
