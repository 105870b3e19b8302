package dev.sluice.cli.view;

import dev.sluice.cli.json.Fields;
import dev.sluice.cli.text.DurationText;
import dev.sluice.tcp.tcb.ConnectionDetail;
import dev.sluice.tcp.tcb.ConnectionInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All that one connection tells of itself, in groups: for people, for programs (JSON)
/// and for plots (CSV). Names end in their unit: `Nanos`, `Bytes`, `Segments`.
public final class InfoView {
  private InfoView() {}

  /// The groups by name, each with its values by name; numbers, truth values and words.
  public static Map<String, Object> groups(ConnectionInfo info) {
    Map<String, Object> groups = new LinkedHashMap<>();
    groups.put("connection", connection(info));
    groups.put("agreed", agreed(info.detail().agreed()));
    groups.put("timing", timing(info));
    groups.put("sending", sending(info));
    groups.put("recovery", recovery(info.detail().recovery()));
    groups.put("rates", rates(info.detail().sending().rates()));
    groups.put("receiving", receiving(info));
    groups.put("sizes", sizes(info));
    groups.put("traffic", traffic(info));
    groups.put("limits", limits(info.detail().limits()));
    return groups;
  }

  private static Map<String, Object> connection(ConnectionInfo info) {
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("localAddress", info.tuple().local().toString());
    group.put("localPort", info.tuple().localPort());
    group.put("remoteAddress", info.tuple().remote().toString());
    group.put("remotePort", info.tuple().remotePort());
    group.put("state", info.state().name());
    String timer = info.timer();
    group.put("timer", timer == null ? "off" : timer);
    group.put("timerNanos", info.timerNanos());
    return group;
  }

  private static Map<String, Object> agreed(ConnectionDetail.Agreed agreed) {
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("timestamps", agreed.timestamps());
    group.put("selectiveAcks", agreed.selectiveAcks());
    group.put("windowScaling", agreed.windowScaling());
    group.put("sendShift", agreed.sendShift());
    group.put("receiveShift", agreed.receiveShift());
    group.put("ecn", agreed.ecn().name());
    group.put("ecnSeen", agreed.ecnSeen());
    group.put("fastOpenText", agreed.fastOpenText());
    return group;
  }

  private static Map<String, Object> timing(ConnectionInfo info) {
    ConnectionDetail.Timing timing = info.detail().timing();
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("srttNanos", info.srttNanos());
    group.put("rttvarNanos", info.rttvarNanos());
    group.put("minRttNanos", timing.minRttNanos());
    group.put("rtoNanos", info.rtoNanos());
    group.put("backoff", timing.backoff());
    group.put("retransmissions", info.retransmissions());
    group.put("probes", timing.probes());
    group.put("ackDelayNanos", timing.ackDelayNanos());
    group.put("sinceTextSentNanos", timing.sinceTextSentNanos());
    group.put("sinceTextReceivedNanos", timing.sinceTextReceivedNanos());
    group.put("sinceAckReceivedNanos", timing.sinceAckReceivedNanos());
    return group;
  }

  private static Map<String, Object> sending(ConnectionInfo info) {
    ConnectionDetail.Sending sending = info.detail().sending();
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("congestion", sending.congestion().socketName());
    group.put("state", sending.state().name());
    group.put("cwndBytes", info.cwnd());
    group.put("ssthreshBytes", info.ssthresh() == Long.MAX_VALUE ? -1 : info.ssthresh());
    group.put("windowBytes", info.sendWindow());
    group.put("queueBytes", info.sendQueue());
    group.put("notSentBytes", sending.notSentBytes());
    group.put("inFlightBytes", sending.inFlightBytes());
    group.put("unackedSegments", sending.unackedSegments());
    group.put("sackedSegments", sending.sackedSegments());
    group.put("lostSegments", sending.lostSegments());
    group.put("resentSegments", sending.resentSegments());
    group.put("reorderingSegments", sending.reordering());
    return group;
  }

  private static Map<String, Object> recovery(ConnectionDetail.Recovery recovery) {
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("reorderings", recovery.reorderings());
    group.put("duplicatesReportedSegments", recovery.duplicatesReported());
    group.put("duplicateAcks", recovery.duplicateAcks());
    group.put("tailProbes", recovery.tailProbes());
    group.put("timeouts", recovery.timeouts());
    group.put("timeoutRuns", recovery.timeoutRuns());
    group.put("timeoutNanos", recovery.timeoutNanos());
    return group;
  }

  private static Map<String, Object> rates(ConnectionDetail.Rates rates) {
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("deliveredBytes", rates.deliveredBytes());
    group.put("deliveredSegments", rates.deliveredSegments());
    group.put("deliveryBytesPerSecond", rates.deliveryBytesPerSecond());
    group.put("applicationLimited", rates.applicationLimited());
    long pacing = rates.pacingBytesPerSecond();
    group.put("pacingBytesPerSecond", pacing == Long.MAX_VALUE ? -1 : pacing);
    return group;
  }

  private static Map<String, Object> receiving(ConnectionInfo info) {
    ConnectionDetail.Receiving receiving = info.detail().receiving();
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("windowBytes", info.receiveWindow());
    group.put("windowLimitBytes", receiving.windowLimitBytes());
    group.put("queueBytes", info.receiveQueue());
    group.put("bufferBytes", receiving.bufferBytes());
    group.put("readBytes", receiving.readBytes());
    group.put("roundTripNanos", receiving.roundTripNanos());
    group.put("outOfOrderSegments", receiving.outOfOrderSegments());
    return group;
  }

  private static Map<String, Object> sizes(ConnectionInfo info) {
    ConnectionDetail.Sizes sizes = info.detail().sizes();
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("mssBytes", info.effectiveMss());
    group.put("announcedMssBytes", sizes.announcedMss());
    group.put("largestReceivedBytes", sizes.largestReceived());
    group.put("pathMtuBytes", sizes.pathMtu());
    return group;
  }

  private static Map<String, Object> traffic(ConnectionInfo info) {
    ConnectionDetail.Traffic traffic = info.detail().traffic();
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("sentBytes", info.bytesSent());
    group.put("ackedBytes", info.bytesAcked());
    group.put("receivedBytes", info.bytesReceived());
    group.put("retransmittedBytes", info.bytesRetransmitted());
    group.put("inSegments", traffic.segmentsIn());
    group.put("outSegments", traffic.segmentsOut());
    group.put("textInSegments", traffic.textSegmentsIn());
    group.put("textOutSegments", traffic.textSegmentsOut());
    group.put("retransmittedSegments", traffic.segmentsRetransmitted());
    group.put("markedDeliveredSegments", traffic.markedDelivered());
    group.put("markedReceivedSegments", traffic.markedReceived());
    return group;
  }

  private static Map<String, Object> limits(ConnectionDetail.Limits limits) {
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("busyNanos", limits.busyNanos());
    group.put("windowNanos", limits.windowNanos());
    group.put("bufferNanos", limits.bufferNanos());
    return group;
  }

  // ---- as text

  /// A line for each group: its name, then `name value` pairs, times as people read them.
  public static String text(Fields groups) {
    StringBuilder out = new StringBuilder();
    for (String name : groups.map().keySet()) {
      out.append(String.format("%-11s", name));
      groups.object(name).map().forEach((field, value) -> {
        boolean time = field.endsWith("Nanos") && value instanceof Number;
        String label = time ? field.substring(0, field.length() - 5) : field;
        String shown = time ? DurationText.format(((Number) value).longValue()) : value.toString();
        out.append(' ').append(label).append('=').append(shown);
      });
      out.append('\n');
    }
    return out.toString();
  }

  /// The titles of a CSV file: `timeNanos`, then `group.name` for every value.
  public static String csvTitles(Fields groups) {
    List<String> titles = new ArrayList<>(List.of("timeNanos"));
    for (String group : groups.map().keySet()) {
      groups.object(group).map().keySet().forEach(field -> titles.add(group + "." + field));
    }
    return String.join(",", titles);
  }

  /// A row of a CSV file, in the order of the titles.
  ///
  /// @param timeNanos since the first row
  public static String csvRow(Fields groups, long timeNanos) {
    List<String> cells = new ArrayList<>(List.of(Long.toString(timeNanos)));
    for (String group : groups.map().keySet()) {
      groups.object(group).map().values().forEach(value -> cells.add(value.toString()));
    }
    return String.join(",", cells);
  }
}
