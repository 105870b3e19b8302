package dev.sluice.packetdrill.run;

import dev.sluice.tcp.tcb.ConnectionDetail;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.EcnInfo;
import dev.sluice.tcp.tcb.State;
import java.util.HashMap;
import java.util.Map;

/// The fields of TCP_INFO whose meaning is public, for the code blocks of scripts. A
/// field that is not here makes a script NOT-RUN with its name.
final class TcpInfo {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  /// Before a round trip was measured.
  private static final long NO_RTT = 0xffff_ffffL;

  private static final int OPTION_TIMESTAMPS = 1;
  private static final int OPTION_SACK = 2;
  private static final int OPTION_WSCALE = 4;
  private static final int OPTION_ECN = 8;

  private static final long OPTION_SYN_DATA = 32;

  private static final State[] LINUX_STATES = {
    State.ESTABLISHED,
    State.SYN_SENT,
    State.SYN_RECEIVED,
    State.FIN_WAIT_1,
    State.FIN_WAIT_2,
    State.TIME_WAIT,
    State.CLOSED,
    State.CLOSE_WAIT,
    State.LAST_ACK,
    State.LISTEN,
    State.CLOSING
  };
  private static final String[] LINUX_NAMES = {
    "TCP_ESTABLISHED",
    "TCP_SYN_SENT",
    "TCP_SYN_RECV",
    "TCP_FIN_WAIT1",
    "TCP_FIN_WAIT2",
    "TCP_TIME_WAIT",
    "TCP_CLOSE",
    "TCP_CLOSE_WAIT",
    "TCP_LAST_ACK",
    "TCP_LISTEN",
    "TCP_CLOSING"
  };
  private static final State[] FREEBSD_STATES = {
    State.CLOSED, State.LISTEN, State.SYN_SENT, State.SYN_RECEIVED, State.ESTABLISHED,
    State.CLOSE_WAIT, State.FIN_WAIT_1, State.CLOSING, State.LAST_ACK, State.FIN_WAIT_2,
    State.TIME_WAIT
  };

  private final boolean freebsd;
  private final Map<String, Object> names = new HashMap<>();

  TcpInfo(boolean freebsd) {
    this.freebsd = freebsd;
    constants();
  }

  private void constants() {
    for (int i = 0; i < LINUX_NAMES.length; i++) {
      names.put(LINUX_NAMES[i], i + 1L);
    }
    for (int i = 0; i < FREEBSD_STATES.length; i++) {
      names.put("TCPI_" + FREEBSD_STATES[i].name(), (long) i);
    }
    String[] recovery = {"Open", "Disorder", "CWR", "Recovery", "Loss"};
    for (int i = 0; i < recovery.length; i++) {
      names.put("TCP_CA_" + recovery[i], (long) i);
    }
    names.put("TCPI_OPT_TIMESTAMPS", (long) OPTION_TIMESTAMPS);
    names.put("TCPI_OPT_SACK", (long) OPTION_SACK);
    names.put("TCPI_OPT_WSCALE", (long) OPTION_WSCALE);
    names.put("TCPI_OPT_ECN", (long) OPTION_ECN);
    names.put("TCPI_OPT_SYN_DATA", OPTION_SYN_DATA);
  }

  /// The names for the next snippet; what it assigns stays.
  Map<String, Object> names() {
    return names;
  }

  /// Samples a socket that is no connection now.
  void sample(State state) {
    names.keySet().removeIf(name -> name.startsWith("tcpi_"));
    names.put("tcpi_state", stateNumber(state));
    names.put("tcpi_options", 0L);
  }

  /// Samples a connection.
  void sample(ConnectionInfo info) {
    sample(info.state());
    int mss = Math.max(info.effectiveMss(), 1);
    int unit = freebsd ? 1 : mss;
    names.put("tcpi_options", options(info.features()));
    names.put("tcpi_snd_cwnd", info.cwnd() / unit);
    boolean infinite = info.ssthresh() >= Integer.MAX_VALUE;
    names.put("tcpi_snd_ssthresh", infinite ? 0x7fffffffL : info.ssthresh() / unit);
    names.put("tcpi_snd_mss", (long) info.effectiveMss());
    names.put("tcpi_rtt", info.srttNanos() / 1_000);
    names.put("tcpi_rttvar", info.rttvarNanos() / 1_000);
    names.put("tcpi_rto", info.rtoNanos() / 1_000);
    names.put("tcpi_retransmits", (long) info.retransmissions());
    names.put("tcpi_bytes_acked", info.bytesAcked());
    names.put("tcpi_bytes_received", info.bytesReceived());
    names.put("tcpi_bytes_sent", info.bytesSent() + info.bytesRetransmitted());
    names.put("tcpi_bytes_retrans", info.bytesRetransmitted());
    names.put("tcpi_snd_wnd", info.sendWindow());
    detail(info.detail());
    long space = freebsd ? info.receiveWindow() : info.detail().receiving().readBytes();
    names.put("tcpi_rcv_space", space);
    names.put("tcpi_delivered", info.detail().sending().rates().deliveredSegments());
  }

  /// Samples what is known of congestion marks.
  void sample(EcnInfo ecn) {
    names.put("tcpi_delivered_ce", ecn.deliveredMarked());
    names.put("tcpi_delivered_ce_bytes", ecn.deliveredMarkedOctets());
    names.put("tcpi_delivered_e0_bytes", ecn.deliveredEct0Octets());
    names.put("tcpi_delivered_e1_bytes", ecn.deliveredEct1Octets());
    names.put("tcpi_received_ce", ecn.receivedMarked());
  }

  /// Text went with the SYN and was taken.
  void synData(boolean taken) {
    if (taken) {
      names.merge(
          "tcpi_options", OPTION_SYN_DATA, (a, b) -> ((Number) a).longValue() | OPTION_SYN_DATA);
    }
  }

  private void detail(ConnectionDetail detail) {
    ConnectionDetail.Agreed agreed = detail.agreed();
    names.put("tcpi_snd_wscale", (long) agreed.sendShift());
    names.put("tcpi_rcv_wscale", (long) agreed.receiveShift());
    ConnectionDetail.Timing timing = detail.timing();
    names.put("tcpi_backoff", (long) timing.backoff());
    names.put("tcpi_probes", (long) timing.probes());
    names.put("tcpi_ato", timing.ackDelayNanos() / MICRO);
    names.put("tcpi_min_rtt", timing.minRttNanos() == 0 ? NO_RTT : timing.minRttNanos() / MICRO);
    names.put("tcpi_last_data_sent", timing.sinceTextSentNanos() / MILLI);
    names.put("tcpi_last_data_recv", timing.sinceTextReceivedNanos() / MILLI);
    names.put("tcpi_last_ack_recv", timing.sinceAckReceivedNanos() / MILLI);
    sending(detail.sending());
    ConnectionDetail.Sizes sizes = detail.sizes();
    names.put("tcpi_advmss", (long) sizes.announcedMss());
    names.put("tcpi_rcv_mss", (long) sizes.largestReceived());
    names.put("tcpi_pmtu", (long) sizes.pathMtu());
    receiving(detail.receiving());
    recovery(detail.recovery());
    ConnectionDetail.Traffic traffic = detail.traffic();
    names.put("tcpi_segs_in", traffic.segmentsIn());
    names.put("tcpi_segs_out", traffic.segmentsOut());
    names.put("tcpi_data_segs_in", traffic.textSegmentsIn());
    names.put("tcpi_data_segs_out", traffic.textSegmentsOut());
    names.put("tcpi_total_retrans", traffic.segmentsRetransmitted());
    names.put("tcpi_delivered_ce", traffic.markedDelivered());
    ConnectionDetail.Limits limits = detail.limits();
    names.put("tcpi_busy_time", limits.busyNanos() / MICRO);
    names.put("tcpi_rwnd_limited", limits.windowNanos() / MICRO);
    names.put("tcpi_sndbuf_limited", limits.bufferNanos() / MICRO);
  }

  private void receiving(ConnectionDetail.Receiving receiving) {
    names.put("tcpi_rcv_ssthresh", (long) receiving.windowLimitBytes());
    names.put("tcpi_rcv_rtt", receiving.roundTripNanos() / MICRO);
    names.put("tcpi_rcv_ooopack", receiving.outOfOrderSegments());
  }

  private void recovery(ConnectionDetail.Recovery recovery) {
    names.put("tcpi_reord_seen", (long) recovery.reorderings());
    names.put("tcpi_dsack_dups", recovery.duplicatesReported());
    names.put("tcpi_dupacks", (long) recovery.duplicateAcks());
    names.put("tcpi_total_tlp", recovery.tailProbes());
    names.put("tcpi_total_rto", recovery.timeouts());
    names.put("tcpi_total_rto_recoveries", recovery.timeoutRuns());
    names.put("tcpi_total_rto_time", recovery.timeoutNanos() / MILLI);
  }

  private void sending(ConnectionDetail.Sending sending) {
    names.put("tcpi_ca_state", (long) sending.state().ordinal());
    names.put("tcpi_unacked", (long) sending.unackedSegments());
    names.put("tcpi_sacked", (long) sending.sackedSegments());
    names.put("tcpi_lost", (long) sending.lostSegments());
    names.put("tcpi_retrans", (long) sending.resentSegments());
    names.put("tcpi_notsent_bytes", sending.notSentBytes());
    names.put("tcpi_reordering", (long) sending.reordering());
    ConnectionDetail.Rates rates = sending.rates();
    names.put("tcpi_delivery_rate", rates.deliveryBytesPerSecond());
    names.put("tcpi_delivery_rate_app_limited", rates.applicationLimited() ? 1L : 0L);
    names.put("tcpi_pacing_rate", rates.pacingBytesPerSecond());
  }

  /// Enters a field that the engine does not know itself.
  void set(String name, long value) {
    names.put(name, value);
  }

  private long stateNumber(State state) {
    State[] order = freebsd ? FREEBSD_STATES : LINUX_STATES;
    for (int i = 0; i < order.length; i++) {
      if (order[i] == state) {
        return freebsd ? i : i + 1L;
      }
    }
    throw new IllegalStateException("no number for " + state);
  }

  private static long options(String features) {
    long options = features.contains("ts") ? OPTION_TIMESTAMPS : 0;
    options |= features.contains("sack") ? OPTION_SACK : 0;
    options |= features.contains("wscale") ? OPTION_WSCALE : 0;
    return features.contains("ecn") ? options | OPTION_ECN : options;
  }
}
