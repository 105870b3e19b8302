package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.page.Glyphs;
import dev.sluice.lab.page.Page;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the engine does in each experiment, and that the diagram shows it.
class TextbookTest {
  @Test
  void handshakeHasTheNumbersOfTheTextbook() {
    Page page = Runs.run("handshake", "isn=10,100");
    assertThat(Runs.events(page))
        .containsExactlyInAnyOrder(
            "client CLOSED > SYN-SENT",
            "client SYN seq=10",
            "server LISTEN > SYN-RECEIVED",
            "server SYN,ACK seq=100 ack=11",
            "client SYN-SENT > ESTABLISHED",
            "client ACK seq=11 ack=101",
            "server SYN-RECEIVED > ESTABLISHED");
    assertThat(page.text(Glyphs.ASCII))
        .containsSubsequence(
            "CLOSED  ",
            "LISTEN\n",
            "     0 ms  SYN-SENT     -",
            " SYN seq=10 -",
            "-> SYN-RECEIVED      10 ms\n",
            "    20 ms  ESTABLISHED  <-",
            " SYN,ACK seq=100 ack=11 -",
            "- SYN-RECEIVED      10 ms\n",
            "    20 ms  ESTABLISHED  -",
            " ACK seq=11 ack=101 -",
            "-> ESTABLISHED       30 ms\n",
            "SYN_SENT",
            "SYN_RECV",
            "ESTABLISHED",
            "ESTABLISHED");
  }

  @Test
  void numbersCountFromZeroUnlessTheyAreChosen() {
    assertThat(Runs.events(Runs.run("handshake")))
        .contains("client SYN seq=0", "server SYN,ACK seq=0 ack=1", "client ACK seq=1 ack=1");
  }

  @Test
  void numbersWrapAtTheirEnd() {
    assertThat(Runs.events(Runs.run("handshake", "isn=4294967295,0", "data=2")))
        .contains(
            "client SYN seq=4294967295",
            "server SYN,ACK seq=0 ack=0",
            "client PSH,ACK seq=0 ack=1 len=2");
  }

  @Test
  void lostSynAckIsRepeatedByBothSides() {
    List<String> events = Runs.events(Runs.run("handshake", "lose=syn-ack"));
    assertThat(events)
        .contains("server SYN,ACK seq=0 ack=1 lost", "client SYN-SENT > ESTABLISHED")
        .filteredOn("client SYN seq=0"::equals)
        .hasSize(2);
  }

  @Test
  void simultaneousOpenNeedsFourSegments() {
    Page page = Runs.run("simultaneous-open");
    assertThat(Runs.events(page))
        .contains(
            "client SYN seq=100",
            "server SYN seq=300",
            "client SYN,ACK seq=100 ack=301",
            "server SYN,ACK seq=300 ack=101",
            "client SYN-SENT > SYN-RECEIVED",
            "server SYN-RECEIVED > ESTABLISHED");
    assertThat(page.text(Glyphs.ASCII))
        .containsSubsequence(" SYN seq=100 -", " ... ", " ... -", " SYN seq=300 -");
  }

  @Test
  void refusedPortAnswersWithRst() {
    assertThat(Runs.events(Runs.run("refused", "isn=10,100")))
        .containsExactlyInAnyOrder(
            "client CLOSED > SYN-SENT",
            "client SYN seq=10",
            "server RST,ACK seq=0 ack=11",
            "client SYN-SENT > CLOSED");
    assertThat(Runs.events(Runs.run("refused", "filtered=true")))
        .filteredOn("client SYN seq=0 lost"::equals)
        .hasSize(8);
  }

  @Test
  void closeNeedsFourSegmentsOrThree() {
    assertThat(Runs.events(Runs.run("close")))
        .containsExactlyInAnyOrder(
            "client FIN,ACK seq=1 ack=1",
            "client ESTABLISHED > FIN-WAIT-1",
            "server ACK seq=1 ack=2",
            "server ESTABLISHED > CLOSE-WAIT",
            "client FIN-WAIT-1 > FIN-WAIT-2",
            "server FIN,ACK seq=1 ack=2",
            "server CLOSE-WAIT > LAST-ACK",
            "client ACK seq=2 ack=2",
            "client FIN-WAIT-2 > TIME-WAIT",
            "server LAST-ACK > CLOSED",
            "client TIME-WAIT > CLOSED");
    assertThat(Runs.events(Runs.run("close", "by=server")))
        .contains("server TIME-WAIT > CLOSED", "client LAST-ACK > CLOSED");
  }

  @Test
  void simultaneousCloseMeetsInClosing() {
    assertThat(Runs.events(Runs.run("simultaneous-close")))
        .contains("client FIN-WAIT-1 > CLOSING", "server FIN-WAIT-1 > CLOSING")
        .contains("client CLOSING > TIME-WAIT", "server CLOSING > TIME-WAIT");
  }

  @Test
  void halfClosedClientStillReceives() {
    assertThat(Runs.events(Runs.run("half-close", "data=1000")))
        .containsSubsequence(
            "client FIN-WAIT-1 > FIN-WAIT-2",
            "server PSH,ACK seq=1 ack=2 len=1000",
            "client FIN-WAIT-2 > TIME-WAIT");
  }

  @Test
  void timeWaitRepeatsTheLastAck() {
    Page page = Runs.run("time-wait");
    assertThat(Runs.events(page))
        .containsSubsequence(
            "client ACK seq=2 ack=2 lost", "server FIN,ACK seq=1 ack=2", "client ACK seq=2 ack=2");
    assertThat(page.text(Glyphs.UNICODE)).contains("heard: Cannot assign requested address");
  }

  @Test
  void newerSynEndsTimeWait() {
    assertThat(Runs.events(Runs.run("time-wait", "reuse=true")))
        .containsSubsequence("server FIN-WAIT-2 > TIME-WAIT", "server SYN-RECEIVED > ESTABLISHED");
  }

  @Test
  void lingerOfZeroResetsAndLosesTheData() {
    Page page = Runs.run("linger", "seconds=0");
    assertThat(Runs.events(page))
        .containsExactlyInAnyOrder(
            "client RST,ACK seq=1 ack=1",
            "client ESTABLISHED > CLOSED",
            "server ESTABLISHED > CLOSED");
    assertThat(page.text(Glyphs.UNICODE)).contains("read 0 octets, then Connection reset");
    assertThat(Runs.run("linger").text(Glyphs.UNICODE)).contains("read 3,000 octets, then the end");
  }

  @Test
  void resetLeavesNothing() {
    assertThat(Runs.events(Runs.run("reset")))
        .contains("client RST,ACK seq=1001 ack=1", "server ESTABLISHED > CLOSED")
        .noneMatch(it -> it.contains("TIME-WAIT"));
  }

  @Test
  void keepAliveEndsAfterItsProbes() {
    assertThat(Runs.events(Runs.run("keepalive", "count=3")))
        .containsExactlyInAnyOrder(
            "client ACK seq=0 ack=1 lost",
            "client ACK seq=0 ack=1 lost",
            "client ACK seq=0 ack=1 lost",
            "client RST,ACK seq=1 ack=1 lost",
            "client ESTABLISHED > CLOSED");
    assertThat(Runs.events(Runs.run("keepalive", "peer=restarted")))
        .contains("server RST seq=1", "client ESTABLISHED > CLOSED");
    assertThat(Runs.events(Runs.run("keepalive", "peer=alive")))
        .contains("server ACK seq=1 ack=1")
        .noneMatch(it -> it.contains(">"));
  }

  @Test
  void closedWindowIsProbed() {
    Page page = Runs.run("window");
    assertThat(Runs.events(page)).contains("client ACK seq=4345 ack=1 len=1");
    assertThat(page.text(Glyphs.UNICODE)).contains("win=0").contains("there were 3 probes");
  }

  @Test
  void lossesCutTheCongestionWindow() {
    Page page = Runs.run("congestion", "algorithm=reno", "seconds=4");
    String marks = String.valueOf(Runs.part(page, "plot").get("marks"));
    assertThat(marks).hasSize(80).startsWith("s").contains("R").endsWith(".");
    List<Double> windows = ((List<?>) Runs.value(Runs.part(page, "plot"), "values"))
        .stream().map(it -> ((Number) it).doubleValue()).toList();
    int recovery = marks.indexOf('R');
    assertThat(windows.get(marks.indexOf('.', recovery)))
        .isLessThan(0.8 * windows.get(recovery - 1));
    assertThat(page.text(Glyphs.UNICODE)).contains("█").doesNotContain("CUBIC, in segments");
  }

  @Test
  void lostSegmentIsRepeatedOnceSacksTellOfIt() {
    Page page = Runs.run("loss");
    assertThat(Runs.events(page))
        .containsSubsequence(
            "client ACK seq=1449 ack=1 len=1448 lost",
            "server ACK seq=1 ack=1449",
            "client ACK seq=1449 ack=1 len=1448",
            "server ACK seq=1 ack=8689");
    assertThat(page.text(Glyphs.UNICODE)).contains("ack=1449 sack=2897-4345");
  }
}
