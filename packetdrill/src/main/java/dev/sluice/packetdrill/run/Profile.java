package dev.sluice.packetdrill.run;

import dev.sluice.stack.HostConfig;
import dev.sluice.tcp.tcb.AccEcnOptionUse;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.MtuProbing;
import dev.sluice.tcp.tcb.SlowStartExit;
import dev.sluice.wire.OptionLayout;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Settings that make the engine choose as another system does where the standards leave
/// a choice. A user can make every one of these choices too; nothing in the engine asks
/// which script runs.
///
/// @param name such as `linux`
/// @param host settings of the stack
/// @param sockets what new sockets start with
/// @param habits how socket calls answer
public record Profile(
    String name,
    Consumer<HostConfig> host,
    Consumer<ConnectionOptions> sockets,
    SocketHabits habits) {

  private static final long MS = 1_000_000L;

  /// Linux: buffers of its public test defaults, six SYN attempts, 200 ms of minimal RTO.
  public static final Profile LINUX = new Profile(
      "linux",
      config -> {
        config.optionLayout = OptionLayout.LINUX;
        config.tcp.initialRtoNanos = 1_000 * MS;
        config.tcp.minRtoNanos = 200 * MS;
        config.tcp.rttGranularityNanos = 200 * MS;
        config.tcp.rackTakesHighest = true;
        config.tcp.finProbedAlone = true;
        config.tcp.delayedAckNanos = 40 * MS;
        config.tcp.initialWindowSegments = 10;
        config.tcp.boundInitialWindow = false;
        config.tcp.slowStartExit = SlowStartExit.HYSTART;
        config.tcp.cubicAsInLinux = true;
        config.tcp.slowStartSegmentsPerAck = 1_000;
        config.tcp.reduceFromWindow = true;
        config.tcp.synRetries = 5;
        config.tcp.synAckRetries = 5;
        config.tcp.ecnAccept = EcnMode.CLASSIC;
        config.tcp.mtuProbing = MtuProbing.OFF;
        config.tcp.announcePathMss = true;
        config.tcp.firstWindowBytes = 65_535;
        config.tcp.quickAcksAtStart = 16;
        config.tcp.pushBursts = true;
        config.tcp.tolerateMissingTimestamps = true;
        config.tcp.answerAckOfUnsent = false;
        config.tcp.softErrorsEndOpen = true;
        config.tcp.probeWithoutText = true;
        config.tcp.synEchoMustMatch = true;
        config.tcp.ecnSynRetries = 0;
        config.tcp.accEcnOption = AccEcnOptionUse.ALWAYS;
        config.tcp.ecnOnAll = true;
        config.tcp.fastOpenExperimental = true;
        config.tcp.fastOpenHeedsRefusal = false;
        config.tcp.fastOpenLossesForgiven = 1;
        config.tcp.maxReceiveBufferBytes = 15 * 1024 * 1024;
      },
      options -> {
        options.receiveAutoTuning = false;
        options.sendAutoTuning = false;
        options.receiveBufferBytes = 540_000;
        options.sendBufferBytes = 256 * 1024;
        options.sendOvershootBytes = 65_536;
      },
      new SocketHabits(true, false, true, true, false, true, true));

  /// FreeBSD: receive buffers of 64 KiB rounded up to the MSS, a delayed ACK from the
  /// first segment on, no reuse of a TIME-WAIT without timestamps.
  public static final Profile FREEBSD = new Profile(
      "freebsd",
      config -> {
        config.optionLayout = OptionLayout.FREEBSD;
        config.tcp.initialRtoNanos = 1_000 * MS;
        config.tcp.minRtoNanos = 30 * MS;
        config.tcp.rtoSlopNanos = 200 * MS;
        config.tcp.maxRtoNanos = 64_000 * MS;
        config.tcp.synRetries = 12;
        config.tcp.delayedAckNanos = 40 * MS;
        config.tcp.initialWindowSegments = 10;
        config.tcp.shortenTimeWait = false;
        config.tcp.ecnAccept = EcnMode.CLASSIC;
        config.tcp.mtuProbing = MtuProbing.OFF;
        config.tcp.windowFollowsBuffer = true;
        config.tcp.ackEverySecondSegment = true;
        config.tcp.dropSynFin = false;
        config.tcp.maxReceiveBufferBytes = 2 * 1024 * 1024;
      },
      options -> {
        options.receiveAutoTuning = false;
        options.sendAutoTuning = false;
        options.receiveBufferBytes = 65_536;
        options.sendBufferBytes = 32_768;
        options.openTimeoutNanos = 75_000 * MS;
      },
      new SocketHabits(false, true, false, false, true, false, false));

  /// All profiles.
  public static final List<Profile> ALL = List.of(LINUX, FREEBSD);

  /// The profile of that name, or null.
  public static @Nullable Profile named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(p -> p.name().equals(wanted)).findFirst().orElse(null);
  }
}
