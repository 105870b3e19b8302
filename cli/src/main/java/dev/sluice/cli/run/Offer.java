package dev.sluice.cli.run;

/// What `serve` offers, and on which port.
public enum Offer {
  /// RFC 862.
  ECHO("echo", 7),
  /// RFC 863.
  DISCARD("discard", 9),
  /// RFC 867.
  DAYTIME("daytime", 13),
  /// RFC 864.
  CHARGEN("chargen", 19),
  /// RFC 9112.
  HTTP("http", 80);

  private final String text;
  private final int port;

  Offer(String text, int port) {
    this.text = text;
    this.port = port;
  }

  /// Its name in lower case.
  public String text() {
    return text;
  }

  /// Its port in Sluice; its front door's port is 7000 more.
  public int port() {
    return port;
  }
}
