package dev.sluice.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.CongestionState;
import dev.sluice.tcp.tcb.ConnectionDetail;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `netstat -i`, its JSON and its CSV tell all that a connection tells, and
/// `docs/tcp-info.md` explains all of it.
class InfoViewTest {
  /// Every number differs from all others.
  private static final ConnectionDetail DETAIL = new ConnectionDetail(
      new ConnectionDetail.Agreed(true, true, true, EcnMode.OFF, false, false, 2, 3),
      new ConnectionDetail.Timing(1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_007),
      new ConnectionDetail.Sending(
          CongestionAlgorithm.CUBIC,
          CongestionState.LOSS,
          1_011,
          1_012,
          1_013,
          1_014,
          1_015,
          1_016,
          1_017,
          new ConnectionDetail.Rates(1_021, 1_022, 1_023, true, 1_024)),
      new ConnectionDetail.Recovery(1_031, 1_032, 1_033, 1_034, 1_035, 1_036, 1_037),
      new ConnectionDetail.Sizes(1_041, 1_042, 1_043),
      new ConnectionDetail.Receiving(1_051, 1_052, 1_053, 1_054, 1_055),
      new ConnectionDetail.Traffic(1_061, 1_062, 1_063, 1_064, 1_065, 1_066, 1_067),
      new ConnectionDetail.Limits(1_071, 1_072, 1_073));

  private static final ConnectionInfo INFO = new ConnectionInfo(
      new FourTuple(IpAddress.parse("198.18.0.2"), 1_101, IpAddress.parse("198.18.0.1"), 1_102),
      State.ESTABLISHED,
      1_103,
      1_104,
      "on",
      1_105,
      1_106,
      1_107,
      1_108,
      1_109,
      1_110,
      1_111,
      1_112,
      1_113,
      1_114,
      1_115,
      1_116,
      1_117,
      1_118,
      "",
      DETAIL);

  private static List<String> matches(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  @Test
  void everyNumberThatAConnectionTellsIsShown() {
    String shown = InfoView.groups(INFO).values().toString();

    List<String> told = matches("\\b1\\d{3}\\b", INFO.toString());
    assertThat(told).hasSizeGreaterThan(60).doesNotHaveDuplicates();
    assertThat(matches("\\b1\\d{3}\\b", shown)).containsExactlyInAnyOrderElementsOf(told);
  }

  @Test
  void everyNameIsExplainedAndNoOther() throws IOException {
    TreeSet<String> shown = new TreeSet<>();
    InfoView.groups(INFO).forEach((group, fields) -> {
      ((Map<?, ?>) fields).keySet().forEach(field -> shown.add(group + "." + field));
    });

    String page = Files.readString(Path.of("../docs/tcp-info.md"));
    String groups = String.join("|", InfoView.groups(INFO).keySet());
    assertThat(new TreeSet<>(matches("(?<=`)(" + groups + ")\\.\\w+(?=`)", page)))
        .isEqualTo(shown);
  }
}
