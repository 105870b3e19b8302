package dev.sluice.link.tun;

import java.io.IOException;

/// A TUN device could not be opened or set up. The message is one line for the user, and
/// says what to do.
public final class TunException extends IOException {
  private static final long serialVersionUID = 1;

  TunException(String message) {
    super(message);
  }
}
