package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.Program.OptionLine;
import dev.sluice.packetdrill.language.ScriptException;
import dev.sluice.wire.IpAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the `--name=value` lines of a script say.
final class ScriptOptions {
  private static final long MICRO_NANOS = 1_000;

  /// Known, and without effect in virtual time or on a host of its own.
  private static final Set<String> WITHOUT_EFFECT = Set.of(
      "gateway_ip",
      "netmask_ip",
      "speed",
      "send_omit_free",
      "no_cleanup",
      "debug",
      "dry_run",
      "verbose",
      "tcp_md5_secret",
      "psp_udp_port",
      "so_filename",
      "so_flags");

  boolean v4 = true;
  boolean mapped;

  @Nullable
  String local;

  @Nullable
  String remote;

  int mtu = 1_500;
  int bindPort = 8_080;
  int connectPort = 8_080;
  long toleranceNanos = 4_000 * MICRO_NANOS;
  double tolerancePercent;
  /// A longer inbound segment arrives as segments of this many octets of text that the
  /// link has merged (GRO); 0: as one.
  int mergedSegmentBytes;

  int timestampTickMicros;
  boolean extrapolateEchoes;
  boolean strictSegments;
  boolean packetsNotFatal;
  boolean callsNotFatal;

  private ScriptOptions(boolean freebsd) {
    tolerancePercent = freebsd ? 5 : 12.5;
  }

  /// @param ipVersion goes before what the script says, or null
  /// @throws ScriptException for an option or value that the language does not have
  static ScriptOptions of(List<OptionLine> lines, boolean freebsd, @Nullable String ipVersion)
      throws ScriptException {
    ScriptOptions options = new ScriptOptions(freebsd);
    for (OptionLine line : lines) {
      options.take(line);
    }
    if (ipVersion != null && !options.family(ipVersion)) {
      throw new IllegalArgumentException("not an IP version: '" + ipVersion + "'");
    }
    return options;
  }

  private void take(OptionLine line) throws ScriptException {
    if (WITHOUT_EFFECT.contains(line.name())) {
      return;
    }
    String value = line.value() == null ? "" : line.value();
    try {
      if (!known(line.name(), value)) {
        if (line.name().equals("ip_version")) {
          throw new ScriptException(line.at(), "no IP version: " + value);
        }
        throw new NotRun("option --" + line.name());
      }
    } catch (NumberFormatException e) {
      throw new ScriptException(line.at(), "--" + line.name() + " takes a number: " + value);
    }
  }

  private boolean known(String name, String value) throws ScriptException {
    switch (name) {
      case "ip_version" -> {
        return family(value);
      }
      case "local_ip" -> local = value;
      case "remote_ip" -> remote = value;
      case "mss" -> mergedSegmentBytes = Integer.parseInt(value);
      case "mtu" -> mtu = Integer.parseInt(value);
      case "bind_port" -> bindPort = Integer.parseInt(value);
      case "connect_port" -> connectPort = Integer.parseInt(value);
      case "tolerance_usecs" -> toleranceNanos = Long.parseLong(value) * MICRO_NANOS;
      case "tolerance_percent" -> tolerancePercent = Double.parseDouble(value);
      case "tcp_ts_tick_usecs" -> timestampTickMicros = Integer.parseInt(value);
      case "tcp_ts_ecr_scaled" -> extrapolateEchoes = true;
      case "strict_segments" -> strictSegments = true;
      case "non_fatal" -> {
        packetsNotFatal = value.contains("packet");
        callsNotFatal = value.contains("syscall");
      }
      case "udp_encapsulation" -> throw new NotRun("TCP in UDP (udp_encapsulation)");
      default -> {
        if (name.startsWith("wire_")) {
          throw new NotRun("option --" + name);
        }
        return name.equals("define");
      }
    }
    return true;
  }

  private boolean family(String value) {
    switch (value) {
      case "ipv4" -> v4 = true;
      case "ipv6" -> v4 = false;
      case "ipv4-mapped-ipv6" -> {
        v4 = true;
        mapped = true;
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  Addresses addresses() {
    String ours = v4 ? "192.168.0.1" : "fd3d:fa7b:d17d::1";
    String theirs = v4 ? "192.0.2.1" : "2001:db8::1";
    return new Addresses(
        address(local, ours), address(remote, theirs), mapped, bindPort, connectPort);
  }

  /// The address that the script names, if it is of the family that is run.
  private IpAddress address(@Nullable String named, String otherwise) {
    if (named != null) {
      IpAddress address = IpAddress.parse(named);
      if (address.isV4() == v4) {
        return address;
      }
    }
    return IpAddress.parse(otherwise);
  }
}
