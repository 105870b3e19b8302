package dev.sluice.bench.peers;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A stack that takes part.
///
/// @param id its name in the history
/// @param title its name for people
/// @param isPlain whether its link carries packets of 1,500 octets only
/// @param server what answers, null if it cannot take part
/// @param clientNamespace process in whose network namespace the client runs
/// @param address where the server is
/// @param portOffset added to the ports of [Row.Mode]
/// @param missing why it cannot take part
record Contender(
    String id,
    String title,
    boolean isPlain,
    @Nullable Child server,
    long clientNamespace,
    String address,
    int portOffset,
    String missing) {

  /// How one is started.
  interface Start {
    Contender start() throws IOException;
  }

  /// Starts one, or notes why that is not possible.
  static Contender of(String id, String title, boolean isPlain, Start start) {
    try {
      return start.start();
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      return new Contender(id, title, isPlain, null, 0, "", 0, why);
    }
  }

  boolean isHere() {
    return server != null;
  }
}
