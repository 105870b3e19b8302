package dev.sluice.cli.view;

import dev.sluice.cli.json.Fields;
import dev.sluice.tcp.tcb.ConnectionInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line of `netstat`: a listener, a half-open peer, a connection or a TIME-WAIT.
///
/// @param id its number on its host, 0 for one that has none yet
/// @param state the RFC's name with underscores, as `FIN_WAIT_1`
/// @param localAddress the literal address; `*` for a listener on all of them
/// @param remoteAddress the literal address; `*` for a listener
/// @param remotePort 0 for a listener
/// @param receiveQueue octets that wait to be read; for a listener, connections that wait
///     to be accepted
/// @param sendQueue octets that wait to be sent or acknowledged; for a listener, how many
///     connections may wait
/// @param timer what runs out next, or null
/// @param detail what only a connection has, or null
public record SocketView(
    long id,
    boolean v4,
    String state,
    String localAddress,
    int localPort,
    String remoteAddress,
    int remotePort,
    long receiveQueue,
    long sendQueue,
    @Nullable TimerView timer,
    @Nullable Detail detail) {

  /// Any address, or any port.
  public static final String ANY = "*";

  /// The timer that runs out next.
  ///
  /// @param name as `netstat -o` on Linux names it, where it does
  /// @param nanos until it runs out
  /// @param retransmissions of what it waits for
  /// @param probes keep-alive or zero-window probes unanswered so far
  public record TimerView(String name, long nanos, long retransmissions, long probes) {}

  /// What the engine knows of a connection.
  ///
  /// @param srttNanos smoothed round-trip time, 0 before a sample
  /// @param rttvarNanos its variation
  /// @param rtoNanos retransmission timeout
  /// @param cwnd congestion window, octets
  /// @param ssthresh slow-start threshold, octets; [Long#MAX_VALUE] until there is one,
  ///     null in JSON
  /// @param sendWindow the peer's window, octets
  /// @param receiveWindow our window, octets
  /// @param mss octets of text that a segment carries
  /// @param bytesSent octets of text sent, repeats not counted
  /// @param bytesAcked of those, acknowledged
  /// @param bytesReceived octets of text received in order
  /// @param bytesRetransmitted octets of text sent again
  /// @param features options agreed on
  public record Detail(
      long srttNanos,
      long rttvarNanos,
      long rtoNanos,
      long cwnd,
      long ssthresh,
      long sendWindow,
      long receiveWindow,
      long mss,
      long bytesSent,
      long bytesAcked,
      long bytesReceived,
      long bytesRetransmitted,
      String features) {

    private static final long UNSET = Long.MAX_VALUE;

    static Detail of(ConnectionInfo info) {
      return new Detail(
          info.srttNanos(),
          info.rttvarNanos(),
          info.rtoNanos(),
          info.cwnd(),
          info.ssthresh(),
          info.sendWindow(),
          info.receiveWindow(),
          info.effectiveMss(),
          info.bytesSent(),
          info.bytesAcked(),
          info.bytesReceived(),
          info.bytesRetransmitted(),
          info.features());
    }

    private void putInto(Map<String, @Nullable Object> json) {
      json.put("srttNanos", srttNanos);
      json.put("rttvarNanos", rttvarNanos);
      json.put("rtoNanos", rtoNanos);
      json.put("cwnd", cwnd);
      json.put("ssthresh", ssthresh == UNSET ? null : ssthresh);
      json.put("sendWindow", sendWindow);
      json.put("receiveWindow", receiveWindow);
      json.put("mss", mss);
      json.put("bytesSent", bytesSent);
      json.put("bytesAcked", bytesAcked);
      json.put("bytesReceived", bytesReceived);
      json.put("bytesRetransmitted", bytesRetransmitted);
      json.put("features", features);
    }

    private static Detail of(Fields json) {
      return new Detail(
          json.number("srttNanos"),
          json.number("rttvarNanos"),
          json.number("rtoNanos"),
          json.number("cwnd"),
          json.map().get("ssthresh") == null ? UNSET : json.number("ssthresh"),
          json.number("sendWindow"),
          json.number("receiveWindow"),
          json.number("mss"),
          json.number("bytesSent"),
          json.number("bytesAcked"),
          json.number("bytesReceived"),
          json.number("bytesRetransmitted"),
          json.string("features"));
    }
  }

  /// Whether this is a listener.
  public boolean isListener() {
    return state.equals("LISTEN");
  }

  /// As JSON: the names of the components, `timer` an object.
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("proto", v4 ? "tcp" : "tcp6");
    json.put("state", state);
    json.put("localAddress", localAddress);
    json.put("localPort", localPort);
    json.put("remoteAddress", remoteAddress);
    json.put("remotePort", remotePort);
    json.put("receiveQueue", receiveQueue);
    json.put("sendQueue", sendQueue);
    if (timer != null) {
      Map<String, Object> timerJson = new LinkedHashMap<>();
      timerJson.put("name", timer.name);
      timerJson.put("nanos", timer.nanos);
      timerJson.put("retransmissions", timer.retransmissions);
      timerJson.put("probes", timer.probes);
      json.put("timer", timerJson);
    }
    if (detail != null) {
      detail.putInto(json);
    }
    return json;
  }

  /// Back from JSON.
  ///
  /// @throws IllegalArgumentException naming the field that is wrong
  public static SocketView of(Fields json) {
    TimerView timer = null;
    if (json.map().containsKey("timer")) {
      Fields fields = json.object("timer");
      timer = new TimerView(
          fields.string("name"),
          fields.number("nanos"),
          fields.number("retransmissions"),
          fields.number("probes"));
    }
    return new SocketView(
        json.number("id"),
        json.string("proto").equals("tcp"),
        json.string("state"),
        json.string("localAddress"),
        (int) json.number("localPort"),
        json.string("remoteAddress"),
        (int) json.number("remotePort"),
        json.number("receiveQueue"),
        json.number("sendQueue"),
        timer,
        json.map().containsKey("cwnd") ? Detail.of(json) : null);
  }
}
