package dev.sluice.bench.peers;

import java.util.List;

/// What is measured: one line of the table.
///
/// @param id its name in the history
/// @param title its name for people
/// @param mode what the client does
/// @param flows connections at once, one thread of the client each
/// @param size octets of one message of a ping-pong
/// @param placement which processors client and server may use
record Row(String id, String title, Mode mode, int flows, int size, Placement placement) {
  /// What the client does.
  enum Mode {
    SEND("send", 9, "Gbit/s"),
    RECEIVE("receive", 19, "Gbit/s"),
    PING_PONG("pingpong", 7, "µs"),
    CONNECT("connect", 7, "k/s");

    final String word;
    final int port;
    final String unit;

    Mode(String word, int port, String unit) {
      this.word = word;
      this.port = port;
      this.unit = unit;
    }

    /// Whether a smaller figure is the better one.
    boolean isLessBetter() {
      return this == PING_PONG;
    }
  }

  /// Which processors: what it costs to wake somebody depends on it more than on
  /// anything else.
  enum Placement {
    /// Where the kernel likes.
    FREE,
    /// Client and server on the same one.
    ONE_CORE,
    /// One for the client, one for the server.
    ONE_CORE_EACH
  }

  private static Row bulk(String id, String title, Mode mode, int flows) {
    return new Row(id, title, mode, flows, 1, Placement.FREE);
  }

  /// All rows, in the table's order.
  static List<Row> all() {
    return List.of(
        bulk("send-1", "client sends, 1 flow", Mode.SEND, 1),
        bulk("send-8", "client sends, 8 flows", Mode.SEND, 8),
        bulk("receive-1", "client receives, 1 flow", Mode.RECEIVE, 1),
        bulk("receive-8", "client receives, 8 flows", Mode.RECEIVE, 8),
        new Row(
            "ping-1-core",
            "ping-pong, 1 octet, one core",
            Mode.PING_PONG,
            1,
            1,
            Placement.ONE_CORE),
        new Row(
            "ping-2-cores",
            "ping-pong, 1 octet, a core each",
            Mode.PING_PONG,
            1,
            1,
            Placement.ONE_CORE_EACH),
        new Row(
            "ping-1024-1-core",
            "ping-pong, 1 KiB, one core",
            Mode.PING_PONG,
            1,
            1024,
            Placement.ONE_CORE),
        bulk("connect-1", "connect, 1 octet, close; 1 client", Mode.CONNECT, 1),
        bulk("connect-4", "connect, 1 octet, close; 4 clients", Mode.CONNECT, 4));
  }
}
