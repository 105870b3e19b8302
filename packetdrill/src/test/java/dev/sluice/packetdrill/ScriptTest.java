package dev.sluice.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.packetdrill.run.Profile;
import dev.sluice.packetdrill.run.Result;
import dev.sluice.packetdrill.run.RunConfig;
import dev.sluice.packetdrill.run.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptTest {
  private static final String OPEN = """
       0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0   bind(3, ..., ...) = 0
      +0   listen(3, 1) = 0
      +0   < S 0:0(0) win 10000 <mss 1000>
      +0   > S. 0:0(0) ack 1 <...>
      +0.1 < . 1:1(0) ack 1 win 10000
      +0   accept(3, ..., ...) = 4
      """;

  private static Result run(String steps) {
    return Script.run("test", OPEN + steps, new RunConfig());
  }

  @Test
  void aScriptThatHoldsPasses() {
    Result result = run("+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n");
    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASS);
    assertThat(result.verdictText()).isEqualTo("PASS");
    assertThat(result.virtualNanos()).isEqualTo(100_000_000);
  }

  @Test
  void aFailureShowsTheLineBothSegmentsTheDifferenceAndTheTimeline() {
    Result result = run("+0 write(4, ..., 100) = 100\n+0 > . 1:201(200) ack 1\n");
    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.reason()).isEqualTo("line 9: not the segment that was expected");
    assertThat(result.detail())
        .contains("script: +0 > . 1:201(200) ack 1")
        .contains("expected > .  1:201(200) ack 1")
        .contains("    seen > P. 1:101(100) ack 1 win")
        .contains("           ^^ ^^^^^^^^^^\n")
        .contains("0.100000  > P. 1:101(100) ack 1")
        .contains("0.000000  < S 0:0(0) win 10000 <mss 1000>");
  }

  @Test
  void aSegmentAtTheWrongTimeFails() {
    Result result = run("+0 write(4, ..., 100) = 100\n+0.5 > P. 1:101(100) ack 1\n");
    assertThat(result.reason()).startsWith("line 9: at 0.100000 s, expected at 0.600000 s");
  }

  @Test
  void aSegmentThatNeverComesFails() {
    Result result = run("+0 > P. 1:101(100) ack 1\n");
    assertThat(result.reason()).startsWith("line 8: no segment came until 2.1");
  }

  @Test
  void aWrongReturnValueFails() {
    Result result = run("+0 fcntl(4, F_SETFL, O_NONBLOCK) = 0\n+0 read(4, ..., 100) = 5\n");
    assertThat(result.reason()).isEqualTo("line 9: read: expected 5, returned -1 EAGAIN");
  }

  @Test
  void aCallReturnsWhenItIsDueOrTheScriptFails() {
    String data = "+0.1 < P. 1:101(100) ack 1 win 10000\n";
    assertThat(run("+0...0.1 read(4, ..., 500) = 100\n" + data).verdict()).isEqualTo(Verdict.PASS);
    assertThat(run("+0...0.3 read(4, ..., 500) = 100\n" + data).reason())
        .contains("read returned at 0.200000 s, expected at 0.400000 s");
  }

  @Test
  void aCallThatNobodyEndsFails() {
    assertThat(run("+0 read(4, ..., 500) = 100\n").reason()).contains("read does not return");
  }

  @Test
  void severalSegmentsMayBeExpectedAsOne() {
    Result result = run("+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1\n");
    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASS);
    String strict = "--strict_segments\n" + OPEN
        + "+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1\n";
    assertThat(Script.run("test", strict, new RunConfig()).verdict()).isEqualTo(Verdict.FAIL);
  }

  @Test
  void onlyStrictJudgesWhatNobodyExpected() {
    String more = "+0 write(4, ..., 100) = 100\n+0 < . 1:1(0) ack 1 win 10000\n";
    assertThat(run(more).verdict()).isEqualTo(Verdict.PASS);
    RunConfig strict = new RunConfig();
    strict.strict = true;
    Result result = Script.run("test", OPEN + more, strict);
    assertThat(result.reason()).contains("a segment that nobody expected");
  }

  @Test
  void onlyStrictHasNoTolerance() {
    String late = "+0 write(4, ..., 100) = 100\n+0.003 > P. 1:101(100) ack 1\n";
    assertThat(run(late).verdict()).isEqualTo(Verdict.PASS);
    RunConfig strict = new RunConfig();
    strict.strict = true;
    assertThat(Script.run("test", OPEN + late, strict).verdict()).isEqualTo(Verdict.FAIL);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      +0 splice(4, NULL, 5, NULL, 1, 0) = 1       | system call splice
      +0 setsockopt(4, SOL_IP, IP_FREEBIND, [1], 4) = 0 | setsockopt IP_FREEBIND
      +0 send(4, ..., 100, MSG_WAITALL) = 100    | flag MSG_WAITALL
      +0 fcntl(4, F_SETFL, O_UNHEARD_OF) = 0      | symbol O_UNHEARD_OF
      +0 `rm -rf /`                               | command rm -rf /
      +0 `sysctl -w net.ipv4.tcp_unheard=1`       | sysctl net.ipv4.tcp_unheard=1
      +0 %{ assert tcpi_unheard == 1 }%           | tcp_info field tcpi_unheard
      """)
  void whatIsNotHereIsNamed(String step, String name) {
    Result result = run(step + "\n");
    assertThat(result.verdict()).isEqualTo(Verdict.NOT_RUN);
    assertThat(result.reason()).isEqualTo(name);
    assertThat(result.verdictText()).isEqualTo("NOT-RUN(" + name + ")");
  }

  @Test
  void anOptionThatIsNotHereIsNamed() {
    Result result = Script.run("x", "--unheard_of=3\n 0 socket(...) = 3\n", new RunConfig());
    assertThat(result.verdictText()).isEqualTo("NOT-RUN(option --unheard_of)");
  }

  @ParameterizedTest
  @CsvSource({"--ip_version=ipv5, no IP version: ipv5", "--mtu=large, --mtu takes a number: large"})
  void anOptionWithAValueThatIsNoneFailsWithItsPlace(String option, String message) {
    Result result = Script.run("x", "\n" + option + "\n 0 close(3) = 0\n", new RunConfig());
    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.reason()).isEqualTo("line 2, column 1: " + message);
    assertThat(result.detail()).startsWith("x: line 2, column 1: ");
  }

  @Test
  void aScriptThatDoesNotParseFailsWithLineAndColumn() {
    Result result = run("+0 > X 1:1(0)\n");
    assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(result.reason()).startsWith("line 8, column 6: expected TCP flags");
  }

  @Test
  void aCodeBlockSeesTheConnection() {
    assertThat(run("+0 %{ assert tcpi_state == TCP_ESTABLISHED and tcpi_snd_cwnd == 10 }%\n")
            .verdict())
        .isEqualTo(Verdict.PASS);
    assertThat(run("+0 %{ assert tcpi_snd_cwnd == 11, tcpi_snd_cwnd }%\n").reason())
        .isEqualTo("line 8: assert tcpi_snd_cwnd == 11 does not hold (10)");
  }

  @Test
  void aProfileIsNamedWhenOnlyItsSettingsPass() {
    RunConfig config = new RunConfig();
    config.profile = Profile.FREEBSD;
    String syn = """
         0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 fcntl(3, F_SETFL, O_NONBLOCK) = 0
        +0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [32768], [4]) = 0
        """;
    assertThat(Script.run("test", syn, config).verdictText())
        .isEqualTo("PASS-WITH-PROFILE(freebsd)");
    assertThat(Script.run("test", OPEN, config).verdictText()).isEqualTo("PASS");
  }

  @Test
  void aMinuteOfScriptTimeCostsNothing() {
    Result result = run("+3600 close(4) = 0\n+0 > F. 1:1(0) ack 1\n");
    assertThat(result.verdict()).as(result.detail()).isEqualTo(Verdict.PASS);
    assertThat(result.virtualNanos()).isEqualTo(3_600_100_000_000L);
  }
}
