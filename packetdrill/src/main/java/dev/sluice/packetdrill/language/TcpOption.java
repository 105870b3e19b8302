package dev.sluice.packetdrill.language;

import java.util.List;

/// A TCP option as a script writes it.
public sealed interface TcpOption {
  /// Kind 2.
  record Mss(int octets) implements TcpOption {}

  /// Kind 3.
  record WindowScale(int shift) implements TcpOption {}

  /// Kind 4.
  record SackPermitted() implements TcpOption {}

  /// Kind 5.
  record Sack(List<Edges> blocks) implements TcpOption {}

  /// One SACK block, in the script's numbers.
  record Edges(long left, long right) {}

  /// Kind 8.
  ///
  /// @param val TSval
  /// @param ignoreVal the value is not compared
  /// @param ecr TSecr
  /// @param absoluteEcr the echo goes out as written
  record Timestamps(long val, boolean ignoreVal, long ecr, boolean absoluteEcr)
      implements TcpOption {}

  /// Kind 1.
  record Nop() implements TcpOption {}

  /// Kind 0.
  record EndOfList() implements TcpOption {}

  /// Kind 19.
  ///
  /// @param digest 16 octets as hex, or empty
  /// @param valid `md5 valid`: the digest is to be right
  record Md5(String digest, boolean valid) implements TcpOption {}

  /// Fast open.
  ///
  /// @param cookie as hex, empty for a request
  /// @param experimental kind 254 with magic 0xF989 instead of kind 34
  record FastOpen(String cookie, boolean experimental) implements TcpOption {}

  /// Accurate ECN counters.
  ///
  /// @param kind 172 (order 0), 174 (order 1), or 254 for the experimental form
  /// @param order 0 or 1
  /// @param counters in the order written
  record AccurateEcn(int kind, int order, List<Long> counters) implements TcpOption {}

  /// Any other: kind and data as hex.
  record Generic(int kind, String data) implements TcpOption {}
}
