package dev.sluice.tcp.handshake;

import dev.sluice.tcp.handshake.FastOpenCache.Form;
import dev.sluice.tcp.handshake.FastOpenCache.Server;
import dev.sluice.tcp.send.EffectiveMss;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import org.jspecify.annotations.Nullable;

/// Fast open of one connection, as a client: text rides on the SYN if the server gave us
/// a cookie before, else the SYN asks for one.
///
/// Only the first SYN does so. If it is lost, a plain one follows, for whatever is in the
/// way may drop SYNs with text or with options it does not know.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7413#section-4.2.1 RFC 7413 §4.1.3, §4.2.1
public final class FastOpenClient {
  /// Room on the SYN that is left to options, whether they need it or not.
  private static final int OPTION_ROOM = 40;

  /// What the first SYN does.
  private enum Plan {
    /// Nothing: the server is left alone.
    PLAIN,
    /// It asks for a cookie.
    ASK,
    /// It shows the cookie and carries text.
    TEXT,
    /// It carries text, and nobody wants a cookie.
    TEXT_ALONE
  }

  private final FastOpenCache cache;
  private final TcpSettings settings;
  private final IpAddress address;
  private final int linkMss;
  private final Plan plan;
  private boolean begun;
  private boolean lost;
  private int textSent;

  /// @param withoutCookie the user vouches that the server wants none
  /// @param mss what the path carries
  public FastOpenClient(
      FastOpenCache cache,
      TcpSettings settings,
      IpAddress address,
      boolean withoutCookie,
      EffectiveMss mss,
      long nowNanos) {
    this.cache = cache;
    this.settings = settings;
    this.address = address;
    linkMss = mss.announced();
    plan = plan(cache.find(address), withoutCookie, nowNanos);
  }

  private static Plan plan(@Nullable Server server, boolean withoutCookie, long nowNanos) {
    if (server != null && server.leftAlone && nowNanos < server.leftAloneUntilNanos) {
      return Plan.PLAIN;
    }
    if (withoutCookie) {
      return Plan.TEXT_ALONE;
    }
    return server != null && server.hasCookie() ? Plan.TEXT : Plan.ASK;
  }

  /// Whether the SYN waits for the user to write something.
  public boolean isWaiting() {
    return !begun && maxText() > 0;
  }

  /// The SYN goes out with what there is, be it nothing.
  public void begin() {
    begun = true;
  }

  /// Octets of text that the SYN may carry: the server's MSS of last time, less room for
  /// options (RFC 7413 §4.2.1), and no more than the path carries; 0 without a cookie.
  public int maxText() {
    if (plan == Plan.PLAIN || plan == Plan.ASK) {
      return 0;
    }
    Server server = cache.find(address);
    int servers = server == null || server.mss == Segment.ABSENT ? linkMss : server.mss;
    return Math.max(0, Math.min(servers, linkMss) - OPTION_ROOM);
  }

  /// Puts the option on the first SYN.
  ///
  /// @param waiting octets that the user has written
  /// @return octets of text that go along
  int write(Segment out, int waiting) {
    begun = true;
    if (plan == Plan.ASK) {
      Server server = cache.find(address);
      out.fastOpenLength = 0;
      out.fastOpenExperimental = server != null && server.form == Form.EXPERIMENT;
    }
    textSent = Math.min(waiting, maxText());
    if (plan == Plan.TEXT) {
      writeCookie(out);
    }
    return textSent;
  }

  private void writeCookie(Segment out) {
    Server server = cache.find(address);
    if (server == null || !server.hasCookie()) {
      textSent = 0; // forgotten meanwhile
      return;
    }
    out.fastOpenLength = server.cookie.length;
    out.fastOpenExperimental = server.cookieExperimental;
    System.arraycopy(server.cookie, 0, out.fastOpenCookie, 0, server.cookie.length);
  }

  /// Whether text went out with the SYN.
  public boolean hasSentText() {
    return textSent > 0;
  }

  /// The server answered.
  ///
  /// @param textAcked octets of text that it acknowledged with our SYN
  /// @param defaultMss what it can take if its SYN does not say
  public void onSynAck(Segment in, long textAcked, int defaultMss, long nowNanos) {
    if (plan == Plan.PLAIN) {
      return;
    }
    Server server = cache.findOrBegin(address);
    server.mss = in.mss == Segment.ABSENT ? defaultMss : in.mss;
    if (textAcked > 0) {
      server.losses = 0;
    }
    boolean understood = !in.fastOpenExperimental || settings.fastOpenExperimental;
    if (plan == Plan.TEXT_ALONE) {
      return; // a cookie that nobody asked for is not kept
    }
    if (in.fastOpenLength > 0 && understood) {
      server.cookie = java.util.Arrays.copyOf(in.fastOpenCookie, in.fastOpenLength);
      server.cookieExperimental = in.fastOpenExperimental;
      server.losses = 0;
      server.leftAlone = false;
    } else if (!lost && textAcked == 0 && (plan == Plan.ASK || textSent > 0)) {
      onNoCookie(server, nowNanos);
    }
  }

  private void onNoCookie(Server server, long nowNanos) {
    if (plan == Plan.ASK && settings.fastOpenExperimental) {
      server.form = server.form == Form.STANDARD ? Form.EXPERIMENT : Form.STANDARD_FOR_GOOD;
    }
    if (settings.fastOpenHeedsRefusal) {
      leaveAlone(server, nowNanos);
    }
  }

  /// The retransmission timer of the SYN expired.
  public void onSynLost(long nowNanos) {
    if (lost || plan == Plan.PLAIN) {
      return;
    }
    lost = true;
    Server server = cache.findOrBegin(address);
    server.losses++;
    if (server.losses > settings.fastOpenLossesForgiven) {
      leaveAlone(server, nowNanos);
    }
  }

  /// A RST or an ICMP error answered the SYN.
  public void onRefused(long nowNanos) {
    if (textSent > 0 && settings.fastOpenHeedsRefusal) {
      leaveAlone(cache.findOrBegin(address), nowNanos);
    }
  }

  private void leaveAlone(Server server, long nowNanos) {
    server.leftAlone = true;
    server.leftAloneUntilNanos = nowNanos + settings.fastOpenRetryNanos;
  }
}
