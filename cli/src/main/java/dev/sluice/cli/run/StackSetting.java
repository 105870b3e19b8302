package dev.sluice.cli.run;

import dev.sluice.cli.text.CountText;
import dev.sluice.cli.text.DurationText;
import dev.sluice.tcp.tcb.TcpSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/// What `sluice set stack` can change while a stack runs; new connections follow it.
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum StackSetting {
  /// Maximum segment lifetime; TIME-WAIT lasts twice that.
  MSL(true, s -> s.mslNanos, (s, v) -> s.mslNanos = v),
  /// Retransmissions of a SYN.
  SYN_RETRIES(false, s -> s.synRetries, (s, v) -> s.synRetries = Math.toIntExact(v)),
  /// Retransmissions of a SYN-ACK.
  SYNACK_RETRIES(false, s -> s.synAckRetries, (s, v) -> s.synAckRetries = Math.toIntExact(v)),
  /// RTO before a sample.
  INITIAL_RTO(true, s -> s.initialRtoNanos, (s, v) -> s.initialRtoNanos = v),
  /// Lower bound of the RTO.
  MIN_RTO(true, s -> s.minRtoNanos, (s, v) -> s.minRtoNanos = v),
  /// Upper bound of the RTO.
  MAX_RTO(true, s -> s.maxRtoNanos, (s, v) -> s.maxRtoNanos = v),
  /// How long an ACK may wait.
  DELAYED_ACK(true, s -> s.delayedAckNanos, (s, v) -> s.delayedAckNanos = v),
  /// How long data may go unacknowledged.
  R2(true, s -> s.r2Nanos, (s, v) -> s.r2Nanos = v),
  /// How long a closed connection waits for the peer's FIN.
  FIN_TIMEOUT(true, s -> s.finWait2Nanos, (s, v) -> s.finWait2Nanos = v),
  /// Initial window in segments.
  INITIAL_WINDOW(
      false, s -> s.initialWindowSegments, (s, v) -> s.initialWindowSegments = Math.toIntExact(v));

  private final boolean isDuration;
  private final ToLongFunction<TcpSettings> getter;
  private final BiConsumer<TcpSettings, Long> setter;

  StackSetting(
      boolean isDuration,
      ToLongFunction<TcpSettings> getter,
      BiConsumer<TcpSettings, Long> setter) {
    this.isDuration = isDuration;
    this.getter = getter;
    this.setter = setter;
  }

  /// The name as people write it.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// All names, for messages and help.
  public static String names() {
    List<String> names = new ArrayList<>();
    for (StackSetting setting : values()) {
      names.add(setting.text());
    }
    return String.join(", ", names);
  }

  /// Sets `msl=5s` and its like one after the other, on the loop thread, up to the first
  /// that is wrong.
  ///
  /// @return what they are now, as `msl=5.00s`
  /// @throws IllegalArgumentException naming what is wrong, for people
  public static List<String> applyAll(TcpSettings settings, List<String> texts) {
    return texts.stream().map(text -> apply(settings, text)).toList();
  }

  private static String apply(TcpSettings settings, String text) {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is no setting: write NAME=VALUE, like msl=5s");
    }
    StackSetting setting = named(text.substring(0, equals));
    String value = text.substring(equals + 1);
    long before = setting.getter.applyAsLong(settings);
    try {
      long parsed = setting.isDuration
          ? DurationText.parseNanos(value)
          : CountText.parse(value, 0, Integer.MAX_VALUE);
      setting.setter.accept(settings, parsed);
      settings.validated();
    } catch (IllegalArgumentException | ArithmeticException e) {
      setting.setter.accept(settings, before);
      throw new IllegalArgumentException(setting.text() + ": " + e.getMessage(), e);
    }
    long now = setting.getter.applyAsLong(settings);
    return setting.text() + "=" + (setting.isDuration ? DurationText.format(now) : now);
  }

  private static StackSetting named(String name) {
    for (StackSetting setting : values()) {
      if (setting.text().equals(name)) {
        return setting;
      }
    }
    throw new IllegalArgumentException("a stack has no setting '" + name + "'; it has " + names());
  }
}
