package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.wire.PacketBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CapturedLinkTest {
  private static final LinkCapabilities LARGE = new LinkCapabilities(1500, 65_535, 65_535, true);
  private static final PcapngWriter.Origin ORIGIN =
      new PcapngWriter.Origin("a machine", "a system", "a program");
  /// 2026-01-01 UTC.
  private static final long EPOCH = 1_767_225_600_000_000_000L;
  private static final long SECOND = 1_000_000_000L;
  private static final int ACK_PSH = 0x18;

  private final Pipe.Ends pipe = Pipe.create(LARGE);
  private final PacketBuffer in = PacketBuffer.ofMaximumSize();
  private final List<String> failures = new ArrayList<>();
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private CapturedLink capture(OutputStream to) throws IOException {
    PcapngWriter writer = new PcapngWriter(to, ORIGIN, "sl0");
    return new CapturedLink(pipe.left(), writer, EPOCH, failures::add);
  }

  @Test
  void fileSaysWhoMadeItAndHowToReadIt() throws IOException {
    CapturedLink link = capture(file);
    link.send(Packets.tcp(true, 5, 0, ACK_PSH), 7);
    link.close();
    List<PcapngReader.Block> blocks = PcapngReader.blocks(file.toByteArray());
    assertThat(blocks).extracting(PcapngReader.Block::type).containsExactly(0x0a0d0d0a, 1, 6, 5);

    PcapngReader.Block section = blocks.getFirst();
    assertThat(section.i32(0)).isEqualTo(0x1a2b3c4d);
    assertThat(section.u16(4)).as("version 1.0").isEqualTo(1);
    assertThat(section.u16(6)).isZero();
    assertThat(text(section, 2)).isEqualTo("a machine");
    assertThat(text(section, 3)).isEqualTo("a system");
    assertThat(text(section, 4)).isEqualTo("a program");

    PcapngReader.Block device = blocks.get(1);
    assertThat(device.u16(0)).as("raw IP").isEqualTo(101);
    assertThat(device.i32(4)).as("no limit").isZero();
    assertThat(text(device, 2)).isEqualTo("sl0");
    assertThat(device.options().get(9)).containsExactly(9);

    PcapngReader.Block statistics = blocks.getLast();
    assertThat(statistics.time(4)).isEqualTo(EPOCH + 7);
    assertThat(statistics.options().get(4)).startsWith(1, 0);
  }

  private static String text(PcapngReader.Block block, int option) {
    return new String(block.options().get(option), StandardCharsets.UTF_8);
  }

  @Test
  void packetsCarryTimeAndDirectionAndTheLinkIsUntouched() throws IOException {
    CapturedLink link = capture(file);
    PacketBuffer sent = Packets.tcp(true, 5, 0, ACK_PSH);
    byte[] before = sent.toArray();
    link.send(sent, 1);
    assertThat(sent.toArray()).isEqualTo(before);
    assertThat(sent.checksum()).isEqualTo(PacketBuffer.Checksum.PARTIAL);
    pipe.right().send(Packets.tcp(false, 6, 0, ACK_PSH), 2);
    assertThat(link.receive(in, 5 * SECOND)).isTrue();
    assertThat(in.checksum()).isEqualTo(PacketBuffer.Checksum.VERIFIED);
    assertThat(link.receive(in, 5 * SECOND)).isFalse();
    link.close();

    List<PcapngReader.Packet> packets = PcapngReader.packets(file.toByteArray());
    assertThat(packets)
        .extracting(PcapngReader.Packet::nanos)
        .containsExactly(EPOCH + 1, EPOCH + 5 * SECOND);
    assertThat(packets).extracting(PcapngReader.Packet::flags).containsExactly(2, 1);
    PacketBuffer copy = PacketBuffer.ofMaximumSize();
    for (PcapngReader.Packet packet : packets) {
      copy.copyFrom(packet.octets());
      assertThat(Packets.hasGoodChecksum(copy)).isTrue();
    }
  }

  @Test
  void refusedPacketIsNotInTheFile() throws IOException {
    Pipe.Ends narrow = Pipe.create(LARGE, 1, 1);
    CapturedLink link = new CapturedLink(
        narrow.left(), new PcapngWriter(file, ORIGIN, "sl0"), EPOCH, failures::add);
    assertThat(link.send(Packets.tcp(true, 5, 0, ACK_PSH), 1)).isTrue();
    assertThat(link.send(Packets.tcp(true, 5, 0, ACK_PSH), 2)).isFalse();
    link.close();
    assertThat(PcapngReader.packets(file.toByteArray())).hasSize(1);
  }

  @Test
  void damageOnTheWayIsSeen() throws IOException {
    PacketBuffer damaged = Packets.tcp(true, 5, 0, ACK_PSH);
    new Segmentation().finishChecksum(damaged);
    damaged.u8(54, damaged.u8(54) ^ 1);
    CapturedLink link = capture(file);
    link.send(damaged, 0);
    link.close();
    assertThat(PcapngReader.packets(file.toByteArray()).getFirst().octets())
        .isEqualTo(damaged.toArray());
  }

  @Test
  void sameTrafficInVirtualTimeGivesTheSameFile() throws IOException {
    byte[][] files = new byte[2][];
    for (int run = 0; run < 2; run++) {
      file.reset();
      CapturedLink link = new CapturedLink(
          Pipe.create(LARGE).left(), new PcapngWriter(file, ORIGIN, "sl0"), EPOCH, failures::add);
      for (int i = 0; i < 100; i++) {
        link.send(Packets.tcp(i % 2 == 0, 100 * i, 536, ACK_PSH), i * SECOND);
      }
      link.close();
      files[run] = file.toByteArray();
    }
    assertThat(files[1]).isEqualTo(files[0]);
  }

  @Test
  void whatWasWrittenIsInTheFileAfterASecondOfTrafficOrBeforeALongSleep() throws IOException {
    CapturedLink link = capture(file);
    int empty = file.size();
    link.send(Packets.tcp(true, 5, 0, ACK_PSH), 0);
    link.receive(in, SECOND - 1);
    assertThat(file.size()).isEqualTo(empty);
    link.receive(in, SECOND);
    assertThat(PcapngReader.packets(file.toByteArray())).hasSize(1);

    link.send(Packets.tcp(true, 5, 0, ACK_PSH), SECOND);
    link.wakeup();
    link.await(Link.NEVER);
    assertThat(PcapngReader.packets(file.toByteArray())).hasSize(2);

    link.send(Packets.tcp(true, 5, 0, ACK_PSH), 2 * SECOND);
    link.send(Packets.tcp(true, 5, 0, ACK_PSH), 3 * SECOND);
    assertThat(PcapngReader.packets(file.toByteArray())).hasSize(4);
  }

  @Test
  void fullDiskEndsTheCaptureWithOneMessageAndNotTheLink() throws IOException {
    OutputStream disk = new OutputStream() {
      private int left = 500_000;

      @Override
      public void write(int b) {
        throw new AssertionError("octets are written in blocks");
      }

      @Override
      public void write(byte[] octets, int from, int length) throws IOException {
        left -= length;
        if (left < 0) {
          throw new IOException("No space left on device");
        }
      }
    };
    CapturedLink link = capture(disk);
    for (int i = 0; i < 1000; i++) {
      assertThat(link.send(Packets.tcp(true, 1400, 0, ACK_PSH), i)).isTrue();
      assertThat(pipe.right().receive(in, i)).isTrue();
    }
    link.close();
    assertThat(failures)
        .singleElement()
        .asString()
        .matches("the capture ended after \\d+ packets: No space left on device");
  }

  @Test
  void fileThatCannotBeMadeIsToldInOneLine(@TempDir Path directory) {
    Path missing = directory.resolve("no/such/file.pcapng");
    assertThatIOException()
        .isThrownBy(() -> CapturedLink.openFile(missing, "sl0"))
        .withMessage("cannot capture to " + missing + ": its directory does not exist");
    assertThatIOException()
        .isThrownBy(() -> CapturedLink.openFile(directory, "sl0"))
        .withMessageContaining("cannot capture to " + directory);
  }

  @Test
  void capturingAllocatesNothing() throws IOException {
    CapturedLink link = capture(OutputStream.nullOutputStream());
    PacketBuffer packet = Packets.tcp(true, 4000, 1448, ACK_PSH);
    long[] now = {0};
    assertThat(PipeTest.allocatedBy(() -> {
          now[0] += 1000;
          link.send(packet, now[0]);
          pipe.right().receive(in, now[0]);
        }))
        .isZero();
  }

  @Test
  void wiresharkFindsNothingToComplainAbout(@TempDir Path directory) throws Exception {
    assumeTrue(hasTshark(), "needs tshark");
    Path path = directory.resolve("a.pcapng");
    CapturedLink link =
        new CapturedLink(pipe.left(), CapturedLink.openFile(path, "sl0"), EPOCH, failures::add);
    for (int i = 0; i < 20; i++) {
      PacketBuffer packet = Packets.tcp(i % 2 == 0, 1000 * i, i % 3 == 0 ? 536 : 1428, ACK_PSH);
      assertThat(link.send(packet, i * 1000L)).isTrue();
      assertThat(pipe.right().send(packet, i * 1000L)).isTrue();
      assertThat(link.receive(in, i * 1000L)).isTrue();
    }
    link.close();
    int packets = PcapngReader.packets(Files.readAllBytes(path)).size();

    assertThat(tshark(path, "")).hasSize(packets);
    assertThat(tshark(path, "tcp.len > 1428 || ip.len > 1500")).isEmpty();
    assertThat(tshark(path, "_ws.malformed || _ws.expert.severity == error")).isEmpty();
    assertThat(tshark(path, "tcp.checksum.status != 1 || ip.checksum.status == 0"))
        .isEmpty();
    assertThat(tshark(path, "tcp.checksum.status == 1")).as("it was looked at").hasSize(packets);
    assertThat(tshark(path, "frame.time_epoch < 1767225600 || frame.time_epoch > 1767225601"))
        .isEmpty();
  }

  private static boolean hasTshark() {
    return Files.isExecutable(Path.of("/usr/bin/tshark"));
  }

  /// The lines that tshark prints of packets that pass a filter.
  private static List<String> tshark(Path file, String filter) throws Exception {
    List<String> command = List.of(
        "tshark",
        "-n",
        "-r",
        file.toString(),
        "-o",
        "tcp.check_checksum:TRUE",
        "-o",
        "ip.check_checksum:TRUE",
        "-Y",
        filter);
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return lines;
  }
}
