package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Urgent data (RFC 9293 §3.8.5, RFC 6093).
@Tag("MUST-30")
class UrgentTest {
  private final Script s = new Script();

  private List<Long> positions() {
    List<Long> positions = new ArrayList<>();
    for (Event event : s.events) {
      if (event instanceof Event.Urgent urgent) {
        positions.add(urgent.position());
      }
    }
    return positions;
  }

  private Script markUrgent() {
    s.connection.markUrgent(s.now);
    return s.settle();
  }

  @Test
  @Tag("MUST-32")
  @Tag("MUST-33")
  @Tag("MUST-62")
  void theUserHearsOfEachAdvanceAndNotOfRepeats() {
    s.established().receive("UP. 1:10 ack 1 urg 5");
    assertThat(positions()).containsExactly(5L);
    assertThat(s.connection.urgentBytesLeft()).isEqualTo(5);
    s.receive("UP. 1:10 ack 1 urg 5").receive("UP. 1:10 ack 1 urg 4");
    assertThat(positions()).containsExactly(5L);
    s.receive("UP. 11:10 ack 1 urg 10");
    assertThat(positions()).containsExactly(5L, 20L);
    s.read(12);
    assertThat(s.connection.urgentBytesLeft()).isEqualTo(8);
    s.read(100);
    assertThat(s.connection.urgentBytesLeft()).isZero();
  }

  @Test
  @Tag("ATTACK-38")
  void urgentOctetsStayInLine() {
    s.established().receive("UP. 1:10 ack 1 urg 5");
    assertThat(s.read(100)).isEqualTo(10);
  }

  @Test
  void thePointerMayComeBeforeItsData() {
    s.established().receive("U. 1:0 ack 1 urg 1000").receive("U. 500:10 ack 1 urg 2000");
    assertThat(positions()).containsExactly(1_000L, 2_499L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UP. 1:10 ack 1 urg 0",
        "UP. 90000:10 ack 1 urg 5",
        "U 1:10 urg 5",
        "US 1:0 urg 5",
        "UP. 1:10 ack 77 urg 5"
      })
  @Tag("ATTACK-31")
  void whatNamesNothingOrIsNotAcceptableIsNotTold(String segment) {
    s.established().receive(segment).in(State.ESTABLISHED);
    assertThat(positions()).isEmpty();
  }

  @Test
  @Tag("ATTACK-31")
  void afterThePeersFinUrgencyIsIgnored() {
    s.to(State.CLOSE_WAIT).receive("U. 2:0 ack 1 urg 100");
    assertThat(positions()).isEmpty();
  }

  @Test
  @Tag("ATTACK-31")
  void aFinWithUrgentDataIsStillAFin() {
    s.established().receive("UFP. 1:10 ack 1 urg 10").in(State.CLOSE_WAIT);
    assertThat(positions()).containsExactly(10L);
  }

  @Test
  @Tag("MUST-62")
  void ourPointerNamesTheOctetAfterTheUrgentOnes() {
    s.options.noDelay = true;
    s.established().receive(". 1:0 ack 1 win 0").write(10);
    markUrgent().write(20);
    s.receive(". 1:0 ack 1 win 65535").expect("PU. 1:30 ack 1 win 65535 urg 10");
    s.write(5).expect("P. 31:5 ack 1 win 65535");
    s.after(200).expect("PU. 1:35 ack 1 win 65535 urg 10"); // the repeat says it again
    s.receive(". 1:0 ack 36").write(1).expect("P. 36:1 ack 1 win 65535");
  }

  @Test
  @Tag("MUST-31")
  void urgentDataMayBeOfAnyLength() {
    s.options.sendBufferBytes = 1 << 20;
    s.established();
    s.receive(". 1:0 ack 1 win 0").write(200_000);
    markUrgent().receive(". 1:0 ack 1 win 65535");
    List<String> sent = s.takeSent();
    assertThat(sent).isNotEmpty().allMatch(text -> text.endsWith(" urg 65535"));
    s.write(100);
    int at = 14_601;
    while (at < 200_001) {
      s.receive(". 1:0 ack " + at);
      for (String text : s.takeSent()) {
        int start = Integer.parseInt(text.replaceAll("^\\S+ (\\d+):.*", "$1"));
        String pointer = " urg " + Math.min(65_535, 200_001 - start);
        assertThat(text.endsWith(pointer)).as(text).isEqualTo(start < 200_001);
      }
      at += 1_460;
    }
    Script peer = new Script().established();
    for (int i = 0; i < 3; i++) {
      peer.receive("UP. " + (1 + i * 20_000) + ":1000 ack 1 urg 65535");
    }
    assertThat(peer.connection.urgentBytesLeft()).isEqualTo(105_535);
  }

  // ---- reading without the urgent octets, as BSD's sockets do

  private String others(Script script) {
    ByteBuffer target = ByteBuffer.allocate(100_000);
    int count = script.connection.readWithoutUrgent(target);
    script.connection.onApplicationProgress(script.now);
    script.settle();
    StringBuilder text = new StringBuilder().append(count);
    for (int i = 0, at = 0; i < Math.max(count, 0); i++, at++) {
      while (Script.octet(at) != target.get(i)) {
        text.append(" without ").append(at++);
        assertThat(at).isLessThan(200_000);
      }
    }
    return text.toString();
  }

  @Test
  void whoWantsThemOutOfLineDoesNotSeeTheOctetBeforeThePointer() {
    s.established().receive("UP. 1:10 ack 1 urg 5");
    assertThat(s.connection.readableWithoutUrgent()).isEqualTo(9);
    assertThat(others(s)).isEqualTo("9 without 4");
    assertThat(others(s)).isEqualTo("0");
  }

  @Test
  void aPointerBeyondItsDataWaitsForIt() {
    s.established().receive("UP. 1:10 ack 1 urg 12");
    assertThat(s.connection.readableWithoutUrgent()).isEqualTo(10);
    assertThat(others(s)).isEqualTo("10");
    assertThat(s.connection.urgentBytesLeft()).isEqualTo(2);
    s.receive(". 11:1 ack 1");
    assertThat(s.connection.readableWithoutUrgent()).isEqualTo(1);
    s.receive("P. 12:5 ack 1");
    assertThat(others(s)).startsWith("5");
  }

  /// An urgent octet that no read would ever get to must not keep the reader in a loop
  /// (CVE-2017-6214).
  @Test
  @Tag("ATTACK-38")
  void aPointerAtTheEndOfTheStreamOrBeyondItEndsInEndOfStream() {
    s.established().receive("UFP. 1:10 ack 1 urg 10").in(State.CLOSE_WAIT);
    assertThat(others(s)).isEqualTo("9");
    assertThat(others(s)).isEqualTo("-1");
    Script beyond = new Script().established().receive("UFP. 1:10 ack 1 urg 500");
    assertThat(others(beyond)).isEqualTo("10");
    assertThat(others(beyond)).isEqualTo("-1");
  }

  @Test
  void onlyAnUrgentOctetIsNothingToRead() {
    s.established().receive("UP. 1:1 ack 1 urg 1");
    assertThat(s.connection.readableWithoutUrgent()).isZero();
    assertThat(others(s)).isEqualTo("0");
    assertThat(s.connection.readableBytes()).isZero();
    s.receive("P. 2:3 ack 1");
    ByteBuffer target = ByteBuffer.allocate(10);
    assertThat(s.connection.readWithoutUrgent(target)).isEqualTo(3);
  }

  @Test
  void eachOfSeveralMarksIsLeftOut() {
    s.established();
    for (int i = 0; i < 4; i++) {
      s.receive("UP. " + (1 + 10 * i) + ":10 ack 1 urg 3");
    }
    assertThat(others(s)).isEqualTo("36 without 2 without 12 without 22 without 32");
  }

  /// A peer that calls every octet urgent costs no memory: of many marks the oldest are
  /// forgotten, and their octets stay in line.
  @Test
  @Tag("ATTACK-38")
  void marksAreBounded() {
    s.established();
    for (int i = 0; i < 100; i++) {
      s.receive("U. " + (1 + i) + ":1 ack 1 urg 1");
    }
    assertThat(others(s)).isEqualTo("84");
  }

  @Test
  void marksGoOnWhereSequenceNumbersWrap() {
    Script wrap = new Script().numbers(5, 0xffff_fff0).established();
    wrap.receive("UP. 1:10 ack 1 urg 20"); // the pointer lies behind the wrap
    wrap.receive("P. 11:30 ack 1");
    assertThat(others(wrap)).isEqualTo("39 without 19");
    assertThat(wrap.connection.urgentBytesLeft()).isZero();
  }

  @Test
  void anAnnouncedOctetIsUrgentInTheVerySegmentThatCarriesIt() {
    s.options.noDelay = true;
    s.established().write(10).expect("P. 1:10 ack 1 win 65535");
    s.connection.announceUrgent(1);
    s.write(1).expect("PU. 11:1 ack 1 win 65535 urg 1");
    s.write(10).expect("P. 12:10 ack 1 win 65535");
  }
}
