package dev.sluice.packetdrill.run;

import dev.sluice.stack.HostSnapshot;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The handful of shell commands that the public suites use, by pattern. No shell is ever
/// run: what is not here makes the script NOT-RUN with the command's name.
final class Commands {
  private static final Pattern SYSCTL = Pattern.compile("sysctl(?:\\s+-[a-zA-Z]+)*\\s+(.+)");
  private static final Pattern SET_SYSCTLS = Pattern.compile("\\S*set_sysctls\\.py\\s+(.+)");
  private static final Pattern ASSIGNMENT = Pattern.compile("([\\w./]+)=(\"[^\"]*\"|'[^']*'|\\S*)");
  private static final Pattern SOCKSTAT =
      Pattern.compile("sockstat\\s+-([46])\\s+(.*?)\\|\\s*(?:grep\\s+packetdril\\s*\\|\\s*)?"
          + "grep\\s+-c\\s+(\\w+)\\s*\\|\\s*grep\\s+(\\d+)");
  private static final Pattern TCPDROP = Pattern.compile("tcpdrop\\s+-s\\s+(\\w+)");
  private static final Pattern QUEUE =
      Pattern.compile("tc qdisc (?:replace|add|delete) dev tun0 root(?: (fq|pfifo))?");
  private static final Pattern NSTAT = Pattern.compile("nstat(?:\\s*\\|\\s*grep\\s+(\\w+))?");
  private static final Pattern HYSTART_OF_A_KERNEL =
      Pattern.compile("\\s*echo 3 > /sys/module/tcp_cubic/parameters/hystart_detect\\s*");
  private static final Pattern ZEROS = Pattern.compile(
      "(?:/bin/)?dd bs=(\\d+) count=(\\d+) if=/dev/zero of=(/tmp/\\S+)(?: status=none)?");
  private static final Pattern REDIRECTION = Pattern.compile("\\s+(?:\\d?&?>+\\s*\\S+)");

  private final Sysctls sysctls;
  private final Supplier<VirtualHost> host;
  private final LongSupplier closedSockets;
  private final boolean v4;
  private final Map<String, Long> files;
  private long ignoredIcmpErrors;

  /// @param closedSockets how many sockets have neither a connection nor a listener
  /// @param files where files that a command makes are entered
  Commands(
      Tuning tuning,
      Supplier<VirtualHost> host,
      LongSupplier closedSockets,
      boolean v4,
      Map<String, Long> files) {
    this.files = files;
    this.sysctls = new Sysctls(tuning);
    this.host = host;
    this.closedSockets = closedSockets;
    this.v4 = v4;
  }

  /// Does what a command asks for.
  ///
  /// @throws NotRun if it is none of those known here
  /// @throws Failure if it is a check and does not hold
  void run(String text) {
    for (String line : lines(text)) {
      one(line);
    }
  }

  /// Single commands: continuation lines joined, comments and redirections off.
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.replace("\\\n", " ").replaceAll("\\\\\\s*$", "").split("\n", -1)) {
      int comment = line.indexOf('#');
      String bare = comment < 0 ? line : line.substring(0, comment);
      for (String part : bare.split(";|&&", -1)) {
        if (HYSTART_OF_A_KERNEL.matcher(part).matches()) {
          continue; // the profile says which one there is
        }
        String command = REDIRECTION.matcher(part).replaceAll("").strip();
        if (!command.isEmpty()) {
          lines.add(command);
        }
      }
    }
    return lines;
  }

  /// `A || B`: the first that is known here.
  private void one(String command) {
    int or = command.indexOf("||");
    if (or < 0) {
      alone(command);
      return;
    }
    try {
      alone(command.substring(0, or).strip());
    } catch (NotRun e) {
      one(command.substring(or + 2).strip());
    }
  }

  private void alone(String command) {
    Matcher matcher = SYSCTL.matcher(command);
    if (matcher.matches()) {
      assign(matcher.group(1));
      return;
    }
    matcher = SET_SYSCTLS.matcher(command);
    if (matcher.matches()) {
      assign(matcher.group(1));
      return;
    }
    matcher = SOCKSTAT.matcher(command);
    if (matcher.matches()) {
      count(command, matcher);
      return;
    }
    matcher = TCPDROP.matcher(command);
    if (matcher.matches()) {
      drop(command, matcher.group(1));
      return;
    }
    matcher = NSTAT.matcher(command);
    if (matcher.matches()) {
      nstat(command, matcher.group(1));
      return;
    }
    if (!hasNoEffect(command)) {
      throw new NotRun("command " + command);
    }
  }

  /// Commands that prepare a shared machine and have nothing to do on a new host.
  private boolean hasNoEffect(String command) {
    if (command.startsWith("ip tcp_metrics flush")) {
      host.get().host().forgetFastOpen();
      return true;
    }
    if (command.endsWith("/defaults.sh")) {
      linuxDefaults();
      return true;
    }
    Matcher queue = QUEUE.matcher(command);
    if (queue.matches()) {
      sysctls.pace("fq".equals(queue.group(1)));
      return true;
    }
    Matcher file = ZEROS.matcher(command);
    if (file.matches()) {
      files.put(file.group(3), Long.parseLong(file.group(1)) * Long.parseLong(file.group(2)));
      return true;
    }
    return command.matches("/tmp/sysctl_restore_\\S+")
        || command.matches("(/bin/)?rm -f /tmp/\\S+")
        || command.matches("ethtool -K tun0( (gso|tso|gro) (on|off))+");
  }

  /// What the google suite's own defaults script sets, as far as it is a choice.
  private void linuxDefaults() {
    sysctls.set("net.ipv4.tcp_rmem", "4096 540000 15728640");
    sysctls.set("net.ipv4.tcp_wmem", "4096 262144 4194304");
    sysctls.set("net.ipv4.tcp_timestamps", "1");
    sysctls.set("net.ipv4.tcp_syn_retries", "5");
    sysctls.set("net.ipv4.tcp_synack_retries", "5");
    sysctls.set("net.ipv4.tcp_congestion_control", "cubic");
    sysctls.set("net.ipv4.tcp_slow_start_after_idle", "0");
    sysctls.set("net.ipv4.tcp_ecn", "0");
    sysctls.set("net.ipv4.tcp_fastopen", "0x70403");
    sysctls.set("net.ipv4.tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");
  }

  private void assign(String assignments) {
    Matcher matcher = ASSIGNMENT.matcher(assignments);
    int end = 0;
    while (matcher.find()) {
      String name = matcher.group(1).replace("/proc/sys/", "").replace('/', '.');
      String value = matcher.group(2).replaceAll("[\"']", "");
      sysctls.set(name, value);
      end = matcher.end();
    }
    if (end == 0) {
      throw new NotRun("command sysctl " + assignments);
    }
  }

  // ---- the connection table

  private static State state(String name) {
    return switch (name) {
      case "SYN_RCVD", "SYN_RECV" -> State.SYN_RECEIVED;
      case "TIME_WAIT" -> State.TIME_WAIT;
      case "CLOSED" -> State.CLOSED;
      default -> {
        try {
          yield State.valueOf(name);
        } catch (IllegalArgumentException e) {
          throw new NotRun("state " + name + " in a command");
        }
      }
    };
  }

  /// `sockstat ... | grep -c STATE | grep n`: how many connections are in that state.
  private void count(String command, Matcher matcher) {
    State state = state(matcher.group(3));
    boolean ofThisFamily = matcher.group(1).equals("4") == v4;
    long seen = ofThisFamily ? count(state) : 0; // a script has addresses of one family only
    if (!Long.toString(seen).contains(matcher.group(4))) {
      throw new Failure(
          "command " + command + ": " + seen + " connections are in " + matcher.group(3));
    }
  }

  private long count(State state) {
    VirtualHost virtual = host.get();
    HostSnapshot now = virtual.host().snapshot(virtual.nowNanos());
    long connections =
        now.connections().stream().filter(c -> c.info().state() == state).count();
    return switch (state) {
      case SYN_RECEIVED -> connections + now.halfOpen().size();
      case TIME_WAIT -> connections + now.timeWaits().size();
      case CLOSED -> closedSockets.getAsLong();
      case LISTEN -> now.listeners().size();
      case SYN_SENT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
        connections;
    };
  }

  /// `nstat` forgets what was counted up to now; with a name behind it, that is what must
  /// have been counted since.
  private void nstat(String command, @Nullable String name) {
    TcpCounter counter = TcpCounter.ICMP_ERRORS_IGNORED;
    if (name != null && !name.equals("TcpExtOutOfWindowIcmps")) {
      throw new NotRun("command " + command);
    }
    long seen = host.get().host().tcpCounters().get(counter);
    if (name != null && seen == ignoredIcmpErrors) {
      throw new Failure("command " + command + ": nothing was counted");
    }
    ignoredIcmpErrors = seen;
  }

  private void drop(String command, String name) {
    State state = state(name);
    VirtualHost virtual = host.get();
    HostSnapshot now = virtual.host().snapshot(virtual.nowNanos());
    boolean dropped = false;
    if (state == State.TIME_WAIT) {
      for (HostSnapshot.Waiting waiting : now.timeWaits()) {
        dropped |= virtual.host().abort(waiting.id(), virtual.nowNanos());
      }
    }
    for (HostSnapshot.Connected connected : now.connections()) {
      if (connected.info().state() == state) {
        dropped |= virtual.host().abort(connected.id(), virtual.nowNanos());
      }
    }
    if (!dropped) {
      throw new Failure("command " + command + ": no connection is in " + name);
    }
    virtual.settle();
  }
}
