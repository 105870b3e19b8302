package dev.sluice.house;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/// Adds up the reports that the test runs of all modules have left: which tests failed,
/// which were left out and why, and how many there were.
///
/// `./sluice test` runs this file as a program of its own, so it knows the JDK only.
public final class TestSummary {
  private static final int MESSAGE_LINES = 4;

  /// Of a test with many cases so many failures are told; a rule that is broken breaks a
  /// hundred of them.
  private static final int FAILURES_TOLD = 3;

  private final Map<String, List<String>> failuresByTest = new LinkedHashMap<>();
  private final Map<String, Map<String, Integer>> skippedByReason = new TreeMap<>();
  private int passed;
  private int failed;
  private int skipped;

  private TestSummary() {}

  /// Prints the sum, and fails if a test failed.
  ///
  /// @param args the project's root directory; then `--complete` if a test that was left
  ///     out counts as failed, as where everything is there that tests need
  public static void main(String[] args) throws IOException {
    TestSummary summary = of(Path.of(args[0]));
    summary.print(System.out);
    boolean complete = args.length > 1 && args[1].equals("--complete");
    System.exit(summary.isGood(complete) ? 0 : 1);
  }

  /// Whether no test failed.
  ///
  /// @param complete whether none may be left out either
  public boolean isGood(boolean complete) {
    return failed == 0 && (skipped == 0 || !complete);
  }

  /// Reads `<module>/target/surefire-reports/TEST-*.xml` below a directory, and the same
  /// of builds without checks.
  ///
  /// @throws IOException if a report cannot be read or is no XML
  public static TestSummary of(Path root) throws IOException {
    TestSummary summary = new TestSummary();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        summary.addReports(module.resolve("target/surefire-reports"));
        summary.addReports(module.resolve("target/quick/surefire-reports"));
      }
    }
    return summary;
  }

  private void addReports(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().matches("TEST-.*\\.xml")) {
          addReport(file);
        }
      }
    }
  }

  private void addReport(Path file) throws IOException {
    try {
      DocumentBuilder reader = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      reader.setErrorHandler(new DefaultHandler()); // or it prints what it throws
      NodeList cases = reader.parse(file.toFile()).getElementsByTagName("testcase");
      for (int i = 0; i < cases.getLength(); i++) {
        add((Element) cases.item(i));
      }
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("not a test report: " + file, e);
    }
  }

  private void add(Element test) {
    String className = test.getAttribute("classname");
    String method = test.getAttribute("name");
    String name = className.substring(className.lastIndexOf('.') + 1) + " ";
    String withoutCase = (name + method.replaceFirst("[(\\[{].*", "")).strip();
    Optional<String> problem = messageOf(test, "failure").or(() -> messageOf(test, "error"));
    Optional<String> skip = messageOf(test, "skipped");
    if (problem.isPresent()) {
      failed++;
      failuresByTest
          .computeIfAbsent(withoutCase, key -> new ArrayList<>())
          .add((name + method).strip() + ": " + problem.get());
    } else if (skip.isPresent()) {
      skipped++;
      String reason = skip.get().replace("Assumption failed: ", "");
      skippedByReason
          .computeIfAbsent(reason, key -> new LinkedHashMap<>())
          .merge(withoutCase, 1, Integer::sum);
    } else {
      passed++;
    }
  }

  /// The first lines that an element inside a test case says, as one, if there is such an
  /// element.
  private static Optional<String> messageOf(Element test, String tag) {
    NodeList elements = test.getElementsByTagName(tag);
    if (elements.getLength() == 0) {
      return Optional.empty();
    }
    Element element = (Element) elements.item(0);
    String message = element.getAttribute("message");
    if (message.isBlank()) { // as for an assumption: `type: message`, and its stack trace
      String line = element.getTextContent().strip().lines().findFirst().orElse("");
      int colon = line.indexOf(": ");
      message = colon < 0 ? line : line.substring(colon + 2);
    }
    String first = message
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .limit(MESSAGE_LINES)
        .collect(Collectors.joining(" "));
    return Optional.of(first.isEmpty() ? "no reason given" : first);
  }

  /// Prints what failed, what was left out with the reason, and last, alone on its line,
  /// [#totals].
  public void print(PrintStream out) {
    if (!failuresByTest.isEmpty()) {
      out.println("\nFailed:");
      failuresByTest.forEach((test, failures) -> {
        failures.stream().limit(FAILURES_TOLD).forEach(line -> out.println("  " + line));
        if (failures.size() > FAILURES_TOLD) {
          out.println("  ... and " + (failures.size() - FAILURES_TOLD) + " more cases of " + test);
        }
      });
    }
    if (!skippedByReason.isEmpty()) {
      out.println("\nLeft out:");
      skippedByReason.forEach((reason, tests) -> {
        out.println("  " + reason);
        tests.forEach((test, cases) ->
            out.println("    " + test + (cases > 1 ? ", " + cases + " cases" : "")));
      });
    }
    out.println();
    out.println(totals());
  }

  /// Such as `412 passed, 0 failed, 3 skipped`.
  public String totals() {
    return passed + " passed, " + failed + " failed, " + skipped + " skipped";
  }
}
