package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `nmap` finds on a host is what the rules say, no more and no less.
class NmapTest {
  @RegisterExtension
  static final OnTun SLUICE = OnTun.with();

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern PORT = Pattern.compile("^(\\d+)/(?:tcp|udp) +(\\S+).*$");
  private static final String PORTS = "7,9,13,22,23,80,81,8080";

  private static final String RULES = """
      default in drop
      allow in tcp to port 7, 80-81
      reject in tcp to port 22
      reject in tcp to port 23 with icmp
      drop in tcp to port 13
      allow in udp to port 53
      reject in udp to port 123
      """;

  private static final String OPEN = """
      default in allow
      """;

  private static void load(String rules) throws IOException {
    Machine.assumePrograms("nmap");
    Path file = SLUICE.scratch().resolve("nmap.rules");
    Files.writeString(file, rules);
    assertThat(SLUICE.serve().run("firewall", "reload", file.toString()))
        .startsWith("the rules of " + file + " are in place");
  }

  private static List<String> nmap(Family family, String... options) {
    List<String> command = new ArrayList<>(List.of("nmap", "-n", "-Pn", "-T4", "--max-retries=2"));
    if (family == Family.V6) {
      command.add("-6");
    }
    command.addAll(List.of(options));
    command.add(family.sluice);
    Child nmap = Child.start(Map.of(), command);
    nmap.closeInput();
    assertThat(nmap.awaitExit(PATIENCE)).as("%s", nmap).isZero();
    return nmap.lines();
  }

  /// The state of each port, as nmap calls it.
  private static Map<Integer, String> scan(Family family, String kind, String ports) {
    Map<Integer, String> states = new TreeMap<>();
    for (String line : nmap(family, kind, "-p", ports)) {
      Matcher port = PORT.matcher(line);
      if (port.matches()) {
        states.put(Integer.valueOf(port.group(1)), port.group(2));
      }
    }
    return states;
  }

  @ParameterizedTest
  @EnumSource
  void withoutRulesEveryPortSaysWhatItIs(Family family) throws IOException {
    load(OPEN);
    assertThat(scan(family, "-sS", PORTS))
        .isEqualTo(Map.of(
            7, "open", 9, "open", 13, "open", 80, "open", 22, "closed", 23, "closed", 81, "closed",
            8_080, "closed"));
    assertThat(scan(family, "-sA", PORTS)).hasSize(8).containsValue("unfiltered");
    assertThat(scan(family, "-sA", PORTS)).doesNotContainValue("filtered");
    assertThat(scan(family, "-sU", "53,123,161"))
        .isEqualTo(Map.of(53, "closed", 123, "closed", 161, "closed"));
  }

  @ParameterizedTest
  @EnumSource
  void synScanFindsWhatTheRulesSay(Family family) throws IOException {
    load(RULES);
    assertThat(scan(family, "-sS", PORTS))
        .isEqualTo(Map.of(
            7, "open", // allowed, and echo listens
            80, "open", // allowed, and HTTP listens
            81, "closed", // allowed, and nobody listens
            22, "closed", // rejected as if it were closed
            23, "filtered", // rejected by ICMP
            13, "filtered", // dropped, though daytime listens
            9, "filtered", // the default, though discard listens
            8_080, "filtered")); // the default
  }

  @ParameterizedTest
  @EnumSource
  void ackScanFindsWhatTheRulesSay(Family family) throws IOException {
    load(RULES);
    assertThat(scan(family, "-sA", PORTS))
        .isEqualTo(Map.of(
            7,
            "unfiltered",
            80,
            "unfiltered",
            81,
            "unfiltered",
            22,
            "unfiltered",
            23,
            "filtered",
            13,
            "filtered",
            9,
            "filtered",
            8_080,
            "filtered"));
  }

  @ParameterizedTest
  @EnumSource
  void udpScanFindsWhatTheRulesSay(Family family) throws IOException {
    load(RULES);
    assertThat(scan(family, "-sU", "53,123,161"))
        .isEqualTo(Map.of(53, "closed", 123, "filtered", 161, "open|filtered"));
  }

  @ParameterizedTest
  @EnumSource
  void silentPortsLookFiltered(Family family) throws IOException {
    load("default in allow\nclosed ports silent");
    assertThat(scan(family, "-sS", "80,81")).isEqualTo(Map.of(80, "open", 81, "filtered"));
  }

  @Test
  @Tag("ATTACK-6")
  void initialSequenceNumbersAreOfTheHardestClassWithRulesAndWithout() throws IOException {
    for (String rules : List.of(OPEN, RULES)) {
      load(rules);
      List<String> found = nmap(Family.V4, "-O", "-v", "--max-os-tries=1", "-p", "7,80,81");
      assertThat(found)
          .as("%s", String.join("\n", found))
          .anyMatch(line -> line.matches("TCP Sequence Prediction: .*\\(Good luck!\\)"))
          .contains("IP ID Sequence Generation: All zeros");
    }
  }
}
