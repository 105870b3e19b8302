package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The compiler that the build uses stops at what it should stop at: its arguments are
/// read from `pom.xml` and `.mvn/jvm.config`, so that these tests try the real ones.
class CompilerChecksTest {
  private static final Pattern ARGUMENT = Pattern.compile("<arg>([^<]+)</arg>");

  @TempDir
  private Path folder;

  static final List<Map<String, String>> FAULTS = List.of(
      // what Error Prone finds
      Map.of(
          "OperatorPrecedence", "int a(int n) { return 1 << n - 1; }",
          "NullAway", "int b(@Nullable String text) { return text.length(); }",
          "ReferenceEquality", "boolean c(String x, String y) { return x == y; }"),
      // what the compiler itself warns of, which ends its work before Error Prone begins
      Map.of(
          "rawtypes", "java.util.List a() { return java.util.List.of(); }",
          "fallthrough", "int b(int n) { switch (n) { case 1: n++; default: n--; } return n; }"));

  @ParameterizedTest
  @FieldSource("FAULTS")
  void compilerStopsAtEachFault(Map<String, String> faults) throws Exception {
    String said = compile(String.join("\n", faults.values()));
    assertThat(faults.keySet()).allSatisfy(fault -> assertThat(said).contains("[" + fault + "]"));
  }

  @Test
  void compilerIsContentWithTheSameDoneRight() throws Exception {
    String said = compile("""
            int a(int n) { return 1 << (n - 1); }
            int b(@Nullable String text) { return text == null ? 0 : text.length(); }
            java.util.List<String> c() { return java.util.List.of(); }
            boolean d(String x, String y) { return x.equals(y); }
            int e(int n) { return switch (n) { case 1 -> n; default -> n - 1; }; }
            """);
    assertThat(said).isEmpty();
  }

  /// What the compiler says of a class with these methods; nothing if it is content.
  private String compile(String methods) throws IOException, InterruptedException {
    Path source = folder.resolve("A.java");
    Files.writeString(source, """
        package a;

        import org.jspecify.annotations.NullMarked;
        import org.jspecify.annotations.Nullable;

        @NullMarked
        final class A {
        %s
        }
        """.formatted(methods));
    Path output = folder.resolve("output");
    int status = new ProcessBuilder(command(source))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start()
        .waitFor();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(status == 0).as("content, saying: " + said).isEqualTo(said.isEmpty());
    return said;
  }

  private List<String> command(Path source) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    Files.readAllLines(ProjectFiles.ROOT.resolve(".mvn/jvm.config")).stream()
        .filter(option -> !option.isBlank())
        .forEach(option -> command.add("-J" + option));
    ARGUMENT
        .matcher(Files.readString(ProjectFiles.ROOT.resolve("pom.xml")))
        .results()
        .forEach(argument -> command.add(argument.group(1)));
    String classPath = Arrays.stream(
            System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(element -> element.endsWith(".jar"))
        .collect(Collectors.joining(File.pathSeparator));
    command.addAll(List.of("-processorpath", classPath, "-cp", classPath, "-proc:none"));
    command.addAll(List.of("-d", folder.resolve("classes").toString(), source.toString()));
    return command;
  }
}
