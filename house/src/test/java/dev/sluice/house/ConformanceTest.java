package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.house.Requirements.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every requirement of RFC 9293 has a test or a reason, and the page says which.
class ConformanceTest {
  private static final Path PAGE = ProjectFiles.ROOT.resolve("docs/conformance.md");

  private final List<Requirement> requirements = Requirements.all();

  @Test
  void allRequirementsAreListedOnce() {
    assertThat(requirements)
        .hasSize(Requirements.COUNT)
        .extracting(Requirement::id)
        .doesNotHaveDuplicates();
  }

  @Test
  void eachHasEitherATestOrAReasonWhyNot() throws IOException {
    Map<String, List<String>> proofs = Proofs.below(ProjectFiles.ROOT);
    assertThat(requirements)
        .allSatisfy(requirement -> assertThat(proofs.containsKey(requirement.id()))
            .as("%s: %s", requirement.id(), requirement.words())
            .isNotEqualTo(!requirement.inapplicable().isEmpty()));
  }

  @Test
  void noTestCarriesAnIdThatTheRfcDoesNotHave() throws IOException {
    List<String> ids = requirements.stream().map(Requirement::id).toList();
    assertThat(Proofs.below(ProjectFiles.ROOT).keySet())
        .filteredOn(id -> !Scenarios.isOne(id))
        .isSubsetOf(ids);
  }

  @Test
  void thePageSaysWhatTheTestsSay() throws IOException {
    String page = Requirements.page(requirements, Proofs.below(ProjectFiles.ROOT));
    if (Boolean.getBoolean("sluice.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page);
  }

  @Test
  void tagsAndScriptsAreFound() {
    Proofs proofs = new Proofs();
    String tag = "@Tag(" + "\"MAY-1\")";
    proofs.read("ATest.java", tag + "\n@Test\nvoid one() {}\n@Test\nvoid two() {}");
    proofs.read("BTest.java", "/// As in `" + tag + "`.\nclass BTest {}");
    proofs.read("close.pkt", "// proves: MAY-1 REC-1\n0 socket(...)");
    assertThat(proofs.found().get("MAY-1")).containsExactly("`ATest.one`", "`close.pkt`");
    assertThat(proofs.found().get("REC-1")).containsExactly("`close.pkt`");
  }
}
