package dev.sluice.tcp.tcb;

import dev.sluice.wire.Segment;

/// How long data may stay unacknowledged: what the user set, or what the peer advised,
/// within limits, if the user wants its advice.
///
/// The option goes on SYNs, and once on a later segment, because who answers SYNs without
/// remembering them has forgotten it by then; again whenever the user sets another time.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5482#section-3.1 RFC 5482 §3
public final class UserTimeout {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  /// The bit that says minutes instead of seconds (RFC 5482 §2).
  private static final int IN_MINUTES = 0x8000;

  private static final int MAX_COUNT = 0x7fff;

  /// What is advertised by who set no time of its own: ADV_UTO's default (RFC 5482 §3.1).
  private static final long DEFAULT_NANOS = 5 * MINUTE;

  private final TcpSettings settings;
  private final ConnectionOptions options;
  private long adoptedNanos;
  private boolean due;

  public UserTimeout(TcpSettings settings, ConnectionOptions options) {
    this.settings = settings;
    this.options = options;
    due = options.userTimeoutOption;
  }

  /// USER_TIMEOUT, 0 if neither end asked for one.
  public long nanos() {
    return options.userTimeoutNanos > 0 ? options.userTimeoutNanos : adoptedNanos;
  }

  /// What was taken from the peer's advice, or 0.
  public long adoptedNanos() {
    return options.userTimeoutNanos > 0 ? 0 : adoptedNanos;
  }

  /// The user changed the options: the peer hears of it.
  public void onOptionsChanged() {
    due = options.userTimeoutOption;
  }

  /// The option for a SYN of a connection with these options, or [Segment#ABSENT].
  public static int advertised(ConnectionOptions options) {
    if (!options.userTimeoutOption) {
      return Segment.ABSENT;
    }
    long nanos = options.userTimeoutNanos > 0 ? options.userTimeoutNanos : DEFAULT_NANOS;
    return encoded(nanos);
  }

  /// A time as the option has it: in seconds, or in minutes if it is longer than nine
  /// hours; up to the next whole one.
  static int encoded(long nanos) {
    long seconds = (nanos + SECOND - 1) / SECOND;
    if (seconds <= MAX_COUNT) {
      return (int) Math.max(1, seconds);
    }
    return IN_MINUTES | (int) Math.min(MAX_COUNT, (nanos + MINUTE - 1) / MINUTE);
  }

  static long decoded(int option) {
    return (option & MAX_COUNT) * ((option & IN_MINUTES) != 0 ? MINUTE : SECOND);
  }

  /// Puts the option on a segment that is no SYN, if it is due.
  public void stamp(Segment out) {
    if (due) {
      due = false;
      out.userTimeout = advertised(options);
    }
  }

  /// Whether the option waits for a segment to go on.
  public boolean isDue() {
    return due;
  }

  /// An acceptable segment brought the option. Its advice counts if the user wants the
  /// option (ENABLED) and set no time of its own (CHANGEABLE):
  /// `min(U_LIMIT, max(ADV_UTO, REMOTE_UTO, L_LIMIT))`. A time of 0 means nothing.
  ///
  /// @param option as it stood on the wire, or [Segment#ABSENT]
  /// @param rtoNanos what the time must be longer than in any case
  /// @return whether another time is in force now
  public boolean onOption(int option, long rtoNanos) {
    boolean counts = option != Segment.ABSENT && (option & MAX_COUNT) != 0;
    if (!counts || !options.userTimeoutOption || options.userTimeoutNanos > 0) {
      return false;
    }
    long before = adoptedNanos;
    long least = Math.max(settings.userTimeoutLowerLimitNanos, rtoNanos + SECOND);
    long wanted = Math.max(DEFAULT_NANOS, decoded(option));
    adoptedNanos = Math.min(settings.userTimeoutUpperLimitNanos, Math.max(wanted, least));
    return adoptedNanos != before;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    adoptedNanos = archive.keep(adoptedNanos);
    due = archive.keep(due);
  }
}
