package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.Laboratory;
import dev.sluice.lab.page.Glyphs;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The manual of the laboratory shows what the experiments yield today.
class LabPageTest {
  private static final Path PAGE = ProjectFiles.ROOT.resolve("docs/lab.md");
  private static final String MARK = "<!-- What follows is written by LabPageTest. -->\n";

  @Test
  void theManualShowsWhatTheExperimentsYield() throws IOException {
    String now = Files.readString(PAGE);
    String written = now.substring(0, now.indexOf(MARK) + MARK.length()) + experiments();
    if (Boolean.getBoolean("sluice.write")) {
      Files.writeString(PAGE, written);
    }
    assertThat(PAGE)
        .as("write it again: mvn -o -q -B -Dquick -pl house -am package -Dtest=LabPageTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dsluice.write=true")
        .hasContent(written);
  }

  private static String experiments() {
    StringBuilder text = new StringBuilder();
    Laboratory.groups().forEach((title, experiments) -> {
      text.append("\n## ").append(title).append('\n');
      experiments.forEach(experiment -> append(text, experiment));
    });
    return text.toString();
  }

  private static void append(StringBuilder text, Experiment experiment) {
    text.append("\n### ").append(experiment.name()).append("\n\n");
    if (!experiment.settings().isEmpty()) {
      text.append("| option | usually | |\n|---|---|---|\n");
    }
    for (Setting setting : experiment.settings()) {
      String label = setting.isFlag() ? "" : " " + setting.label();
      String usual = setting.isFlag() || setting.usual().isEmpty() ? "" : setting.usual();
      text.append("| `--").append(setting.name()).append(label).append("` | ").append(usual);
      text.append(" | ").append(setting.description()).append(" |\n");
    }
    Page page = experiment.conduct().run(new Order(experiment, Map.of(), 1, false));
    List<String> lines = page.text(Glyphs.UNICODE).lines().toList();
    text.append("\n```\n$ ./sluice lab ").append(experiment.name()).append('\n');
    lines.forEach(line -> text.append(line).append('\n'));
    text.append("```\n");
  }
}
