package dev.sluice.house;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What went wrong in other stacks, and what attackers do: what must hold here instead,
/// and which tests prove it.
final class Scenarios {
  private Scenarios() {}

  /// One of them.
  ///
  /// @param id such as `SCENARIO-12` or `ATTACK-3`
  /// @param words what must hold
  /// @param seen where others failed: public threads, advisories and papers
  /// @param reason why it has no test yet, empty if it has one
  record Scenario(String id, String words, String seen, String reason) {}

  /// Whether an id is one of these, and none of RFC 9293's.
  static boolean isOne(String id) {
    return id.startsWith("SCENARIO-") || id.startsWith("ATTACK-");
  }

  /// All of them, from the list beside this class.
  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (String line : text().lines().toList()) {
      String[] columns = line.split("\t", -1);
      String reason = columns.length > 3 ? columns[3] : "";
      all.add(new Scenario(columns[0], columns[1], columns[2], reason));
    }
    return all;
  }

  private static String text() {
    try (InputStream in = Scenarios.class.getResourceAsStream("scenarios.tsv")) {
      if (in == null) {
        throw new AssertionError("scenarios.tsv is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The page that says which test proves what.
  ///
  /// @param proofs which tests carry which id
  static String page(List<Scenario> scenarios, Map<String, List<String>> proofs) {
    return PREFACE
        + table(scenarios, proofs, "SCENARIO-")
        + "\n## What attackers do\n\n"
        + table(scenarios, proofs, "ATTACK-");
  }

  private static String table(
      List<Scenario> scenarios, Map<String, List<String>> proofs, String start) {
    StringBuilder table = new StringBuilder(HEAD);
    for (Scenario scenario : scenarios) {
      if (!scenario.id().startsWith(start)) {
        continue;
      }
      List<String> tests = proofs.getOrDefault(scenario.id(), List.of());
      String how = tests.isEmpty() ? "none: " + scenario.reason() : String.join("<br>", tests);
      table.append("| ").append(scenario.id()).append(" | ").append(scenario.words());
      table.append(" | ").append(scenario.seen()).append(" | ").append(how).append(" |\n");
    }
    return table.toString();
  }

  private static final String HEAD = """
      | id | what must hold | where it did not, or who described it | tests |
      |---|---|---|---|
      """;

  private static final String PREFACE = """
      # What broke other stacks, and holds here

      Every line is a bug that another TCP stack had, or an attack that was made or described,
      turned into what must hold, and the tests that would notice if it did not. `#` and `PR` are
      threads of the public repository named before them. The build makes this page from the
      tests' tags and fails if a line has neither a test nor a reason why it has none, or if the
      page is not what the tests say. To write it anew:
      `./sluice test -pl house -am -Dtest=ScenariosTest -Dsluice.write=true`.

      ## What other stacks did wrong

      """;
}
