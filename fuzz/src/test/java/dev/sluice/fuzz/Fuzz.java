package dev.sluice.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `./sluice fuzz`: one target under Jazzer until the time is over or something is found.
///
/// ```
///   ./sluice fuzz connection --minutes 30
///   ./sluice fuzz connection --replay fuzz/found/connection-crash-4f0c...
/// ```
final class Fuzz {
  private static final String USAGE = """
      usage: ./sluice fuzz TARGET [--minutes N] [--seed N]
             ./sluice fuzz TARGET --replay FILE
      targets: %s
      """.formatted(
          Arrays.stream(Target.values()).map(Target::command).collect(Collectors.joining(" ")));
  private static final int EXIT_USAGE = 2;

  private Fuzz() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.exit(run(List.of(arguments), Path.of("")));
  }

  private static int run(List<String> arguments, Path home)
      throws IOException, InterruptedException {
    Target target = arguments.isEmpty() ? null : target(arguments.getFirst());
    if (target == null) {
      System.err.print(USAGE);
      return EXIT_USAGE;
    }
    int minutes = 1;
    long seed = System.nanoTime() & 0x7fff_ffff;
    for (int i = 1; i + 1 < arguments.size(); i += 2) {
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "--minutes" -> minutes = Math.max(1, Integer.parseInt(value));
        case "--seed" -> seed = Long.parseLong(value);
        case "--replay" -> {
          return replay(target, Path.of(value));
        }
        default -> {
          System.err.print(USAGE);
          return EXIT_USAGE;
        }
      }
    }
    Path kept =
        Files.createDirectories(home.resolve("fuzz/target/corpus").resolve(target.command()));
    Path seeds = writeSeeds(target, home.resolve("fuzz/target/seeds").resolve(target.command()));
    Path found = Files.createDirectories(home.resolve("fuzz/found"));
    List<String> command = command(target.type(), found, target.command());
    command.addAll(List.of(
        "-max_total_time=" + 60L * minutes,
        "-seed=" + seed,
        "-print_final_stats=1",
        kept.toString(),
        seeds.toString()));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      newest(found, target)
          .ifPresent(file -> System.err.printf(
              "%nFound something. Again: ./sluice fuzz %s --replay %s%n", target.command(), file));
    }
    return status;
  }

  private static java.util.Optional<Path> newest(Path found, Target target) throws IOException {
    try (Stream<Path> files = Files.list(found)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(target.command() + "-"))
          .max((a, b) -> Long.compare(a.toFile().lastModified(), b.toFile().lastModified()));
    }
  }

  private static int replay(Target target, Path file) throws IOException {
    target.run(Files.readAllBytes(file));
    System.err.println("Nothing happens any more.");
    return 0;
  }

  private static @Nullable Target target(String name) {
    return Arrays.stream(Target.values())
        .filter(target -> target.command().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElse(null);
  }

  /// The command line of a Jazzer that fuzzes `type`, up to what the caller adds: limits,
  /// seed, directories of inputs (the first is also written to).
  ///
  /// @param found where an input that breaks a law goes
  /// @param name what its file's name begins with
  static List<String> command(Class<?> type, Path found, String name) {
    return new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-ea",
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:+EnableDynamicAgentLoading",
        "-Xshare:off",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + type.getName(),
        "--instrumentation_includes=dev.sluice.**",
        "--custom_hook_includes=dev.sluice.**",
        "--disabled_hooks=" + SANITIZERS,
        "--reproducer_path=" + found,
        "-artifact_prefix=" + found.resolve(name + "-"),
        "-timeout=20",
        "-rss_limit_mb=0",
        "-max_len=2048"));
  }

  /// They look for injections into what Sluice has not: SQL, LDAP, scripts, the shell.
  private static final String SANITIZERS = Stream.of(
          "BigDecimal",
          "ClojureLangHooks",
          "Deserialization",
          "ExpressionLanguageInjection",
          "FilePathTraversal",
          "LdapInjection",
          "NamingContextLookup",
          "OsCommandInjection",
          "ReflectiveCall",
          "RegexInjection",
          "ScriptEngineInjection",
          "ServerSideRequestForgery",
          "SqlInjection",
          "TemplateInjection",
          "UnsafeSanitizer",
          "XPathInjection",
          "XmlParserSsrfGuidance")
      .map(name -> "com.code_intelligence.jazzer.sanitizers." + name)
      .collect(Collectors.joining(":"));

  /// Writes a target's seeds as files, for Jazzer to begin with.
  static Path writeSeeds(Target target, Path folder) throws IOException {
    Files.createDirectories(folder);
    int number = 0;
    for (byte[] seed : target.seeds()) {
      Files.write(folder.resolve("seed-%03d".formatted(number++)), seed);
    }
    return folder;
  }
}
