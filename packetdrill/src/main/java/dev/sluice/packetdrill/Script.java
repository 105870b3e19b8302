package dev.sluice.packetdrill;

import dev.sluice.packetdrill.language.Program;
import dev.sluice.packetdrill.language.ProgramParser;
import dev.sluice.packetdrill.language.ScriptException;
import dev.sluice.packetdrill.run.Dialect;
import dev.sluice.packetdrill.run.Profile;
import dev.sluice.packetdrill.run.Result;
import dev.sluice.packetdrill.run.RunConfig;
import dev.sluice.packetdrill.run.ScriptRun;
import dev.sluice.packetdrill.run.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs one script, from a file or a text block:
///
/// ```java
/// Result result = Script.run("handshake", """
///     0  socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
///     +0 bind(3, ..., ...) = 0
///     ...
///     """, new RunConfig());
/// assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASS);
/// ```
public final class Script {
  /// The system's name that `#ifdef` knows: not that of a system whose habits are tried.
  private static final String SYSTEM = "Sluice";

  private Script() {}

  /// Runs the script in a file.
  ///
  /// @throws IOException if the file cannot be read
  public static Result run(Path file, RunConfig config) throws IOException {
    // scripts are ASCII; anything else stands in comments
    return run(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1), config);
  }

  /// Runs a script. With a profile, its settings are used first, and then our own, to
  /// tell PASS from PASS-WITH-PROFILE.
  ///
  /// @param name for the result
  public static Result run(String name, String text, RunConfig config) {
    if (isForTheOtherFamily(name, config.ipVersion)) {
      return new Result(
          name, Verdict.NOT_RUN, "its name says the other IP version", "", 0, List.of());
    }
    Dialect dialect = config.dialect.resolve(text);
    Map<String, String> defines = new HashMap<>(config.defines);
    Program program;
    try {
      program = ProgramParser.parse(text, defines, Set.of(SYSTEM));
    } catch (ScriptException e) {
      return new Result(name, Verdict.FAIL, e.located(), name + ": " + e.located(), 0, List.of());
    }
    @Nullable Profile profile = config.profile;
    Result first = ScriptRun.run(name, program, config, profile, dialect);
    if (profile == null || first.verdict() != Verdict.PASS) {
      return first;
    }
    Result own = ScriptRun.run(name, program, config, null, dialect);
    return own.verdict() == Verdict.PASS
        ? own
        : new Result(
            name,
            Verdict.PASS_WITH_PROFILE,
            profile.name(),
            "",
            first.virtualNanos(),
            first.packets());
  }

  /// By custom, a name that ends in `v4.pkt` or `v6.pkt` is for that family only.
  private static boolean isForTheOtherFamily(String name, @Nullable String ipVersion) {
    if (ipVersion == null) {
      return false;
    }
    return name.endsWith(ipVersion.equals("ipv6") ? "v4.pkt" : "v6.pkt");
  }
}
