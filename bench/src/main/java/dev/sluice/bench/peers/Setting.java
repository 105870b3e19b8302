package dev.sluice.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// Where and when it was measured.
///
/// @param options of the command
/// @param when UTC
/// @param processor its model
/// @param cores how many
/// @param kernel its release
/// @param load the load average at the start: who else was busy
/// @param commit of the sources
/// @param versions of the peers
record Setting(
    String options,
    String when,
    String processor,
    int cores,
    String kernel,
    String load,
    String commit,
    String versions) {

  static Setting now(Path docs, String options) {
    return new Setting(
        options,
        ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")),
        processorModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.version"),
        line("/proc/loadavg").split(" ", 2)[0],
        said("git", "-C", docs.toString(), "rev-parse", "--short", "HEAD"),
        installed());
  }

  String sentence() {
    return "Measured on " + when + " UTC at " + commit + ", on " + cores + " cores (" + processor
        + "), kernel " + kernel + ", " + versions + "; the load average was " + load
        + " before it began.";
  }

  /// The fields for the history.
  String json() {
    return "\"when\":\"" + when + "\",\"commit\":\"" + commit + "\",\"cores\":" + cores
        + ",\"processor\":\"" + processor + "\",\"kernel\":\"" + kernel + "\",\"load\":" + load
        + ",\"versions\":\"" + versions + "\",\"options\":\"" + options.strip() + "\"";
  }

  private static String installed() {
    return "JDK " + System.getProperty("java.version") + ", gVisor "
        + versionOf("golang-gvisor-gvisor-dev") + ", lwIP " + versionOf("liblwip-dev");
  }

  private static String versionOf(String name) {
    String version = said("dpkg-query", "-W", "-f", "${Version}", name);
    return version.isEmpty() || version.startsWith("dpkg") ? "not installed" : version;
  }

  private static String said(String... command) {
    try {
      return Child.run(20, List.of(command));
    } catch (IOException e) {
      return "";
    }
  }

  private static String processorModel() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String line(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return "0";
    }
  }
}
