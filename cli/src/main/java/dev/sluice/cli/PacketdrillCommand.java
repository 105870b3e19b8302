package dev.sluice.cli;

import dev.sluice.packetdrill.CaptureFile;
import dev.sluice.packetdrill.Suite;
import dev.sluice.packetdrill.SuiteReport;
import dev.sluice.packetdrill.run.Dialect;
import dev.sluice.packetdrill.run.Profile;
import dev.sluice.packetdrill.run.RunConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice packetdrill PATH...`.
@Command(
    name = "packetdrill",
    description = "Runs packetdrill scripts against a stack in this process, in virtual time.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    sortOptions = false,
    abbreviateSynopsis = false,
    footer = {
      "",
      "Examples:",
      "  ./sluice packetdrill packetdrill/src/test/resources/pkt/close",
      "  ./sluice packetdrill --profile linux --junit-xml results.xml my-scripts",
      "",
      "Exit code: 0 if nothing failed. No command of a script is ever given to a shell.",
      "docs/packetdrill.md tells what is judged and what a profile changes."
    })
final class PacketdrillCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Scripts, or folders of them.")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = "--dialect",
      paramLabel = "NAME",
      description = "linux, freebsd, or auto to tell from the script (the default).")
  private String dialect = "auto";

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Try the settings of linux or freebsd too.")
  private @Nullable String profile;

  @Option(
      names = "--strict",
      description = "Judge all segments, echoes and windows, and time to the microsecond.")
  private boolean strict;

  @Option(
      names = {"-D", "--define"},
      paramLabel = "SYM=VALUE",
      description = "What stands for a symbol in the scripts; may be repeated.")
  private Map<String, String> defines = new LinkedHashMap<>();

  @Option(
      names = "--ip-version",
      paramLabel = "VERSION",
      description = "ipv4, ipv6 or mapped, whatever the scripts say.")
  private @Nullable String ipVersion;

  @Option(
      names = "--mtu",
      paramLabel = "OCTETS",
      description = "The link's MTU, 68 to 65535, whatever the scripts say.")
  private @Nullable Integer mtu;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON.")
  private @Nullable Path json;

  @Option(names = "--junit-xml", paramLabel = "FILE", description = "Write them as JUnit XML.")
  private @Nullable Path junitXml;

  @Option(names = "--capture", paramLabel = "FILE", description = "Write the packets as pcapng.")
  private @Nullable Path capture;

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    RunConfig config = config();
    try {
      int threads = Runtime.getRuntime().availableProcessors();
      SuiteReport report = Suite.run(Suite.scripts(paths), config, threads);
      print(report);
      write(report);
      return report.succeeded() ? 0 : Failure.FAILED;
    } catch (IOException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    }
  }

  private RunConfig config() {
    RunConfig config = new RunConfig();
    try {
      config.dialect = Dialect.parse(dialect);
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()), Failure.USAGE);
    }
    if (profile != null) {
      config.profile = Profile.named(profile);
      if (config.profile == null) {
        throw new Failure(
            "no profile '" + profile + "' (there are linux and freebsd)", Failure.USAGE);
      }
    }
    config.strict = strict;
    config.defines.putAll(defines);
    config.ipVersion = version();
    config.mtu = mtu();
    return config;
  }

  private int mtu() {
    if (mtu != null && (mtu < 68 || mtu > 65_535)) {
      throw new Failure("--mtu: not an MTU: " + mtu + " (68 to 65535)", Failure.USAGE);
    }
    return mtu == null ? 0 : mtu;
  }

  private @Nullable String version() {
    return switch (ipVersion) {
      case null -> null;
      case "ipv4", "ipv6", "ipv4-mapped-ipv6" -> ipVersion;
      case "mapped" -> "ipv4-mapped-ipv6";
      default ->
        throw new Failure(
            "not an IP version: '" + ipVersion + "' (expected ipv4, ipv6 or mapped)",
            Failure.USAGE);
    };
  }

  private void print(SuiteReport report) {
    if (spec == null) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(report.listing());
    if (report.results().size() > 1) {
      out.println(report.table());
    }
    out.println(report.closingLine());
    out.flush();
  }

  private void write(SuiteReport report) throws IOException {
    if (json != null) {
      Files.writeString(json, report.json());
    }
    if (junitXml != null) {
      Files.writeString(junitXml, report.junitXml());
    }
    if (capture != null) {
      CaptureFile.write(Files.newOutputStream(capture), report.results());
    }
  }
}
