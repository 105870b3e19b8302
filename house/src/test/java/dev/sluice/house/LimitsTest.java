package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.puppycrawl.tools.checkstyle.Checker;
import com.puppycrawl.tools.checkstyle.ConfigurationLoader;
import com.puppycrawl.tools.checkstyle.PropertiesExpander;
import com.puppycrawl.tools.checkstyle.api.AuditEvent;
import com.puppycrawl.tools.checkstyle.api.AuditListener;
import com.puppycrawl.tools.checkstyle.api.CheckstyleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/// The limits that Checkstyle guards in every build are in force: what breaks one by a
/// single line is found, and what just keeps it is not.
class LimitsTest {
  @TempDir
  private Path folder;

  static final List<Arguments> LIMITS = List.of(
      Arguments.of("FileLength", file(601), file(600)),
      Arguments.of("LineLength", line(101), line(100)),
      Arguments.of("MethodLength", method(69), method(68)),
      Arguments.of("ParameterNumber", parameters(7), parameters(6)),
      Arguments.of("NestedIfDepth", nested("if (x) {", 4), nested("if (x) {", 3)),
      Arguments.of("NestedForDepth", nested("for (;;) {", 4), nested("for (;;) {", 3)),
      Arguments.of("NestedTryDepth", tries(3), tries(2)),
      Arguments.of("AvoidStarImport", importing("java.util.*"), importing("java.util.List")),
      Arguments.of("UnusedImports", importing("java.util.Set"), importing("java.util.List")),
      Arguments.of("NeedBraces", body("if (x) return;"), body("if (x) {\nreturn;\n}")),
      Arguments.of("OneTopLevelClass", "class A {}\n\nclass B {}\n", "class A {}\n"),
      Arguments.of("OuterTypeFilename", "class B {}\n", "class A {}\n"),
      Arguments.of("FileTabCharacter", "class A {\n\tint x;\n}\n", "class A {\n  int x;\n}\n"),
      Arguments.of("UpperEll", body("long n = 1l;"), body("long n = 1L;")),
      Arguments.of("ArrayTypeStyle", body("int n[] = null;"), body("int[] n = null;")),
      Arguments.of("AvoidNestedBlocks", body("{\nint n = 1;\n}"), body("int n = 1;")),
      Arguments.of("IllegalImport", importing("sun.misc.List"), importing("java.util.List")));

  private static String file(int lines) {
    return "class A {\n" + "// line\n".repeat(lines - 2) + "}\n";
  }

  private static String line(int columns) {
    return "class A {}\n//" + "x".repeat(columns - 2) + "\n";
  }

  /// A method of that many statements, and a line for each of its braces.
  private static String method(int statements) {
    return body("n++;\n".repeat(statements).strip());
  }

  private static String parameters(int count) {
    StringBuilder list = new StringBuilder("int p0");
    for (int i = 1; i < count; i++) {
      list.append(", int p").append(i);
    }
    return "class A {\n  void a(" + list + ") {}\n}\n";
  }

  private static String nested(String opening, int depth) {
    return body((opening + "\n").repeat(depth) + "n++;\n" + "}\n".repeat(depth).strip());
  }

  private static String tries(int depth) {
    return body("try {\n".repeat(depth) + "n++;\n"
        + "} finally {\nm++;\n}\n".repeat(depth).strip());
  }

  private static String importing(String type) {
    return "import " + type + ";\n\nclass A {\n  List<String> list;\n}\n";
  }

  private static String body(String statements) {
    return "class A {\n  void a() {\n" + statements + "\n  }\n}\n";
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("LIMITS")
  void limitIsInForce(String check, String over, String within) throws Exception {
    assertThat(violations(over)).contains(check);
    assertThat(violations(within)).doesNotContain(check);
  }

  /// The names of the checks that a source does not pass.
  private List<String> violations(String text) throws IOException, CheckstyleException {
    Path file = Files.writeString(folder.resolve("A.java"), text);
    Path rules = ProjectFiles.ROOT.resolve("house/checkstyle.xml");
    Findings findings = new Findings();
    Checker checker = new Checker();
    try {
      checker.setModuleClassLoader(Checker.class.getClassLoader());
      checker.configure(ConfigurationLoader.loadConfiguration(
          rules.toString(), new PropertiesExpander(new Properties())));
      checker.addListener(findings);
      checker.process(List.of(file.toFile()));
    } finally {
      checker.destroy();
    }
    return findings.checks;
  }

  private static final class Findings implements AuditListener {
    private final List<String> checks = new ArrayList<>();

    @Override
    public void addError(AuditEvent event) {
      String check = event.getSourceName();
      checks.add(check.substring(check.lastIndexOf('.') + 1).replaceFirst("Check$", ""));
    }

    @Override
    public void addException(AuditEvent event, Throwable cause) {
      throw new AssertionError("Checkstyle failed on " + event.getFileName(), cause);
    }

    @Override
    public void auditStarted(AuditEvent event) {}

    @Override
    public void auditFinished(AuditEvent event) {}

    @Override
    public void fileStarted(AuditEvent event) {}

    @Override
    public void fileFinished(AuditEvent event) {}
  }
}
