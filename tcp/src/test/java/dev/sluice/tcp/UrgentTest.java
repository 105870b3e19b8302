package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
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
}
