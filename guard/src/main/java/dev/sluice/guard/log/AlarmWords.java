package dev.sluice.guard.log;

import static dev.sluice.guard.alarm.Figure.ACCEPT_QUEUE;
import static dev.sluice.guard.alarm.Figure.BACKLOG;
import static dev.sluice.guard.alarm.Figure.HALF_OPEN;
import static dev.sluice.guard.alarm.Figure.HALF_OPEN_LIMIT;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.alarm.Share;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An alarm in plain words: what happened, when and for how long, who, what was done
/// about it, what one can do.
public final class AlarmWords {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final String INDENT = "    ";

  private AlarmWords() {}

  /// All lines about it, without an end of line after the last.
  public static String text(AlarmLine line, ZoneId zone) {
    Alarm alarm = line.alarm();
    List<String> lines = new ArrayList<>();
    lines.add(TIME.format(line.time().atZone(zone)) + "  " + headline(alarm));
    addIfAny(lines, "", numbers(alarm));
    addIfAny(lines, "from: ", who(alarm));
    boolean isSaid = alarm.kind() == AlarmKind.CLOCK || alarm.kind() == AlarmKind.RESETS;
    addIfAny(lines, "", isSaid ? "" : alarm.note());
    addIfAny(lines, "done: ", done(alarm));
    addIfAny(lines, "you can: ", advice(alarm));
    addIfAny(lines, "packets: ", line.capture());
    if (alarm.heldBack() > 0) {
      lines.add(INDENT + "before it " + number(alarm.heldBack())
          + " alarms of this kind were not told, because there were too many");
    }
    return String.join("\n", lines);
  }

  private static void addIfAny(List<String> lines, String before, String text) {
    if (!text.isEmpty()) {
      lines.add(INDENT + before + text);
    }
  }

  /// What happened, in a line: `SYN flood of 198.18.0.2:80 begins`.
  public static String headline(Alarm alarm) {
    String what = alarm.kind().words();
    String about = switch (alarm.kind()) {
      case SYN_FLOOD -> " of " + alarm.subject();
      case SCAN -> " by " + alarm.subject();
      case RESETS -> (alarm.note().contains("source") ? " from " : " to ") + alarm.subject();
      case REFUSED, FILTERED -> "";
      case CLOCK -> ": " + clock(alarm);
    };
    String end = switch (alarm.phase()) {
      case BEGINS -> " begins";
      case ENDS -> " ends after " + duration(alarm.lastedNanos());
      case HAPPENED -> "";
    };
    return what + about + end;
  }

  /// What goes on: `SYN flood of 198.18.0.2:80, for 12 s so far`.
  public static String goingOn(Alarm alarm, long nowNanos) {
    String head = headline(alarm);
    String what = alarm.phase() == AlarmPhase.BEGINS
        ? head.substring(0, head.length() - " begins".length())
        : head;
    return what + ", for " + duration(nowNanos - alarm.beganNanos()) + " so far";
  }

  private static String clock(Alarm alarm) {
    long jump = alarm.figure(Figure.JUMP_MILLIS);
    long still = alarm.figure(Figure.STILL_MILLIS);
    long millis = Math.max(Math.abs(jump), still);
    return alarm.note()
        + (jump == 0 || still > 0 ? " for " : " by ")
        + duration(millis * 1_000_000);
  }

  private static String numbers(Alarm alarm) {
    boolean begins = alarm.phase() == AlarmPhase.BEGINS;
    return switch (alarm.kind()) {
      case SYN_FLOOD -> {
        String rate = begins ? " a second" : "";
        String peak =
            begins ? "" : "; at most " + number(alarm.figure(Figure.PEAK)) + " in a second";
        yield number(alarm.figure(Figure.SYNS)) + " SYNs" + rate + ", "
            + number(alarm.figure(Figure.UNANSWERED)) + " of them never followed up" + peak + "; "
            + number(alarm.figure(Figure.HANDSHAKES)) + " handshakes completed" + rate;
      }
      case SCAN ->
        number(alarm.figure(Figure.PORTS)) + " ports from "
            + alarm.figure(Figure.LOWEST_PORT) + " to " + alarm.figure(Figure.HIGHEST_PORT)
            + (alarm.figure(Figure.ADDRESSES) > 1
                ? " at " + number(alarm.figure(Figure.ADDRESSES)) + " addresses"
                : "")
            + (begins ? " so far" : ", " + number(alarm.figure(Figure.PACKETS)) + " probes");
      case RESETS -> number(alarm.figure(Figure.RESETS)) + " resets" + (begins ? " so far" : "");
      case REFUSED, FILTERED ->
        number(alarm.figure(Figure.PACKETS)) + " packets"
            + (begins
                ? " a second"
                : "; at most " + number(alarm.figure(Figure.PEAK)) + " in a second");
      case CLOCK -> "";
    };
  }

  private static String who(Alarm alarm) {
    List<String> parts = new ArrayList<>();
    for (Share share : alarm.top()) {
      parts.add(share.name() + " " + share.permille() / 10 + " %");
    }
    return String.join(", ", parts);
  }

  private static String done(Alarm alarm) {
    return switch (alarm.kind()) {
      case SYN_FLOOD -> {
        List<String> parts = new ArrayList<>();
        parts.add("half open " + number(alarm.figure(HALF_OPEN)) + " of "
            + number(alarm.figure(HALF_OPEN_LIMIT)));
        addCount(parts, alarm, Figure.COOKIES_SENT, "cookies sent");
        addCount(parts, alarm, Figure.COOKIES_VALID, "came back good");
        addCount(parts, alarm, Figure.COOKIES_INVALID, "came back bad");
        addCount(parts, alarm, Figure.EVICTED, "half-open peers made room");
        addCount(parts, alarm, Figure.DROPPED, "SYNs dropped");
        yield String.join(", ", parts);
      }
      case SCAN -> "answered as the firewall's rules say, within the limits of replies";
      case RESETS -> "a reset is believed only with the exact sequence number (RFC 5961)";
      case REFUSED -> "answered with RST, within the limits of replies";
      case FILTERED -> "stopped by the firewall's rules";
      case CLOCK ->
        alarm.figure(Figure.JUMP_MILLIS) == 0
            ? "what was due meanwhile was done late"
            : "timers of TCP are not moved by it";
    };
  }

  private static void addCount(List<String> parts, Alarm alarm, Figure figure, String text) {
    if (alarm.figure(figure) > 0) {
      parts.add(number(alarm.figure(figure)) + " " + text);
    }
  }

  private static String advice(Alarm alarm) {
    if (alarm.phase() == AlarmPhase.ENDS) {
      return "";
    }
    return switch (alarm.kind()) {
      case SYN_FLOOD -> {
        long queue = alarm.figure(ACCEPT_QUEUE);
        if (queue > 0 && queue >= alarm.figure(BACKLOG)) {
          yield "look at the program first: it accepts no connections, and its queue is full ("
              + queue + ")";
        }
        yield alarm.top().isEmpty()
            ? "wait: forged sources cannot be shut out by address, and honest peers still connect"
            : "limit " + alarm.top().getFirst().name() + " by a rule of the firewall";
      }
      case SCAN ->
        "see what it may have found with ./sluice netstat -l, and drop it by a rule of"
            + " the firewall";
      case RESETS -> "see whether connections of this peer end early: ./sluice netstat -s";
      case REFUSED -> "let closed ports be silent by a rule of the firewall";
      case FILTERED -> "";
      case CLOCK -> "compare times in the log by monoNanos across this line";
    };
  }

  /// `12 s`, `350 ms`, `3 min 20 s`, `2 h 5 min`.
  static String duration(long nanos) {
    long millis = nanos / 1_000_000;
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return millis % 1_000 < 100
          ? millis / 1_000 + " s"
          : millis / 1_000 + "." + millis / 100 % 10 + " s";
    }
    long seconds = millis / 1_000;
    if (seconds < 3_600) {
      return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }
    long minutes = seconds / 60;
    return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
