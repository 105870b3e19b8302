package dev.sluice.cli.view;

/// Names of well-known ports, as `netstat` without `-n` shows them (RFC 6335's registry).
public final class ServiceNames {
  private ServiceNames() {}

  /// The port's name, or its number in digits.
  public static String of(int port) {
    return switch (port) {
      case 0 -> "*";
      case 7 -> "echo";
      case 9 -> "discard";
      case 13 -> "daytime";
      case 19 -> "chargen";
      case 22 -> "ssh";
      case 23 -> "telnet";
      case 25 -> "smtp";
      case 53 -> "domain";
      case 80 -> "http";
      case 443 -> "https";
      default -> Integer.toString(port);
    };
  }
}
