package dev.sluice.packetdrill.run;

import java.util.Locale;

/// Which of the two forks of the language a script is written for: they name options,
/// errors and constants of different systems.
public enum Dialect {
  LINUX,
  FREEBSD,
  /// Told from the script: sysctls of FreeBSD's names make it FreeBSD.
  AUTO;

  /// The dialect of a script.
  ///
  /// @return [#LINUX] or [#FREEBSD]
  public Dialect resolve(String text) {
    if (this != AUTO) {
      return this;
    }
    boolean freebsd =
        text.contains("net.inet.") || text.contains("kern.ipc.") || text.contains("sockstat");
    return freebsd ? FREEBSD : LINUX;
  }

  /// Reads a dialect's name.
  ///
  /// @throws IllegalArgumentException saying what was expected
  public static Dialect parse(String text) {
    try {
      return valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a dialect: '" + text + "' (expected linux, freebsd or auto)", e);
    }
  }
}
