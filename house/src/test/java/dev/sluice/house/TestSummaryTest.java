package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `./sluice test` says at its end.
class TestSummaryTest {
  private static final String REPORT = """
      <testsuite name="a.BTest" tests="5" errors="1" skipped="2" failures="1">
        <testcase name="works" classname="a.BTest" time="0.1"/>
        <testcase name="fails" classname="a.BTest">
          <failure message="&#10;expected: 1&#10; but was: 2" type="x">trace</failure>
        </testcase>
        <testcase name="breaks" classname="a.BTest"><error type="y">y at a.BTest</error></testcase>
        <testcase name="assumes" classname="a.BTest">
          <skipped type="z.Z"><![CDATA[z.Z: Assumption failed: needs root
            at a.BTest]]></skipped>
        </testcase>
        <testcase name="rests" classname="a.BTest"><skipped message="needs root"/></testcase>
      </testsuite>
      """;

  @TempDir
  private Path root;

  private void report(String folder, String text) throws IOException {
    Path reports = Files.createDirectories(root.resolve(folder).resolve("surefire-reports"));
    Files.writeString(reports.resolve("TEST-a.BTest.xml"), text);
  }

  private String printed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TestSummary.of(root).print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void failuresAndReasonsAreNamedAndTheSumIsTheLastLine() throws IOException {
    report("one/target", REPORT);
    assertThat(printed()).isEqualTo("""

            Failed:
              BTest fails: expected: 1 but was: 2
              BTest breaks: y at a.BTest

            Left out:
              needs root
                BTest assumes
                BTest rests

            1 passed, 2 failed, 2 skipped
            """);
  }

  @Test
  void reportsOfAllModulesAreAddedUp() throws IOException {
    report("one/target", REPORT);
    report("two/target/quick", REPORT);
    Files.createDirectories(root.resolve("three/target"));
    assertThat(TestSummary.of(root).totals()).isEqualTo("2 passed, 4 failed, 4 skipped");
  }

  @Test
  void manyCasesOfOneTestAreToldAsOne() throws IOException {
    StringBuilder cases = new StringBuilder("<testsuite>");
    for (int i = 1; i <= 10; i++) {
      String name = i % 2 == 0 ? "even" : "odd";
      String what = i % 2 == 0 ? "<skipped message=\"not now\"/>" : "<failure message=\"no\"/>";
      cases.append("<testcase classname=\"a.CTest\" name=\"%s(int)[%d]\">".formatted(name, i));
      cases.append(what).append("</testcase>");
    }
    report("one/target", cases.append("</testsuite>").toString());
    assertThat(printed())
        .contains("  CTest odd(int)[5]: no\n  ... and 2 more cases of CTest odd\n")
        .doesNotContain("[7]")
        .contains("  not now\n    CTest even, 5 cases\n")
        .endsWith("\n0 passed, 5 failed, 5 skipped\n");
  }

  @Test
  void whatIsLeftOutIsAFailureOnlyWhereNothingMayBe() throws IOException {
    String skips = """
        <testsuite><testcase classname="a.C" name="x"><skipped/></testcase></testsuite>
        """;
    report("one/target", skips);
    assertThat(TestSummary.of(root).isGood(false)).isTrue();
    assertThat(TestSummary.of(root).isGood(true)).isFalse();
    report("one/target", REPORT);
    assertThat(TestSummary.of(root).isGood(false)).isFalse();
    report("one/target", "<testsuite><testcase classname=\"a.C\" name=\"x\"/></testsuite>");
    assertThat(TestSummary.of(root).isGood(true)).isTrue();
  }

  @Test
  void nothingWasRun() throws IOException {
    assertThat(printed()).isEqualTo("\n0 passed, 0 failed, 0 skipped\n");
  }

  @Test
  void brokenReportIsNotPassedOver() throws IOException {
    report("one/target", "<testsuite><testcase");
    assertThatIOException().isThrownBy(() -> TestSummary.of(root)).withMessageContaining("a.BTest");
  }
}
