package dev.sluice.packetdrill.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.packetdrill.language.PacketLine.IcmpLine;
import dev.sluice.packetdrill.language.PacketLine.Quoted;
import dev.sluice.packetdrill.language.PacketLine.Sequence;
import dev.sluice.packetdrill.language.PacketLine.TcpLine;
import dev.sluice.packetdrill.language.PacketLine.UdpLine;
import dev.sluice.wire.Flags;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramParserTest {
  private static Program parse(String text) throws ScriptException {
    return ProgramParser.parse(text, Map.of("COOKIE", "00ff", "SIZE", "1460"), Set.of("Linux"));
  }

  private static Step step(String text) throws ScriptException {
    return parse(text).steps().getFirst().step();
  }

  private static TcpLine tcp(String packet) throws ScriptException {
    return (TcpLine) ((Step.Packet) step("0 " + packet)).packet();
  }

  private static SystemCall call(String text) throws ScriptException {
    return ((Step.Call) step("0 " + text)).call();
  }

  // ---- the shape of a file

  @Test
  void optionsInitStepsCleanUp() throws ScriptException {
    Program program = parse("""
        // a comment
        --ip_version=ipv4 --strict_segments
        `init`
        0 close(3) = 0 /* and
           another */
        +1 `command`
        `clean up`
        """);
    assertThat(program.options())
        .extracting(Program.OptionLine::name)
        .containsExactly("ip_version", "strict_segments");
    assertThat(program.options().getFirst().value()).isEqualTo("ipv4");
    assertThat(program.init()).isEqualTo(new Step.Command("init", new Position(3, 1)));
    assertThat(program.steps()).hasSize(2);
    assertThat(program.steps().getLast().at()).isEqualTo(new Position(6, 1));
    assertThat(program.cleanUp()).isNotNull();
  }

  @Test
  void theTextOfAStepHasNoCommentOfTheNextOne() throws ScriptException {
    assertThat(
            parse("0 close(3) = 0\n// next\n+0 close(4) = 0").steps().getFirst().text())
        .isEqualTo("0 close(3) = 0");
  }

  @Test
  void ifdefKeepsWhatIsDefinedAndTheLineNumbers() throws ScriptException {
    Program program =
        parse("#ifdef Linux\n0 a() = 0\n#endif\n#ifdef FreeBSD\n0 b() = 0\n#endif\n+0 c() = 0");
    assertThat(program.steps()).extracting(s -> s.at().line()).containsExactly(2, 7);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      1.5        | ABSOLUTE       | 1500000000 | 1500000000
      +.01       | RELATIVE       | 10000000   | 10000000
      + 0.5      | RELATIVE       | 500000000  | 500000000
      *          | ANY            | 0          | 0
      1~2        | ABSOLUTE_RANGE | 1000000000 | 2000000000
      +.3~+.303  | RELATIVE_RANGE | 300000000  | 303000000
      """)
  void allFormsOfTime(String time, Timing.Kind kind, long start, long end) throws ScriptException {
    assertThat(parse(time + " close(3) = 0").steps().getFirst().timing())
        .isEqualTo(new Timing(kind, start, end));
  }

  // ---- TCP

  @Test
  void aSegmentWithEverything() throws ScriptException {
    TcpLine line = tcp("> [ect0] 80 > 90 FP. 1:1001(1000) ack 2 win 3 urg 4 <mss SIZE,nop>");
    assertThat(line.ip().ecn()).isEqualTo(IpFields.Ecn.ECT0);
    assertThat(line.ports()).isEqualTo(new PacketLine.Ports(80, 90));
    assertThat(line.flags()).isEqualTo(Flags.FIN | Flags.PSH | Flags.ACK);
    assertThat(line.sequence()).isEqualTo(new Sequence(1, 1000, false, false));
    assertThat(line.ack()).isEqualTo(2);
    assertThat(line.window()).isEqualTo(3);
    assertThat(line.urgent()).isEqualTo(4);
    assertThat(line.options()).containsExactly(new TcpOption.Mss(1460), new TcpOption.Nop());
  }

  @ParameterizedTest
  @CsvSource({
    "., 16",
    "S, 2",
    "S., 18",
    "R., 20",
    "F ., 17",
    "-, 0",
    "SEWA, 450",
    "P.5, 344",
    "U., 48"
  })
  void flags(String text, int flags) throws ScriptException {
    assertThat(tcp("> " + text + " 1:1(0)").flags()).isEqualTo(flags);
  }

  @Test
  void noOptionsAndAnyOptionsAreNotTheSame() throws ScriptException {
    assertThat(tcp("> . 1:1(0)").options()).isEmpty();
    assertThat(tcp("> . 1:1(0) <...>").options()).isNull();
  }

  @Test
  void sequenceForms() throws ScriptException {
    assertThat(tcp("> R 0:0(0)!").sequence()).isEqualTo(new Sequence(0, 0, true, false));
    assertThat(tcp("> . ...(10)").sequence()).isEqualTo(new Sequence(0, 10, false, true));
    assertThat(tcp("> . 4294967295:9(10)").sequence())
        .isEqualTo(new Sequence(-1, 10, false, false));
  }

  @Test
  void allTcpOptions() throws ScriptException {
    TcpLine line = tcp("< . 1:1(0) win 1 <sack 1:2 3:4,TS val 5 ecr 6,wscale 7,sackOK,eol,"
        + "FO COOKIE,FOEXP,md5 valid,gen-77 aabb,AccECN0 ee0b 1 eceb 2 ee1b 3,"
        + "ECN e1b 1 ceb 2 e0b 3,exp-FO 0a>");
    assertThat(line.options())
        .containsExactly(
            new TcpOption.Sack(List.of(new TcpOption.Edges(1, 2), new TcpOption.Edges(3, 4))),
            new TcpOption.Timestamps(5, false, 6, false),
            new TcpOption.WindowScale(7),
            new TcpOption.SackPermitted(),
            new TcpOption.EndOfList(),
            new TcpOption.FastOpen("00ff", false),
            new TcpOption.FastOpen("", true),
            new TcpOption.Md5("", true),
            new TcpOption.Generic(77, "aabb"),
            new TcpOption.AccurateEcn(172, 0, List.of(1L, 2L, 3L)),
            new TcpOption.AccurateEcn(174, 1, List.of(1L, 2L, 3L)),
            new TcpOption.FastOpen("0a", true));
  }

  @Test
  void ipFields() throws ScriptException {
    assertThat(tcp("> (tos 0x20, ttl 4) . 1:1(0)").ip())
        .isEqualTo(new IpFields(null, 0x20, null, 4, null));
    assertThat(tcp("> [flowlabel 0x5] . 1:1(0)").ip().flowLabel()).isEqualTo(5);
    assertThat(tcp("> (dscp af11 ecn ce) . 1:1(0)").ip())
        .isEqualTo(new IpFields(IpFields.Ecn.CE, null, 10, null, null));
  }

  @Test
  void udpAndIcmp() throws ScriptException {
    assertThat(((Step.Packet) step("0 < udp (1000)")).packet()).isInstanceOf(UdpLine.class);
    IcmpLine icmp = (IcmpLine)
        ((Step.Packet) step("0 < icmp unreachable frag_needed mtu 1200 [1:1001(1000)]")).packet();
    assertThat(icmp.code()).isEqualTo("frag_needed");
    assertThat(icmp.mtu()).isEqualTo(1200);
    assertThat(icmp.quoted()).isEqualTo(new Quoted.Tcp(new Sequence(1, 1000, false, false), null));
  }

  // ---- system calls

  @Test
  void callWithSymbolsListsStructsAndNote() throws ScriptException {
    SystemCall call =
        call("f(3, ..., [1, A|B], {a=1, b(2)=[{..., 5}]}, \"x\\x41\" \"y\") = -1 EPIPE (note)");
    assertThat(call.name()).isEqualTo("f");
    assertThat(call.arguments()).hasSize(5);
    assertThat(call.arguments().get(1)).isEqualTo(new Value.Anything());
    assertThat(call.arguments().get(4)).isEqualTo(new Value.Text("xAy"));
    assertThat(((Value.Struct) call.arguments().get(3)).field("a")).isEqualTo(new Value.Int(1));
    assertThat(call.result()).isEqualTo(new Value.Int(-1));
    assertThat(call.errno()).isEqualTo("EPIPE");
    assertThat(call.blocking()).isFalse();
  }

  @Test
  void aBlockingCallHasAnEndTime() throws ScriptException {
    SystemCall call = ((Step.Call) step("+.1 ...0.2 read(3, ..., 5) = 5")).call();
    assertThat(call.blocking()).isTrue();
    assertThat(call.endNanos()).isEqualTo(200_000_000);
  }

  // ---- errors

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      0 > . 1:5(1)                  | 1 | 7  | the end 5 is not 1 + 1
      0 > Q 1:1(0)                  | 1 | 5  | expected TCP flags
      0 > P.5E 1:1(0)               | 1 | 5  | exclude each other
      0 > . 1:1(0) <mss 99999>      | 1 | 19 | mss is 0 to 65535
      0 > . 1:1(0) <bad>            | 1 | 15 | unknown TCP option 'bad'
      0 < . 1:1(0) win              | 1 | 17 | expected a window
      close(3) = 0                  | 1 | 1  | expected a time
      0 close(3                     | 1 | 10 | expected ',' or ')'
      0 close(3) = 0 /* open        | 1 | 16 | comment without end
      0 `open                       | 1 | 4  | command without end
      0 > [what] . 1:1(0)           | 1 | 6  | unknown IP field 'what'
      #ifdef A                      | 1 | 1  | #ifdef without #endif
      """)
  void errorsTellLineColumnAndWhatWasExpected(String script, int line, int column, String message) {
    assertThatThrownBy(() -> parse(script)).isInstanceOfSatisfying(ScriptException.class, e -> {
      assertThat(e.getMessage()).contains(message);
      assertThat(e.at()).isEqualTo(new Position(line, column));
    });
  }
}
