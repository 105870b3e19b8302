package dev.sluice.stack;

/// What a socket allows others when it binds a port: its half of an agreement, for
/// everybody concerned has to say the same.
///
/// @param address SO_REUSEADDR: share the port as long as nobody listens, and take it
///     from TIME-WAITs
/// @param port SO_REUSEPORT: share the port with all that say so too; several may listen,
///     and each peer reaches one of them by a hash of the four-tuple
public record Reuse(boolean address, boolean port) {
  /// Shares with nobody.
  public static final Reuse NONE = new Reuse(false, false);
}
