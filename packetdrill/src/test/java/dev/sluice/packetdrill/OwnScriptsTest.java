package dev.sluice.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.packetdrill.run.Dialect;
import dev.sluice.packetdrill.run.Result;
import dev.sluice.packetdrill.run.RunConfig;
import dev.sluice.packetdrill.run.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every script of ours, over IPv4 and IPv6, judged strictly: to the microsecond, and
/// with nothing sent that the script does not expect.
class OwnScriptsTest {
  private static final Path FOLDER = Path.of("src/test/resources/pkt");

  static Stream<Path> scripts() throws IOException {
    return Suite.scripts(List.of(FOLDER)).stream();
  }

  /// Scripts whose name ends in a family are for that family only.
  static Stream<Path> scriptsForIpv4() throws IOException {
    return scripts().filter(script -> !script.toString().endsWith("v6.pkt"));
  }

  static Stream<Path> scriptsForIpv6() throws IOException {
    return scripts().filter(script -> !script.toString().endsWith("v4.pkt"));
  }

  private static RunConfig config(boolean v4) {
    RunConfig config = new RunConfig();
    config.strict = true;
    config.dialect = Dialect.LINUX;
    config.ipVersion = v4 ? "ipv4" : "ipv6";
    config.defines.put("MSS", v4 ? "1460" : "1440");
    config.defines.put("UNREACHABLE", v4 ? "host_unreachable" : "no_route");
    return config;
  }

  @ParameterizedTest
  @MethodSource("scriptsForIpv4")
  void passesOverIpv4(Path script) throws IOException {
    Result result = Script.run(script, config(true));
    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASS);
  }

  @ParameterizedTest
  @MethodSource("scriptsForIpv6")
  void passesOverIpv6(Path script) throws IOException {
    Result result = Script.run(script, config(false));
    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASS);
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void saysWhichRuleItChecks(Path script) throws IOException {
    assertThat(Files.readString(script)).startsWith("// ").contains("+0");
  }
}
