package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.house.Scenarios.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every known failure of other stacks and every known attack has a test or a reason, and
/// the page says which.
class ScenariosTest {
  private static final Path PAGE = ProjectFiles.ROOT.resolve("docs/scenarios.md");

  private final List<Scenario> scenarios = Scenarios.all();

  @Test
  void allAreListedOnceAndWhereTheyWereSeen() {
    assertThat(scenarios)
        .extracting(Scenario::id)
        .doesNotHaveDuplicates()
        .allMatch(Scenarios::isOne);
    assertThat(scenarios).extracting(Scenario::seen).doesNotContain("");
  }

  @Test
  void eachHasEitherATestOrAReasonWhyNot() throws IOException {
    Map<String, List<String>> proofs = Proofs.below(ProjectFiles.ROOT);
    assertThat(scenarios)
        .allSatisfy(scenario -> assertThat(proofs.containsKey(scenario.id()))
            .as("%s: %s", scenario.id(), scenario.words())
            .isNotEqualTo(!scenario.reason().isEmpty()));
  }

  @Test
  void noTestCarriesAnIdThatIsNotListed() throws IOException {
    List<String> ids = scenarios.stream().map(Scenario::id).toList();
    assertThat(Proofs.below(ProjectFiles.ROOT).keySet())
        .filteredOn(Scenarios::isOne)
        .isSubsetOf(ids);
  }

  @Test
  void thePageSaysWhatTheTestsSay() throws IOException {
    String page = Scenarios.page(scenarios, Proofs.below(ProjectFiles.ROOT));
    if (Boolean.getBoolean("sluice.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page);
  }
}
