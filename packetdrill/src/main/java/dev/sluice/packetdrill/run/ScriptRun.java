package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.code.Snippet;
import dev.sluice.packetdrill.code.SnippetException;
import dev.sluice.packetdrill.language.Program;
import dev.sluice.packetdrill.language.Program.TimedStep;
import dev.sluice.packetdrill.language.ScriptException;
import dev.sluice.packetdrill.language.Step;
import dev.sluice.packetdrill.language.Timing;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.tcb.ConnectionOptions;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One run of one script with one set of settings.
public final class ScriptRun {
  /// The host's clock does not start at 0, so that nothing takes 0 for "now".
  private static final long START_NANOS = 1_000_000_000_000L;

  private final Program program;
  private final RunConfig config;
  private final boolean freebsd;
  private final Timeline timeline = new Timeline();

  private final ScriptOptions options;
  private final Addresses addresses;
  private final Tuning tuning;
  private final FlowTracker flows;
  private final Kernel kernel;
  private final CallRunner calls;
  private final Commands commands;
  private final TcpInfo info;
  private @Nullable VirtualHost virtual;
  private @Nullable PacketSteps packets;
  private long lastScheduledNanos;
  private @Nullable TimedStep current;

  private ScriptRun(Program program, RunConfig config, @Nullable Profile profile, Dialect dialect)
      throws ScriptException {
    this.program = program;
    this.config = config;
    this.freebsd = dialect == Dialect.FREEBSD;
    this.options = ScriptOptions.of(program.options(), freebsd, config.ipVersion);
    this.addresses = options.addresses();
    this.tuning = new Tuning(new HostConfig(), new ConnectionOptions());
    if (profile != null) {
      profile.host().accept(tuning.host());
      profile.sockets().accept(tuning.sockets());
    }
    this.flows = new FlowTracker(addresses);
    SocketHabits habits = profile == null ? SocketHabits.OWN : profile.habits();
    Symbols symbols = freebsd ? Symbols.freebsd() : Symbols.linux();
    this.kernel =
        new Kernel(addresses, symbols, habits, tuning.sockets(), this::nowNanos, flows::underTest);
    this.calls = new CallRunner(new CallTable(kernel, freebsd), options.callsNotFatal, timeline);
    this.commands =
        new Commands(tuning, this::host, kernel::closedSockets, options.v4, kernel.files());
    this.info = new TcpInfo(freebsd);
  }

  /// Runs a script.
  ///
  /// @param name for the result
  /// @param dialect [Dialect#LINUX] or [Dialect#FREEBSD]
  /// @param profile whose settings to use, or null for our own
  public static Result run(
      String name, Program program, RunConfig config, @Nullable Profile profile, Dialect dialect) {
    ScriptRun run;
    try {
      run = new ScriptRun(program, config, profile, dialect);
    } catch (ScriptException e) {
      return new Result(name, Verdict.FAIL, e.located(), name + ": " + e.located(), 0, List.of());
    } catch (NotRun e) {
      return new Result(name, Verdict.NOT_RUN, String.valueOf(e.getMessage()), "", 0, List.of());
    }
    return run.result(name);
  }

  private Result result(String name) {
    try {
      steps();
      return outcome(name, Verdict.PASS, "", "");
    } catch (NotRun e) {
      return outcome(name, Verdict.NOT_RUN, String.valueOf(e.getMessage()), "");
    } catch (Failure e) {
      return failed(name, String.valueOf(e.getMessage()));
    } catch (RuntimeException | AssertionError e) {
      return failed(name, "the host broke: " + e + trace(e));
    }
  }

  private static String trace(Throwable e) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(6, e.getStackTrace().length); i++) {
      text.append("\n      at ").append(e.getStackTrace()[i]);
    }
    return text.toString();
  }

  private Result failed(String name, String message) {
    TimedStep step = current;
    String where = step == null ? "" : "line " + step.at().line() + ": ";
    String first = message.lines().findFirst().orElse("");
    String line = step == null ? "" : "  script: " + step.text() + "\n";
    String detail = name + ": " + where + message.replace("\n", "\n  ") + "\n" + line
        + "timeline:\n" + timeline;
    return outcome(name, Verdict.FAIL, where + first, detail);
  }

  private Result outcome(String name, Verdict verdict, String reason, String detail) {
    VirtualHost present = virtual;
    List<Result.Captured> packets = present == null ? List.of() : present.captured();
    return new Result(name, verdict, reason, detail, nowNanos() - START_NANOS, packets);
  }

  // ---- the clock and the host

  private long nowNanos() {
    VirtualHost present = virtual;
    return present == null ? START_NANOS : present.nowNanos();
  }

  /// The host, built when it is first needed, so that commands before that can set it up.
  private VirtualHost host() {
    VirtualHost present = virtual;
    if (present == null) {
      HostConfig built = tuning.host();
      int mtu = config.mtu > 0 ? config.mtu : options.mtu;
      built.link = new dev.sluice.link.LinkCapabilities(mtu, mtu, 65_535, false);
      built.addresses.add(new InterfaceAddress(addresses.local(), options.v4 ? 16 : 64));
      built.random = new SplittableRandom(config.seed);
      config.host.accept(built);
      present = new VirtualHost(built, START_NANOS, calls);
      virtual = present;
      kernel.host(present.host());
      calls.host(present);
    }
    return present;
  }

  private PacketSteps packets() {
    PacketSteps present = packets;
    if (present == null) {
      present = new PacketSteps(host(), flows, options, timeline, START_NANOS, config.strict);
      packets = present;
    }
    return present;
  }

  // ---- the steps

  private void steps() {
    Step.Command init = program.init();
    if (init != null) {
      commands.run(init.text());
    }
    for (TimedStep step : program.steps()) {
      current = step;
      one(step);
    }
    calls.finish();
    if (config.strict) {
      host().settle();
      packets().expectSilence();
    }
    Step.Command cleanUp = program.cleanUp();
    if (cleanUp != null) {
      commands.run(cleanUp.text());
    }
  }

  private void one(TimedStep timed) {
    Timing timing = timed.timing();
    long anchor = timing.isRelative() ? nowNanos() : START_NANOS;
    When when = new When(
        timing.kind() == Timing.Kind.ANY,
        anchor + timing.startNanos(),
        anchor + timing.endNanos(),
        tolerance(anchor + timing.startNanos()));
    switch (timed.step()) {
      case Step.Packet(boolean outbound, var line) -> {
        if (outbound) {
          packets().expect(line, when);
        } else {
          reach(when);
          packets().inject(line);
        }
      }
      case Step.Call(var call) -> {
        calls.finish();
        host();
        reach(when);
        calls.start(call, anchor, when.toleranceNanos(), timed.text());
      }
      case Step.Command(String text, var at) -> {
        reach(when);
        timeline.add(nowNanos() - START_NANOS, "`" + text.strip() + "`");
        commands.run(text);
      }
      case Step.Code(String text, var at) -> {
        reach(when);
        code(text);
      }
    }
    lastScheduledNanos = when.any() ? nowNanos() : when.startNanos();
  }

  private long tolerance(long startNanos) {
    if (config.strict) {
      return 0;
    }
    long gap = lastScheduledNanos == 0 ? 0 : startNanos - lastScheduledNanos;
    return Math.max(options.toleranceNanos, (long) (gap * options.tolerancePercent / 100));
  }

  /// Lets time pass until a step is due.
  private void reach(When when) {
    if (when.any()) {
      return;
    }
    if (nowNanos() > when.endNanos() + when.toleranceNanos()) {
      throw new Failure("the step is " + Timeline.seconds(nowNanos() - when.endNanos())
          + " s late: what it waits for took longer than the script allows");
    }
    if (when.startNanos() > nowNanos()) {
      host().advanceTo(when.startNanos());
    }
  }

  // ---- code blocks

  private void code(String text) {
    new SocketSample(kernel, flows, host()).into(info);
    try {
      Snippet.run(text, info.names());
    } catch (SnippetException e) {
      switch (e.reason()) {
        case ASSERTION -> throw new Failure(String.valueOf(e.getMessage()));
        case UNKNOWN_NAME -> throw new NotRun("tcp_info field " + e.getMessage());
        case UNSUPPORTED -> throw new NotRun("code block: " + e.getMessage());
      }
    }
  }
}
