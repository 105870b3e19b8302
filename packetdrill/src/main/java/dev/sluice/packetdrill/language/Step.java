package dev.sluice.packetdrill.language;

/// What happens at one time of a script.
public sealed interface Step {
  /// A packet that is injected, or one that the host is expected to send.
  ///
  /// @param outbound `>`: the host sends it
  /// @param packet what it looks like
  record Packet(boolean outbound, PacketLine packet) implements Step {}

  /// A system call with its expected outcome.
  record Call(SystemCall call) implements Step {}

  /// A back-quoted shell command. It is never given to a shell.
  ///
  /// @param text as it stands between the quotes
  /// @param at where
  record Command(String text, Position at) implements Step {}

  /// A `%{ ... }%` block.
  ///
  /// @param text as it stands between the marks
  /// @param at where
  record Code(String text, Position at) implements Step {}
}
