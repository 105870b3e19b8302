package dev.sluice.packetdrill;

import dev.sluice.packetdrill.run.Result;
import dev.sluice.packetdrill.run.Verdict;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The results of many scripts: totals, JSON, JUnit XML.
///
/// @param results in the order of the scripts
public record SuiteReport(List<Result> results) {

  /// How many ended with each verdict; every verdict has an entry.
  public Map<Verdict, Integer> totals() {
    return count(results);
  }

  /// The totals of each folder, by name.
  public Map<String, Map<Verdict, Integer>> totalsByFolder() {
    Map<String, Map<Verdict, Integer>> folders = new TreeMap<>();
    for (Result result : results) {
      folders
          .computeIfAbsent(folder(result), f -> count(List.of()))
          .merge(result.verdict(), 1, Integer::sum);
    }
    return folders;
  }

  private static String folder(Result result) {
    Path parent = Path.of(result.script()).getParent();
    return parent == null ? "." : parent.toString();
  }

  private static Map<Verdict, Integer> count(List<Result> results) {
    Map<Verdict, Integer> totals = new EnumMap<>(Verdict.class);
    for (Verdict verdict : Verdict.values()) {
      totals.put(verdict, 0);
    }
    results.forEach(result -> totals.merge(result.verdict(), 1, Integer::sum));
    return totals;
  }

  private int of(Verdict verdict) {
    return totals().getOrDefault(verdict, 0);
  }

  /// Whether nothing failed.
  public boolean succeeded() {
    return of(Verdict.FAIL) == 0;
  }

  /// `12 passed, 0 failed, 3 skipped`; what was not run counts as skipped.
  public String closingLine() {
    int passed = of(Verdict.PASS) + of(Verdict.PASS_WITH_PROFILE);
    return passed + " passed, " + of(Verdict.FAIL) + " failed, " + of(Verdict.NOT_RUN) + " skipped";
  }

  /// The totals by folder and verdict as a table for people.
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(
        Locale.ROOT, "%6s %6s %6s %6s  %s%n", "pass", "prof", "fail", "n-run", "folder"));
    totalsByFolder().forEach((folder, totals) -> row(text, folder, totals));
    row(text, "all " + results.size(), totals());
    return text.toString();
  }

  private static void row(StringBuilder text, String name, Map<Verdict, Integer> totals) {
    text.append(String.format(
        Locale.ROOT,
        "%6d %6d %6d %6d  %s%n",
        totals.get(Verdict.PASS),
        totals.get(Verdict.PASS_WITH_PROFILE),
        totals.get(Verdict.FAIL),
        totals.get(Verdict.NOT_RUN),
        name));
  }

  /// What did not pass, for people: details of failures, reasons of what was not run.
  public String listing() {
    StringBuilder text = new StringBuilder();
    for (Result result : results) {
      switch (result.verdict()) {
        case PASS, PASS_WITH_PROFILE -> {
          // nothing to tell
        }
        case NOT_RUN ->
          text.append(result.script()).append(": ").append(result.verdictText()).append('\n');
        case FAIL -> text.append("FAIL ").append(result.detail()).append("\n\n");
      }
    }
    return text.toString();
  }

  // ---- files for machines

  /// The results as JSON: totals, then one object for each script.
  public String json() {
    StringBuilder text = new StringBuilder("{\n  \"totals\": {");
    String separator = "";
    for (Map.Entry<Verdict, Integer> entry : totals().entrySet()) {
      text.append(separator).append('"').append(entry.getKey()).append("\": ");
      text.append(entry.getValue());
      separator = ", ";
    }
    text.append("},\n  \"scripts\": [");
    separator = "\n";
    for (Result result : results) {
      text.append(separator).append("    {\"script\": ").append(quoted(result.script()));
      text.append(", \"verdict\": ").append(quoted(result.verdict().toString()));
      text.append(", \"reason\": ").append(quoted(result.reason()));
      text.append(", \"seconds\": ").append(seconds(result)).append('}');
      separator = ",\n";
    }
    return text.append("\n  ]\n}\n").toString();
  }

  private static String seconds(Result result) {
    return String.format(Locale.ROOT, "%.6f", result.virtualNanos() / 1e9);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c < ' ' || c > '~') {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /// The results in the XML that build servers read.
  public String junitXml() {
    StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.append("<testsuite name=\"packetdrill\" tests=\"").append(results.size());
    text.append("\" failures=\"").append(of(Verdict.FAIL));
    text.append("\" skipped=\"").append(of(Verdict.NOT_RUN)).append("\" errors=\"0\">\n");
    for (Result result : results) {
      testCase(text, result);
    }
    return text.append("</testsuite>\n").toString();
  }

  private static void testCase(StringBuilder text, Result result) {
    Path name = Path.of(result.script()).getFileName();
    text.append("  <testcase classname=\"").append(escaped(folder(result).replace('/', '.')));
    text.append("\" name=\"").append(escaped(String.valueOf(name)));
    text.append("\" time=\"").append(seconds(result)).append('"');
    switch (result.verdict()) {
      case PASS, PASS_WITH_PROFILE -> text.append("/>\n");
      case NOT_RUN ->
        text.append("><skipped message=\"")
            .append(escaped(result.reason()))
            .append("\"/></testcase>\n");
      case FAIL ->
        text.append("><failure message=\"")
            .append(escaped(result.reason()))
            .append("\">")
            .append(escaped(result.detail()))
            .append("</failure></testcase>\n");
    }
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '?' : c);
      }
    }
    return escaped.toString();
  }
}
