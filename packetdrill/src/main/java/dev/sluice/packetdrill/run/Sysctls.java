package dev.sluice.packetdrill.run;

import dev.sluice.tcp.tcb.AccEcnOptionUse;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.FastOpenKey;
import dev.sluice.tcp.tcb.MtuProbing;
import dev.sluice.tcp.tcb.SynCookieMode;
import java.util.Set;

/// The sysctls of both systems and what they mean here: one table.
///
/// A sysctl whose name is not here, or whose value asks for something that is not here,
/// makes the script NOT-RUN with that name: never a silent skip.
final class Sysctls {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;

  /// Nothing here depends on these: caches that a new host has empty, sizes of packets
  /// for a network card, pacing, and memory that is counted otherwise.
  private static final Set<String> WITHOUT_EFFECT = Set.of(
      "net.inet.tcp.hostcache.purgenow",
      "net.inet.tcp.v6pmtud_blackhole_mss",
      "net.inet.tcp.pmtud_blackhole_mss",
      "net.ipv4.tcp_fack",
      "net.ipv4.tcp_tso_win_divisor",
      "net.ipv4.tcp_fastopen_blackhole_timeout_sec");

  private static final int FAST_OPENS_OF_ANY_LISTENER = 1_024;

  private final Tuning tuning;

  Sysctls(Tuning tuning) {
    this.tuning = tuning;
  }

  /// Sets one.
  ///
  /// @throws NotRun if it, or this value of it, does not exist here
  void set(String name, String value) {
    if (WITHOUT_EFFECT.contains(name)) {
      return;
    }
    if (!own(name, value) && !foreign(name, value)) {
      throw new NotRun("sysctl " + name + "=" + value);
    }
  }

  private boolean foreign(String name, String value) {
    return name.startsWith("net.ipv4.") ? linux(name, value) : freebsd(name, value);
  }

  /// Settings of ours that no other system has a sysctl for.
  private boolean own(String name, String value) {
    switch (name) {
      case "sluice.tcp.window_follows_buffer" ->
        tuning.tcp().windowFollowsBuffer = isOn(name, value);
      case "sluice.tcp.ack_every_second_segment" ->
        tuning.tcp().ackEverySecondSegment = isOn(name, value);
      case "sluice.tcp.answer_ack_of_unsent" -> tuning.tcp().answerAckOfUnsent = isOn(name, value);
      case "sluice.tcp.tolerate_missing_timestamps" ->
        tuning.tcp().tolerateMissingTimestamps = isOn(name, value);
      case "sluice.tcp.user_timeout_option" ->
        tuning.sockets().userTimeoutOption = isOn(name, value);
      case "sluice.tcp.push_bursts" -> tuning.tcp().pushBursts = isOn(name, value);
      case "sluice.tcp.quick_acks_at_start" -> tuning.tcp().quickAcksAtStart = number(name, value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isOn(String name, String value) {
    return switch (value) {
      case "0" -> false;
      case "1" -> true;
      default -> throw new NotRun("sysctl " + name + "=" + value);
    };
  }

  private boolean freebsd(String name, String value) {
    String key = name.replace("net.inet.tcp.", "");
    switch (key) {
      case "rfc1323" -> {
        tuning.tcp().windowScaling = value.equals("1") || value.equals("2");
        tuning.tcp().timestamps = value.equals("1") || value.equals("3");
      }
      case "kern.ipc.maxsockbuf" -> tuning.tcp().maxReceiveBufferBytes = capped(name, value);
      case "fastopen.client_enable" -> tuning.tcp().fastOpenClient = !value.equals("0");
      case "fastopen.server_enable" -> tuning.tcp().fastOpenServer = !value.equals("0");
      case "sack.enable" -> tuning.tcp().selectiveAcks = !value.equals("0");
      case "tolerate_missing_ts" -> tuning.tcp().tolerateMissingTimestamps = isOn(name, value);
      case "recvspace" -> tuning.sockets().receiveBufferBytes = number(name, value);
      case "sendspace" -> tuning.sockets().sendBufferBytes = number(name, value);
      case "rexmit_initial" -> tuning.tcp().initialRtoNanos = number(name, value) * MS;
      case "rexmit_slop" -> tuning.tcp().rtoSlopNanos = number(name, value) * MS;
      case "rexmit_min" -> tuning.tcp().minRtoNanos = number(name, value) * MS;
      case "rexmit_drop_options" -> tuning.tcp().synOptionRetries = isOn(name, value) ? 2 : 30;
      case "keepinit" -> tuning.sockets().openTimeoutNanos = number(name, value) * MS;
      case "icmp_may_rst" -> tuning.tcp().icmpEndsOpen = isOn(name, value);
      case "insecure_rst" -> tuning.tcp().rstInWindowResets = isOn(name, value);
      case "insecure_syn" -> tuning.tcp().synInWindowResets = isOn(name, value);
      case "syncookies" -> {
        tuning.tcp().synCookies = isOn(name, value) ? SynCookieMode.AUTOMATIC : SynCookieMode.NEVER;
      }
      case "syncookies_only" -> {
        if (isOn(name, value)) {
          tuning.tcp().synCookies = SynCookieMode.ALWAYS;
        }
      }
      case "syncache.rexmtlimit" -> tuning.tcp().synAckRetries = number(name, value);
      case "drop_synfin" -> tuning.tcp().dropSynFin = isOn(name, value);
      case "delacktime" -> tuning.tcp().delayedAckNanos = number(name, value) * MS;
      case "keepidle" -> tuning.sockets().keepIdleNanos = number(name, value) * MS;
      case "keepintvl" -> tuning.sockets().keepIntervalNanos = number(name, value) * MS;
      case "ecn.enable" -> ecn(name, number(name, value));
      case "ecn.maxretries" -> tuning.tcp().ecnSynRetries = number(name, value);
      case "keepcnt" -> tuning.sockets().keepCount = number(name, value);
      default -> {
        return freebsdSwitch(key, value);
      }
    }
    return true;
  }

  /// Switches that stand here as the value says, or are not here.
  private boolean freebsdSwitch(String key, String value) {
    return switch (key) {
      case "path_mtu_discovery" -> value.equals("1");
      case "blackhole",
          "udp_tunneling_port",
          "udp_tunneling_overhead",
          "pmtud_blackhole_detection" -> value.equals("0");
      case "mssdflt" -> value.equals("536");
      case "v6mssdflt" -> value.equals("1220");
      default -> false;
    };
  }

  /// Whether segments are spread over the round trip, which `fq` does in Linux.
  void pace(boolean on) {
    tuning.tcp().pacing = on;
  }

  private boolean linux(String name, String value) {
    switch (name.substring("net.ipv4.".length())) {
      case "tcp_timestamps" -> tuning.tcp().timestamps = !value.equals("0");
      case "tcp_window_scaling" -> tuning.tcp().windowScaling = !value.equals("0");
      case "tcp_sack" -> tuning.tcp().selectiveAcks = !value.equals("0");
      case "tcp_rmem" -> {
        tuning.sockets().receiveBufferBytes = part(name, value, 1);
        tuning.tcp().maxReceiveBufferBytes = part(name, value, 2);
      }
      case "tcp_wmem" -> tuning.sockets().sendBufferBytes = part(name, value, 1);
      case "tcp_fastopen" -> fastOpen(number(name, value));
      case "tcp_fastopen_key" -> fastOpenKeys(name, value);
      case "tcp_notsent_lowat" ->
        tuning.tcp().notSentLowatBytes = (int) Math.min(Integer.MAX_VALUE, Long.decode(value));
      case "tcp_min_tso_segs" -> tuning.tcp().smallestBurstSegments = number(name, value);
      case "tcp_syn_retries" -> tuning.tcp().synRetries = number(name, value);
      case "tcp_synack_retries" -> tuning.tcp().synAckRetries = number(name, value);
      case "tcp_syncookies" ->
        tuning.tcp().synCookies = SynCookieMode.values()[Math.clamp(number(name, value), 0, 2)];
      case "tcp_max_syn_backlog" -> tuning.host().maxHalfOpenPerListener = number(name, value);
      case "tcp_pacing_ss_ratio" -> tuning.tcp().pacingSlowStartPercent = number(name, value);
      case "tcp_pacing_ca_ratio" -> tuning.tcp().pacingAvoidancePercent = number(name, value);
      case "tcp_slow_start_after_idle" -> tuning.tcp().slowStartAfterIdle = !value.equals("0");
      case "tcp_keepalive_time" -> tuning.sockets().keepIdleNanos = number(name, value) * SECOND;
      case "tcp_keepalive_intvl" ->
        tuning.sockets().keepIntervalNanos = number(name, value) * SECOND;
      case "tcp_base_mss" -> tuning.tcp().baseMss = number(name, value);
      case "tcp_mtu_probing" ->
        tuning.tcp().mtuProbing = MtuProbing.values()[Math.clamp(number(name, value), 0, 2)];
      case "tcp_ecn_option" ->
        tuning.tcp().accEcnOption = AccEcnOptionUse.values()[Math.clamp(number(name, value), 0, 2)];
      case "tcp_ecn" -> ecn(name, number(name, value));
      case "tcp_keepalive_probes" -> tuning.sockets().keepCount = number(name, value);
      default -> {
        return linuxSwitch(name.substring("net.ipv4.".length()), value);
      }
    }
    return true;
  }

  /// Linux's bits: 1 clients may, 2 servers may, 4 clients need no cookie, 0x200 servers
  /// ask for none, 0x400 every listener does it.
  private void fastOpen(int bits) {
    tuning.tcp().fastOpenClient = (bits & 1) != 0;
    tuning.tcp().fastOpenServer = (bits & 2) != 0;
    tuning.sockets().fastOpenWithoutCookie = (bits & 0x204) != 0;
    tuning.sockets().fastOpenQueue = (bits & 0x400) != 0 ? FAST_OPENS_OF_ANY_LISTENER : 0;
  }

  /// One key or two, each as four groups of eight hexadecimal digits.
  private void fastOpenKeys(String name, String value) {
    String[] keys = value.split(",", -1);
    if (keys.length > 2 || !value.matches("[0-9a-f]{8}(-[0-9a-f]{8}){3}(,.*)?")) {
      throw new NotRun("sysctl " + name + "=" + value);
    }
    tuning.tcp().fastOpenKey = fastOpenKey(keys[0]);
    tuning.tcp().fastOpenBackupKey = keys.length > 1 ? fastOpenKey(keys[1]) : null;
  }

  private static FastOpenKey fastOpenKey(String text) {
    long[] groups = new long[4];
    String[] parts = text.split("-", -1);
    for (int i = 0; i < 4; i++) {
      groups[i] = Long.parseLong(parts[i], 16);
    }
    return new FastOpenKey(groups[0] | groups[1] << 32, groups[2] | groups[3] << 32);
  }

  private boolean linuxSwitch(String key, String value) {
    return switch (key) {
      case "tcp_dsack" -> value.equals("1");
      case "tcp_frto" -> true;
      case "tcp_reordering" -> value.equals("3");
      case "tcp_congestion_control" -> chooses(value);
      case "tcp_early_retrans", "tcp_recovery" -> true;
      default -> false;
    };
  }

  /// The numbers that both systems give to what is asked for and what is agreed to.
  private void ecn(String name, int value) {
    boolean classicAsked = value == 1 || (value == 4 && name.startsWith("net.ipv4."));
    if (value > 5) {
      throw new NotRun("sysctl " + name + "=" + value);
    }
    EcnMode other = classicAsked ? EcnMode.CLASSIC : EcnMode.OFF;
    EcnMode most = value < 3 ? EcnMode.CLASSIC : EcnMode.ACCURATE;
    tuning.tcp().ecnAsk = value == 3 ? EcnMode.ACCURATE : other;
    tuning.tcp().ecnAccept = value == 0 ? EcnMode.OFF : most;
    tuning.tcp().ecnSynRetries = Math.max(value == 3 ? 1 : 0, tuning.tcp().ecnSynRetries);
  }

  private boolean chooses(String name) {
    CongestionAlgorithm algorithm = CongestionAlgorithm.named(name);
    if (algorithm == null) {
      return false;
    }
    tuning.tcp().congestion = algorithm;
    return true;
  }

  private static int number(String name, String value) {
    try {
      return Math.toIntExact(Long.decode(value));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new NotRun("sysctl " + name + "=" + value);
    }
  }

  /// A number that may be larger than any buffer here.
  private static int capped(String name, String value) {
    try {
      return (int) Math.min(Integer.MAX_VALUE, Long.decode(value));
    } catch (NumberFormatException e) {
      throw new NotRun("sysctl " + name + "=" + value);
    }
  }

  /// One of a triple minimum, default, maximum.
  private static int part(String name, String value, int index) {
    String[] parts = value.replace("\"", "").strip().split("\\s+", -1);
    if (parts.length != 3) {
      throw new NotRun("sysctl " + name + "=" + value);
    }
    return number(name, parts[index]);
  }
}
