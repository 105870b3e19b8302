package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TcpCodecTest {
  private static final int[] LENGTHS = {0, 1, 2, 7, 8, 536, 1459, 1460};

  /// Every mix of the five options that fits a segment of that kind.
  static Stream<Segment> everyOptionMix() {
    List<Segment> all = new ArrayList<>();
    for (int bits = 0; bits < 64; bits++) {
      Segment segment = Packets.segment((bits & 1) == 0);
      boolean syn = (bits & 2) != 0;
      segment.flags = syn ? Flags.SYN | Flags.AE | Flags.CWR | Flags.ECE : Flags.ACK | Flags.PSH;
      if ((bits & 4) != 0) {
        segment.hasTimestamps = true;
        segment.tsVal = 0x8000_0001;
        segment.tsEcr = 0x7fff_fffe;
      }
      int rest = bits >> 3;
      if (syn) {
        segment.mss = (rest & 1) != 0 ? 65_495 : Segment.ABSENT;
        segment.windowScale = (rest & 2) != 0 ? 14 : Segment.ABSENT;
        segment.sackPermitted = (rest & 4) != 0;
      } else {
        segment.sackCount = Math.min(rest, segment.hasTimestamps ? 3 : 4);
        for (int i = 0; i < segment.sackCount; i++) {
          segment.sackLeft[i] = -1000 * (i + 1);
          segment.sackRight[i] = -1000 * i;
        }
      }
      all.add(segment);
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everyOptionMix")
  void whatIsEncodedIsParsedAgain(Segment sent) {
    Random random = new Random(7);
    for (OptionLayout layout : OptionLayout.values()) {
      for (int length : LENGTHS) {
        byte[] text = Packets.random(random, length);
        Packets.text(sent, text);
        byte[] packet = Packets.encode(sent, layout);
        Segment received = new Segment();
        assertThat(Packets.parse(packet, received)).isEqualTo(DropReason.NONE);
        assertThat(fields(received)).isEqualTo(fields(sent));
        assertThat(Packets.textOf(received)).isEqualTo(text);
        assertThat(packet).hasSize(TcpCodec.headerLength(sent) + length);
      }
    }
  }

  private static List<Object> fields(Segment s) {
    return List.of(
        s.localTuple(),
        s.seq,
        s.ack,
        s.flags,
        s.window,
        s.urgentPointer,
        s.ttl,
        s.trafficClass,
        List.of(s.mss, s.windowScale, s.sackPermitted),
        List.of(s.hasTimestamps, s.tsVal, s.tsEcr),
        Arrays.stream(s.sackLeft, 0, s.sackCount).boxed().toList(),
        Arrays.stream(s.sackRight, 0, s.sackCount).boxed().toList());
  }

  // ---- the layouts, octet for octet

  @ParameterizedTest
  @CsvSource({
    "LINUX, mws,   020405b4 0402080a 00000001 00000002 01030307",
    "LINUX, mw-,   020405b4 0101080a 00000001 00000002 01030307",
    "LINUX, mws-,  020405b4 01010402 01030307",
    "LINUX, m,     020405b4",
    "LINUX, s-,    01010402",
    "FREEBSD, mws, 020405b4 01030307 0402080a 00000001 00000002",
    "FREEBSD, mw-, 020405b4 01030307 0101080a 00000001 00000002",
    "FREEBSD, mws-,020405b4 01030307 04020000",
    "FREEBSD, m,   020405b4",
    "FREEBSD, s-,  04020000",
  })
  @Tag("MUST-68")
  @Tag("MUST-69")
  void optionsOfASynLieAsInThatSystem(OptionLayout layout, String mix, String octets) {
    Segment syn = Packets.segment(true);
    syn.flags = Flags.SYN;
    syn.mss = mix.contains("m") ? 1460 : Segment.ABSENT;
    syn.windowScale = mix.contains("w") ? 7 : Segment.ABSENT;
    syn.sackPermitted = mix.contains("s");
    syn.hasTimestamps = mix.equals("mws") || mix.equals("mw-");
    syn.tsVal = 1;
    syn.tsEcr = 2;
    byte[] packet = Packets.encode(syn, layout);
    assertThat(Arrays.copyOfRange(packet, 40, packet.length)).isEqualTo(Packets.hex(octets));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LINUX", "FREEBSD"})
  void ofFourSackBlocksThreeFitBesideTimestamps(OptionLayout layout) {
    Segment ack = Packets.segment(true);
    ack.hasTimestamps = true;
    ack.sackCount = 4;
    for (int i = 0; i < 4; i++) {
      ack.sackLeft[i] = 2 * i;
      ack.sackRight[i] = 2 * i + 1;
    }
    assertThat(TcpCodec.optionsLength(ack)).isEqualTo(40);
    byte[] packet = Packets.encode(ack, layout);
    Segment received = new Segment();
    assertThat(Packets.parse(packet, received)).isEqualTo(DropReason.NONE);
    assertThat(received.sackCount).isEqualTo(3);
    assertThat(received.sackLeft).startsWith(0, 2, 4);
    assertThat(Arrays.copyOfRange(packet, 40, 44)).isEqualTo(Packets.hex("0101080a"));
    assertThat(Arrays.copyOfRange(packet, 52, 56)).isEqualTo(Packets.hex("0101051a"));
  }

  // ---- fast open, user timeout

  @ParameterizedTest
  @CsvSource({
    "LINUX,   mws, '',       020405b4 0402080a00000001 00000002 01030307 22020101",
    "LINUX,   m,   abcd1234, 020405b4 2206abcd1234 0101",
    "FREEBSD, mws, '',       020405b4 01030307 0402080a00000001 00000002 22020000",
    "FREEBSD, m,   abcd12345678, 020405b4 2208abcd12345678",
    "FREEBSD, s-,  abcd1234, 04020101 2206abcd1234 0000",
  })
  void fastOpenComesLast(OptionLayout layout, String mix, String cookie, String octets) {
    Segment syn = Packets.segment(true);
    syn.flags = Flags.SYN;
    syn.mss = mix.contains("m") ? 1460 : Segment.ABSENT;
    syn.windowScale = mix.contains("w") ? 7 : Segment.ABSENT;
    syn.sackPermitted = mix.contains("s");
    syn.hasTimestamps = mix.equals("mws");
    syn.tsVal = 1;
    syn.tsEcr = 2;
    cookie(syn, Packets.hex(cookie));
    byte[] packet = Packets.encode(syn, layout);
    assertThat(Arrays.copyOfRange(packet, 40, packet.length)).isEqualTo(Packets.hex(octets));
  }

  private static void cookie(Segment segment, byte[] octets) {
    segment.fastOpenLength = octets.length;
    System.arraycopy(octets, 0, segment.fastOpenCookie, 0, octets.length);
  }

  @ParameterizedTest
  @MethodSource("everyOptionMix")
  void fastOpenAndUserTimeoutLeaveTheOthersAsTheyAreAndFitIntoFortyOctets(Segment sent) {
    for (OptionLayout layout : OptionLayout.values()) {
      for (int length = 0; length <= Segment.MAX_COOKIE; length += length == 0 ? 4 : 2) {
        sent.flags |= Flags.SYN;
        cookie(sent, Packets.random(new Random(length), length));
        sent.fastOpenExperimental = length % 4 == 2;
        sent.userTimeout = 0x8001;
        assertThat(TcpCodec.optionsLength(sent)).isLessThanOrEqualTo(40);
        Segment received = new Segment();
        assertThat(Packets.parse(Packets.encode(sent, layout), received))
            .isEqualTo(DropReason.NONE);
        assertThat(received.mss).isEqualTo(sent.mss);
        assertThat(received.windowScale).isEqualTo(sent.windowScale);
        assertThat(received.sackPermitted).isEqualTo(sent.sackPermitted);
        assertThat(received.hasTimestamps).isEqualTo(sent.hasTimestamps);
        if (received.fastOpenLength != Segment.ABSENT) {
          assertThat(received.fastOpenLength).isEqualTo(length);
          assertThat(received.fastOpenExperimental).isEqualTo(sent.fastOpenExperimental);
          assertThat(Arrays.copyOf(received.fastOpenCookie, length))
              .isEqualTo(Arrays.copyOf(sent.fastOpenCookie, length));
        }
      }
    }
  }

  /// 4 + 4 + 12 + 20: everything a SYN may carry, and a cookie of 16 octets; a user
  /// timeout finds no more room.
  @ParameterizedTest
  @ValueSource(strings = {"LINUX", "FREEBSD"})
  void theLongestCookieFitsBesideAllOtherOptionsOfASyn(OptionLayout layout) {
    Segment syn = Packets.segment(true);
    syn.flags = Flags.SYN;
    syn.mss = 1460;
    syn.windowScale = 7;
    syn.sackPermitted = true;
    syn.hasTimestamps = true;
    syn.userTimeout = 30;
    cookie(syn, Packets.random(new Random(1), 16));
    assertThat(TcpCodec.optionsLength(syn)).isEqualTo(40);
    Segment received = new Segment();
    assertThat(Packets.parse(Packets.encode(syn, layout), received)).isEqualTo(DropReason.NONE);
    assertThat(received.fastOpenLength).isEqualTo(16);
    assertThat(received.fastOpenCookie).isEqualTo(syn.fastOpenCookie);
    assertThat(received.userTimeout).isEqualTo(Segment.ABSENT);
    cookie(syn, Packets.random(new Random(1), 12));
    assertThat(Packets.parse(Packets.encode(syn, layout), received)).isEqualTo(DropReason.NONE);
    assertThat(received.userTimeout).isEqualTo(30);
  }

  // ---- checksum

  /// By the RFC's own arithmetic, not by the code that verifies.
  @ParameterizedTest
  @MethodSource("everyOptionMix")
  @Tag("MUST-2")
  void everySegmentCarriesTheChecksumOfTheRfc(Segment sent) {
    Random random = new Random(2);
    int header = sent.isV4() ? 20 : 40;
    for (int length : LENGTHS) {
      Packets.text(sent, Packets.random(random, length));
      byte[] packet = Packets.encode(sent, OptionLayout.LINUX);
      byte[] addresses = Arrays.copyOfRange(packet, sent.isV4() ? 12 : 8, header);
      int rest = packet.length - header;
      ByteBuffer summed = ByteBuffer.allocate(addresses.length + 8 + rest);
      summed.put(addresses).putInt(rest).putInt(IpProtocol.TCP).put(packet, header, rest);
      assertThat(Packets.naiveSum(summed.array())).as("%d octets", length).isEqualTo(0xffff);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("MUST-3")
  void everySingleFlippedBitIsNoticed(boolean v4) {
    Segment sent = Packets.segment(v4);
    sent.hasTimestamps = true;
    Packets.text(sent, Packets.random(new Random(1), 33));
    byte[] packet = Packets.encode(sent, OptionLayout.LINUX);
    int header = v4 ? 20 : 40;
    Segment out = new Segment();
    for (int bit = header * 8; bit < packet.length * 8; bit++) {
      packet[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Packets.parse(packet, out))
          .as("bit %d", bit)
          .isIn(DropReason.TCP_CHECKSUM, DropReason.TCP_DATA_OFFSET);
      packet[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertThat(Packets.parse(packet, out)).isEqualTo(DropReason.NONE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("MUST-2")
  void aPartialChecksumIsTheFoldedPseudoHeader(boolean v4) {
    Segment sent = Packets.segment(v4);
    sent.segmentSize = 10;
    Packets.text(sent, new byte[100]);
    PacketBuffer out = PacketBuffer.ofMaximumSize();
    TcpCodec.encode(sent, OptionLayout.LINUX, true, out);
    int at = v4 ? 20 : 40;
    assertThat(out.checksum()).isEqualTo(PacketBuffer.Checksum.PARTIAL);
    assertThat(out.transportOffset()).isEqualTo(at);
    assertThat(out.segmentSize()).isEqualTo(10);
    // What a device does with it: the sum from the transport header on, inverted, is right.
    out.u16(at + 16, Checksum.ofSum(Checksum.sum(out, at, out.length() - at)));
    assertThat(out.toArray()).isEqualTo(Packets.encode(sent, OptionLayout.LINUX));
  }

  @ParameterizedTest
  @CsvSource({"COMPLETE, TCP_CHECKSUM", "PARTIAL, NONE", "VERIFIED, NONE"})
  void theChecksumIsVerifiedUnlessSomebodyVouchesForIt(
      PacketBuffer.Checksum state, DropReason verdict) {
    PacketBuffer packet = new PacketBuffer(100);
    packet.copyFrom(Packets.encode(Packets.segment(true), OptionLayout.LINUX));
    packet.u16(36, packet.u16(36) ^ 1);
    packet.checksum(state);
    assertThat(Packets.parse(packet, new Segment())).isEqualTo(verdict);
  }

  // ---- lengths

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("SCENARIO-38")
  @Tag("ATTACK-33")
  void aDataOffsetOutsideTheSegmentIsRefused(boolean v4) {
    Segment sent = Packets.segment(v4);
    Packets.text(sent, new byte[12]);
    byte[] packet = Packets.encode(sent, OptionLayout.LINUX);
    int at = (v4 ? 20 : 40) + 12;
    for (int offset = 0; offset < 16; offset++) {
      packet[at] = (byte) (offset << 4);
      DropReason expected =
          offset < 5 || offset > 8 ? DropReason.TCP_DATA_OFFSET : DropReason.TCP_CHECKSUM;
      DropReason verdict = Packets.parse(packet, new Segment());
      assertThat(verdict).isEqualTo(offset == 5 ? DropReason.NONE : expected);
    }
  }

  @Test
  void whereAndWhenItCameFromIsKept() {
    PacketBuffer packet = new PacketBuffer(100);
    packet.copyFrom(Packets.encode(Packets.segment(false), OptionLayout.LINUX));
    packet.arrivalNanos(42);
    packet.segmentSize(1400);
    Segment out = new Segment();
    assertThat(Packets.parse(packet, out)).isEqualTo(DropReason.NONE);
    assertThat(out.arrivalNanos).isEqualTo(42);
    assertThat(out.segmentSize).isEqualTo(1400);
    assertThat(out.source()).isEqualTo(Packets.CLIENT_V6);
    assertThat(out.destination()).isEqualTo(Packets.SERVER_V6);
  }
}
