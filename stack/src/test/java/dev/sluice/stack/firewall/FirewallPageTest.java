package dev.sluice.stack.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What `docs/firewall.md` shows is right.
class FirewallPageTest {
  private static String page() throws IOException, URISyntaxException {
    Path folder = Path.of(FirewallPageTest.class
        .getProtectionDomain()
        .getCodeSource()
        .getLocation()
        .toURI());
    while (!Files.exists(folder.resolve("docs/firewall.md"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no docs/firewall.md above the classes");
    }
    return Files.readString(folder.resolve("docs/firewall.md"));
  }

  @Test
  void examplesAreInTheLanguage() throws Exception {
    List<String> examples = Pattern.compile("```rules\n(.*?)```", Pattern.DOTALL)
        .matcher(page())
        .results()
        .map(match -> match.group(1))
        .toList();
    assertThat(examples).hasSize(2);
    for (String example : examples) {
      assertThat(Firewall.parse(example).rules()).isNotEmpty();
    }
  }

  @Test
  void everyRuleInTheTextIsInTheLanguage() throws Exception {
    List<String> lines = Pattern.compile("`((?:drop|allow|reject) (?:in|out) [^`]*)`")
        .matcher(page())
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
    assertThat(lines).hasSizeGreaterThan(1);
    for (String line : lines) {
      assertThat(Firewall.parse(line).rules()).hasSize(1);
    }
  }

  @Test
  void mistakeIsShownAsThePageSays() throws Exception {
    try {
      Firewall.parse("default in drop\nallow in tcp to port 80,0");
    } catch (FirewallSyntaxException e) {
      assertThat(page()).contains(e.show("web.rules"));
      return;
    }
    throw new AssertionError("accepted");
  }
}
