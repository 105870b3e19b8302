package dev.sluice.house.planted.wire;

import java.util.logging.Logger;

/// Brings a logging library along.
public final class Logs {
  public Logger logger() {
    return Logger.getAnonymousLogger();
  }
}
