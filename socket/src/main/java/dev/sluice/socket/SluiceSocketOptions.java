package dev.sluice.socket;

import java.net.SocketOption;

/// Socket options that the JDK has no name for.
public final class SluiceSocketOptions {
  /// TTL or hop limit of packets sent, 1 to 255 (RFC 9293 MUST-49).
  public static final SocketOption<Integer> IP_TTL = number("IP_TTL");
  /// How long data may stay unacknowledged before the connection ends, in milliseconds,
  /// or 0 for what the stack holds (RFC 5482, RFC 9293 §3.8.3).
  public static final SocketOption<Integer> TCP_USER_TIMEOUT = number("TCP_USER_TIMEOUT");
  /// Whether the peer is told of the user timeout, and its advice is taken where no time
  /// was set here (RFC 5482).
  public static final SocketOption<Boolean> TCP_USER_TIMEOUT_OPTION =
      onOff("TCP_USER_TIMEOUT_OPTION");
  /// An upper bound for the octets of text in a segment, both ways, or 0 for what the
  /// path allows. Only before the connection opens does the peer hear of it.
  public static final SocketOption<Integer> TCP_MAXSEG = number("TCP_MAXSEG");
  /// Of a listener: how many connections that began with text on their SYN may wait for
  /// the end of their handshake at once (RFC 7413); 0, as it begins: text on a SYN is not
  /// taken. Such a request reaches the program a round trip earlier, and may reach it
  /// twice: only for requests that do no harm twice.
  public static final SocketOption<Integer> TCP_FASTOPEN = number("TCP_FASTOPEN");
  /// Of a channel, before it connects: `connect` returns at once where the server gave us
  /// a cookie before, and what is written first goes along with the SYN; else it asks for
  /// a cookie (RFC 7413). That the server refuses shows when reading or writing then.
  /// Write first, then read: a selector that waits for something to read from a channel
  /// that has written nothing waits in vain. The server may see those octets twice.
  public static final SocketOption<Boolean> TCP_FASTOPEN_CONNECT = onOff("TCP_FASTOPEN_CONNECT");
  /// Of a channel, to be read only: octets that are yet to be read before the end of what
  /// the peer called urgent; 0 if it is reached or there is none (RFC 9293 MUST-33). A
  /// channel reads urgent octets among the others, as RFC 6093 §5 wishes; a
  /// [java.net.Socket] without `setOOBInline(true)` leaves them out.
  public static final SocketOption<Integer> TCP_URGENT_LEFT = number("TCP_URGENT_LEFT");

  /// Whether only full segments go out, until it is taken off or one retransmission
  /// timeout is over. Setting [java.net.StandardSocketOptions#TCP_NODELAY] lets out once
  /// what it holds.
  public static final SocketOption<Boolean> TCP_CORK = onOff("TCP_CORK");
  /// A channel is not writable while so many octets wait to be sent: little that is old
  /// waits in front of what is new. 0: what the stack holds; negative: no such limit.
  public static final SocketOption<Integer> TCP_NOTSENT_LOWAT = number("TCP_NOTSENT_LOWAT");
  /// How often a SYN is sent again before a connect fails, 1 to 30, or 0 for what the
  /// stack holds.
  public static final SocketOption<Integer> TCP_SYNCNT = number("TCP_SYNCNT");
  /// Of a listener: how many seconds an ACK without text does not end a handshake, 0 to
  /// 32,767; 0, as it begins: any ACK does. Rounded up to when a SYN-ACK is due again;
  /// the one after that time is the peer's last chance, and then an ACK will do.
  public static final SocketOption<Integer> TCP_DEFER_ACCEPT = number("TCP_DEFER_ACCEPT");
  /// The rules that decide how much may be in flight, by name, such as `cubic` or
  /// `reno`; empty, as it begins, for what the stack holds. Set on a connection that
  /// lives, window and threshold stay and the rules change.
  public static final SocketOption<String> TCP_CONGESTION = word("TCP_CONGESTION");

  /// The most that is offered to the peer as a window, octets, or 0 for what the receive
  /// buffer has room for. What was offered before stands.
  public static final SocketOption<Integer> TCP_WINDOW_CLAMP = number("TCP_WINDOW_CLAMP");
  /// How many seconds a connection that its user has closed waits for the peer's FIN; 0
  /// for what the stack holds, negative for not at all: it is reset then.
  public static final SocketOption<Integer> TCP_LINGER2 = number("TCP_LINGER2");

  private SluiceSocketOptions() {}

  private static SocketOption<Integer> number(String name) {
    return new Named<>(name, Integer.class);
  }

  private static SocketOption<Boolean> onOff(String name) {
    return new Named<>(name, Boolean.class);
  }

  private static SocketOption<String> word(String name) {
    return new Named<>(name, String.class);
  }

  private record Named<T>(String name, Class<T> type) implements SocketOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
