package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each expectation is the line that tcpdump -n prints for the encoded packet.
final class SegmentTextTest {
  @Test
  void dataWithTimestamps() {
    Segment segment = Packets.segment(true);
    segment.flags = Flags.PSH | Flags.ACK;
    segment.seq = 1;
    segment.ack = 1;
    segment.window = 502;
    segment.hasTimestamps = true;
    segment.tsVal = 1;
    segment.tsEcr = 2;
    Packets.text(segment, new byte[5]);
    assertThat(SegmentText.of(segment))
        .isEqualTo("198.18.0.1.43210 > 198.18.0.2.7: Flags [P.], seq 1:6, ack 1, win 502, "
            + "options [nop,nop,TS val 1 ecr 2], length 5");
  }

  @Test
  void aSynOverIpv6() {
    Segment segment = Packets.segment(false);
    segment.flags = Flags.SYN | Flags.ECE | Flags.CWR;
    segment.seq = -1;
    segment.mss = 1440;
    segment.sackPermitted = true;
    segment.hasTimestamps = true;
    segment.tsVal = -2;
    segment.windowScale = 7;
    assertThat(SegmentText.relative(segment, -1, 0))
        .isEqualTo("fd5a::1.43210 > fd5a::2.7: Flags [SEW], seq 4294967295, win 65534, "
            + "options [mss 1440,sackOK,TS val 4294967294 ecr 0,nop,wscale 7], length 0");
  }

  @Test
  void relativeNumbersCountFromTheInitialOnes() {
    Segment segment = Packets.segment(true);
    segment.flags = Flags.ACK | Flags.URG;
    segment.seq = 105;
    segment.ack = 3;
    segment.urgentPointer = 9;
    segment.sackCount = 2;
    segment.sackLeft[0] = 10;
    segment.sackRight[0] = 20;
    segment.sackLeft[1] = 30;
    segment.sackRight[1] = 40;
    Packets.text(segment, new byte[10]);
    assertThat(SegmentText.relative(segment, 100, -2))
        .isEqualTo(
            "198.18.0.1.43210 > 198.18.0.2.7: Flags [.U], seq 5:15, ack 5, win 65534, urg 9, "
                + "options [nop,nop,sack 2 {12:22}{32:42}], length 10");
  }

  @ParameterizedTest
  @CsvSource({
    "0x000, none",
    "0x002, S",
    "0x012, S.",
    "0x010, .",
    "0x018, P.",
    "0x011, F.",
    "0x004, R",
    "0x014, R.",
    "0x019, FP.",
    "0x1ff, FSRP.UEWe",
    "0x1c2, SEWe",
  })
  void flagsAreLettersInTheirOrderOnTheWire(String bits, String letters) {
    assertThat(SegmentText.flags(Integer.decode(bits))).isEqualTo(letters);
  }

  @ParameterizedTest
  @CsvSource({"0x10, false", "0x11, true", "0x02, true", "0x04, true", "0x18, false"})
  void withoutTextOnlyControlBitsShowTheSequenceNumber(String bits, boolean shown) {
    Segment segment = Packets.segment(true);
    segment.flags = Integer.decode(bits);
    assertThat(SegmentText.of(segment).contains("seq ")).isEqualTo(shown);
  }
}
