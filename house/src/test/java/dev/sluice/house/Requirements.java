package dev.sluice.house;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The numbered requirements of RFC 9293, and which tests prove each of them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#appendix-B RFC 9293 Appendix B
final class Requirements {
  /// How many the RFC has: MUST-1 to 69, SHLD-1 to 31, MAY-1 to 18 and REC-1.
  static final int COUNT = 119;

  private Requirements() {}

  /// One requirement.
  ///
  /// @param id as in the RFC
  /// @param words what it asks for
  /// @param inapplicable why it needs no test, empty if it does need one
  record Requirement(String id, String words, String inapplicable) {}

  /// All of them, from the list beside this class.
  static List<Requirement> all() {
    List<Requirement> all = new ArrayList<>();
    for (String line : text().lines().toList()) {
      String[] columns = line.split("\t", -1);
      all.add(new Requirement(columns[0], columns[1], columns.length > 2 ? columns[2] : ""));
    }
    return all;
  }

  private static String text() {
    try (InputStream in = Requirements.class.getResourceAsStream("rfc9293.tsv")) {
      if (in == null) {
        throw new AssertionError("rfc9293.tsv is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The page that says how each requirement is met.
  ///
  /// @param proofs which tests carry which id
  static String page(List<Requirement> requirements, Map<String, List<String>> proofs) {
    StringBuilder page = new StringBuilder(PREFACE);
    for (Requirement requirement : requirements) {
      List<String> tests = proofs.getOrDefault(requirement.id(), List.of());
      String verdict = tests.isEmpty() ? "does not apply" : "tested";
      String how = tests.isEmpty() ? requirement.inapplicable() : String.join("<br>", tests);
      page.append("| ").append(requirement.id()).append(" | ").append(requirement.words());
      page.append(" | ").append(verdict).append(" | ").append(how).append(" |\n");
    }
    return page.toString();
  }

  private static final String PREFACE = """
      # How Sluice meets RFC 9293

      Every numbered requirement of the RFC, in our words, with the tests that prove it. The build
      makes this page from the tests' tags and fails if a requirement has neither a test nor a
      reason why it needs none, or if the page is not what the tests say. To write it anew:
      `./sluice test -pl house -am -Dtest=ConformanceTest -Dsluice.write=true`.

      | id | requirement | verdict | tests, or why there is none |
      |---|---|---|---|
      """;
}
