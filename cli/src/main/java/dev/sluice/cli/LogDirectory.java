package dev.sluice.cli;

import java.nio.file.Path;

/// Where alarms of all stacks of a user are written, unless he says otherwise: what is to
/// outlive a restart belongs to `$XDG_STATE_HOME`, and not beside the control sockets.
final class LogDirectory {
  private LogDirectory() {}

  /// The one of the user who runs this process.
  static Path ofUser() {
    String state = System.getenv("XDG_STATE_HOME");
    if (state != null && state.startsWith("/")) {
      return Path.of(state, "sluice");
    }
    return Path.of(System.getProperty("user.home", "/tmp"), ".local", "state", "sluice");
  }
}
