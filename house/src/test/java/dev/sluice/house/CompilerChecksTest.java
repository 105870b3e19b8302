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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The compiler that the build uses stops at what it should stop at: its arguments are
/// read from `pom.xml` and `.mvn/jvm.config`, so that these tests try the real ones.
class CompilerChecksTest {
  private static final Pattern ARGUMENT = Pattern.compile("<arg>([^<]+)</arg>");

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "OperatorPrecedence | int a(int n) { return 1 << n - 1; }",
        "NullAway           | int a() { return b().length(); } @Nullable String b() { return null; }",
        "rawtypes           | java.util.List a() { return java.util.List.of(); }",
        "ReferenceEquality  | boolean a(String x, String y) { return x == y; }",
        "fallthrough        | int a(int n) { switch (n) { case 1: n++; default: n++; } return n; }"
      })
  void compilerStopsAt(String check, String method) throws Exception {
    String output = compile("final class A { " + method + " }");
    assertThat(output).contains("[" + check + "]").contains("A.java");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = "plain code | int a(int n) { return 1 << (n - 1); }")
  void compilerLetsPass(String what, String method) throws Exception {
    assertThat(compile("final class A { " + method + " }")).as(what).isEmpty();
  }

  /// What the compiler says of a class; nothing if it is content.
  private String compile(String type) throws IOException, InterruptedException {
    Path source = folder.resolve("A.java");
    String head = "package a;\n\nimport org.jspecify.annotations.NullMarked;\n"
        + "import org.jspecify.annotations.Nullable;\n\n";
    String keep = "  @Nullable String unused;\n";
    Files.writeString(source, head + "@NullMarked\n" + type.replaceFirst("\\{", "{\n" + keep));
    Path output = folder.resolve("output");
    int status =
        new ProcessBuilder(command(source))
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
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(element -> element.endsWith(".jar"))
            .collect(Collectors.joining(File.pathSeparator));
    command.addAll(List.of("-processorpath", classPath, "-cp", classPath, "-proc:none"));
    command.addAll(List.of("-d", folder.resolve("classes").toString(), source.toString()));
    return command;
  }
}
