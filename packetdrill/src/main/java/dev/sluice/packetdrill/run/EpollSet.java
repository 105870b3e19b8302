package dev.sluice.packetdrill.run;

import java.util.LinkedHashMap;
import java.util.Map;

/// An epoll instance: who is watched for what, and what was told already.
final class EpollSet {
  /// One watched socket.
  static final class Entry {
    final ScriptSocket socket;
    long events;
    long data;
    /// The socket's activity when it was last reported, for edge-triggered entries.
    long told = -1;
    boolean disarmed;

    Entry(ScriptSocket socket, long events, long data) {
      this.socket = socket;
      this.events = events;
      this.data = data;
    }
  }

  final Map<Long, Entry> entries = new LinkedHashMap<>();
}
