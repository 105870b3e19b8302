package dev.sluice.tcp.handshake;

import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client remembers of servers that it used fast open with: cookie, MSS, and whom
/// to leave alone. One for the whole stack; the server asked least lately is forgotten
/// first.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7413#section-4.1.3 RFC 7413 §4.1.3
public final class FastOpenCache {
  private static final byte[] NO_COOKIE = {};

  /// In which form a cookie is asked for.
  enum Form {
    /// Kind 34.
    STANDARD,
    /// Kind 34 was not answered, so the experiment's form comes next.
    EXPERIMENT,
    /// Neither was answered.
    STANDARD_FOR_GOOD
  }

  /// One server.
  static final class Server {
    byte[] cookie = NO_COOKIE;
    boolean cookieExperimental;
    int mss = Segment.ABSENT;
    Form form = Form.STANDARD;
    int losses;
    boolean leftAlone;
    long leftAloneUntilNanos;

    boolean hasCookie() {
      return cookie.length > 0;
    }
  }

  private final int limit;
  private final Map<IpAddress, Server> servers = new LinkedHashMap<>(16, 0.75f, true);

  /// @param limit servers at once, at most
  public FastOpenCache(int limit) {
    this.limit = limit;
  }

  /// What is known of a server, or null.
  @Nullable
  Server find(IpAddress address) {
    return servers.get(address);
  }

  /// The same, begun if there is nothing yet.
  Server findOrBegin(IpAddress address) {
    Server server = servers.get(address);
    if (server == null) {
      server = new Server();
      servers.put(address, server);
      if (servers.size() > limit) {
        servers.remove(servers.keySet().iterator().next());
      }
    }
    return server;
  }

  /// Forgets everything.
  public void clear() {
    servers.clear();
  }

  /// Servers remembered.
  public int size() {
    return servers.size();
  }
}
