package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.page.Glyphs;
import dev.sluice.lab.page.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What floods, reflection, scans and old duplicates come to, with each defence.
class AttackTest {
  private static Map<String, Map<?, ?>> rows(Page page, String key) {
    Map<String, Map<?, ?>> rows = new LinkedHashMap<>();
    for (Map<?, ?> row : Runs.list(Runs.part(page, "table"), "rows")) {
      rows.merge(String.valueOf(row.get(key)), row, (first, second) -> second);
    }
    return rows;
  }

  private static Map<?, ?> row(Page page, String key, String name) {
    return Objects.requireNonNull(rows(page, key).get(name), name);
  }

  private static double served(Page page, String defence, String when) {
    return Runs.number(row(page, "defence", defence), "served" + when + "Percent");
  }

  @Test
  void floodFromFewSourcesIsStoodByLimitsAndCookies() {
    Page page = Runs.run("syn-flood", "lasts=10");
    assertThat(rows(page, "defence").keySet())
        .containsExactly(
            "no defence",
            "bigger table",
            "shorter timeout",
            "per-source limit",
            "firewall",
            "SYN cookies",
            "all of them");
    for (String defence : rows(page, "defence").keySet()) {
      assertThat(served(page, defence, "Before")).as(defence).isEqualTo(100);
    }
    assertThat(served(page, "no defence", "During")).isLessThan(15);
    assertThat(served(page, "no defence", "After")).isZero();
    assertThat(served(page, "shorter timeout", "During")).isBetween(20.0, 90.0);
    assertThat(row(page, "defence", "no defence").get("mostHalfOpen")).isEqualTo(256L);
    assertThat(row(page, "defence", "bigger table").get("mostHalfOpen")).isEqualTo(4_096L);
    for (String defence : List.of("per-source limit", "firewall", "SYN cookies", "all of them")) {
      assertThat(served(page, defence, "During")).as(defence).isEqualTo(100);
      assertThat(served(page, defence, "After")).as(defence).isEqualTo(100);
    }
  }

  @Test
  void floodFromManySourcesIsStoodByCookiesAlone() {
    Page page = Runs.run("ddos", "lasts=10", "rate=1000", "table=16");
    assertThat(served(page, "per-source limit", "During")).isLessThan(15);
    assertThat(served(page, "firewall", "During")).isLessThan(15);
    assertThat(served(page, "SYN cookies", "During")).isEqualTo(100);
    assertThat(row(page, "defence", "SYN cookies").get("mostHalfOpen")).isEqualTo(16L);
    assertThat(page.text(Glyphs.ASCII)).doesNotContain(" and 0 cookies came back");
  }

  @Test
  void halfOpenTableIsDrawnOverTime() {
    String text = Runs.run("syn-flood", "lasts=5").text(Glyphs.ASCII);
    assertThat(text).containsPattern("no defence +\\|     @@@@@").contains("| at most 256\n");
  }

  @Test
  void limitsKeepAServerFromBeingAReflector() {
    Page page = Runs.run("drdos");
    List<Map<?, ?>> rows = Runs.list(Runs.part(page, "table"), "rows");
    assertThat(rows).hasSize(8);
    double silent = Runs.number(rows.get(0), "octetsOutPerIn");
    assertThat(silent).as("six SYN-ACKs for one SYN").isBetween(5.0, 6.0);
    for (int i = 1; i < rows.size(); i += 2) {
      double limited = Runs.number(rows.get(i), "octetsOutPerIn");
      assertThat(limited).isLessThan(1.0);
    }
  }

  @Test
  void scanFindsWhatTheRulesSay() {
    Page page = Runs.run("scan", "ports=500");
    assertThat(row(page, "answer", "SYN-ACK").values())
        .map(String::valueOf)
        .containsExactly("SYN-ACK", "open", "3", "2", "2", "2");
    assertThat(row(page, "answer", "RST").values())
        .map(String::valueOf)
        .containsExactly("RST", "closed", "497", "498", "0", "0");
    assertThat(row(page, "answer", "ICMP unreachable").values())
        .map(String::valueOf)
        .containsExactly("ICMP unreachable", "filtered", "0", "0", "498", "0");
    assertThat(row(page, "answer", "nothing").values())
        .map(String::valueOf)
        .containsExactly("nothing", "filtered", "0", "0", "0", "498");
  }

  @Test
  void oldDuplicateOpensAGhostInTheToyOnly() {
    Page page = Runs.run("two-way");
    List<Map<String, Object>> ladders = page.parts().stream()
        .map(it -> it.json())
        .filter(it -> "ladder".equals(it.get("kind")))
        .toList();
    assertThat(Runs.events(ladders.get(0)))
        .containsSubsequence("server gets SYN seq=90", "server LISTEN > ESTABLISHED")
        .contains("server ACK seq=301 ack=191");
    assertThat(Runs.events(ladders.get(1)))
        .containsSubsequence(
            "server gets SYN seq=90",
            "server SYN,ACK seq=300 ack=91",
            "client RST seq=91",
            "server SYN-RECEIVED > LISTEN")
        .doesNotContain("server SYN-RECEIVED > ESTABLISHED");
    assertThat(Runs.events(ladders.get(2))).doesNotContain("client SYN-SENT > ESTABLISHED");
    assertThat(Runs.events(ladders.get(3))).contains("client SYN-SENT > ESTABLISHED");
    assertThat(page.text(Glyphs.ASCII).replaceAll("\\s+", " "))
        .contains("read 100 octets that were said to another")
        .contains("heard of 0 connections");
  }
}
