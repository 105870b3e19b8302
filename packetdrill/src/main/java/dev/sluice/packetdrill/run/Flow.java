package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.TcpOption;
import dev.sluice.wire.Flags;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The connection under test, and how the script's numbers map to those on the wire.
final class Flow {
  /// How far the script has come with it.
  enum Phase {
    /// A socket that neither listens nor connects.
    FRESH,
    /// Waits for the script's first segment.
    LISTENING,
    /// The script's segment came in from a new remote port.
    PASSIVE,
    /// Our SYN-ACK was seen.
    PASSIVE_ANSWERED,
    /// `connect` was called.
    CONNECTING,
    /// Our SYN was seen.
    SYN_SENT,
    /// The script's SYN-ACK went in.
    SYN_ACKED
  }

  Phase phase = Phase.FRESH;
  int localPort;
  int remotePort;
  private int scriptLocalIsn;
  private int liveLocalIsn;
  private int remoteIsn;
  private final Map<Integer, Integer> echoes = new HashMap<>();
  private boolean sawTimestamp;
  private int firstScriptTsVal;
  private int firstLiveTsVal;
  private final Map<Integer, Integer> flowLabels = new HashMap<>();
  /// The last segments both ways, for the reset at the end.
  @Nullable
  LivePacket lastOutbound;

  int lastInboundEnd;

  Flow(int localPort, int remotePort) {
    this.localPort = localPort;
    this.remotePort = remotePort;
  }

  void remoteIsn(int isn) {
    remoteIsn = isn;
  }

  void localIsn(int script, int live) {
    scriptLocalIsn = script;
    liveLocalIsn = live;
  }

  // ---- sequence numbers: of a SYN as written, of all others relative to the SYN's

  /// Of an inbound segment, from script to wire.
  int remoteSeqToLive(int seq, boolean syn) {
    return syn ? seq : seq + remoteIsn;
  }

  /// An acknowledgment or SACK edge of an inbound segment, from script to wire.
  int localSeqToLive(int seq, boolean syn) {
    return syn ? seq + liveLocalIsn - scriptLocalIsn : seq + liveLocalIsn;
  }

  /// Of an outbound segment, from wire to script.
  int localSeqToScript(int seq, boolean syn) {
    return syn ? seq - liveLocalIsn + scriptLocalIsn : seq - liveLocalIsn;
  }

  /// An acknowledgment or SACK edge of an outbound segment, from wire to script.
  int remoteSeqToScript(int seq, boolean syn) {
    return syn ? seq : seq - remoteIsn;
  }

  // ---- timestamps

  /// A timestamp of ours went by: ties the script's value to the live one.
  void sawTimestamp(TcpOption.Timestamps script, int liveVal) {
    int scriptVal = (int) script.val();
    if (!script.ignoreVal()) {
      echoes.put(scriptVal, liveVal);
    }
    if (!sawTimestamp) {
      sawTimestamp = true;
      firstScriptTsVal = scriptVal;
      firstLiveTsVal = liveVal;
    }
  }

  /// Our timestamp in the script's numbers; meaningful after [#sawTimestamp].
  int tsValToScript(int liveVal) {
    return firstScriptTsVal + (liveVal - firstLiveTsVal);
  }

  /// The live value that an inbound echo stands for, or null if the script never saw it.
  @Nullable
  Integer echoToLive(int scriptEcr) {
    return echoes.get(scriptEcr);
  }

  /// The live echo from the distance to the first timestamp.
  int extrapolatedEcho(int scriptEcr) {
    return firstLiveTsVal + (scriptEcr - firstScriptTsVal);
  }

  boolean hasTimestamps() {
    return sawTimestamp;
  }

  /// Whether the live flow label fits the script's: same label, same live label.
  boolean flowLabelFits(int scriptLabel, int liveLabel) {
    if (liveLabel == 0) {
      return false;
    }
    Integer known = flowLabels.putIfAbsent(scriptLabel, liveLabel);
    return known == null
        ? flowLabels.values().stream().filter(l -> l == liveLabel).count() == 1
        : known == liveLabel;
  }

  /// Whether an outbound packet belongs to this flow; an expected SYN binds the local
  /// port of a connecting socket.
  boolean matches(LivePacket packet) {
    if (!packet.isTcp()) {
      return false;
    }
    boolean syn = packet.has(Flags.SYN) && !packet.has(Flags.ACK);
    if (phase == Phase.CONNECTING) {
      return syn && packet.destinationPort() == remotePort;
    }
    return packet.sourcePort() == localPort && packet.destinationPort() == remotePort;
  }
}
