package dev.sluice.guard.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.sluice.link.PcapngWriter.Direction;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept of the packets around an alarm. The loop and the other thread are played
/// by one, so that every order of events is the test's own.
class AlarmCaptureTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int ENHANCED_PACKET = 6;

  @TempDir
  Path scratch;

  private final PacketMemory memory = new PacketMemory();
  private final PacketBuffer packet = new PacketBuffer(2_000);

  /// A packet in a file.
  private record Kept(int mark, int captured, int length, long epochNanos) {}

  private AlarmCapture capture(long maxBytes) {
    return new AlarmCapture(memory, new CaptureRing(scratch, "serve", maxBytes));
  }

  private void pass(int mark, int length, long nowNanos) {
    packet.reset(length);
    packet.i32(0, mark); // no IP version: nobody tries to finish its checksum
    memory.note(packet, Direction.INBOUND, nowNanos);
  }

  private static List<Kept> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Kept> kept = new ArrayList<>();
    while (in.hasRemaining()) {
      int start = in.position();
      int type = in.getInt(start);
      int length = in.getInt(start + 4);
      if (type == ENHANCED_PACKET) {
        long time = (long) in.getInt(start + 12) << 32 | (in.getInt(start + 16) & 0xffff_ffffL);
        int mark = Integer.reverseBytes(in.getInt(start + 28));
        kept.add(new Kept(mark, in.getInt(start + 20), in.getInt(start + 24), time));
      }
      in.position(start + length);
    }
    return kept;
  }

  private static List<Integer> marks(List<Kept> kept) {
    return kept.stream().map(Kept::mark).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      return files.sorted().toList();
    }
  }

  @Test
  void theFileHasWhatWasBeforeTheAlarmAndWhatCameAfter() throws IOException {
    AlarmCapture capture = capture(1 << 20);
    pass(1, 40, SECOND);
    pass(2, 1_500, 20 * SECOND);
    assertThat(memory.start(21 * SECOND)).isTrue();
    pass(3, 40, 21 * SECOND);
    capture.begin("scan-1", 21 * SECOND, 1_000 * SECOND);
    capture.work(21 * SECOND);
    pass(4, 40, 22 * SECOND);
    pass(5, 40, 27 * SECOND); // too late
    capture.work(27 * SECOND);

    assertThat(capture.file()).isEmpty();
    assertThat(files()).hasSize(1).first().satisfies(file -> {
      assertThat(file.getFileName()).hasToString("serve-scan-1.pcapng");
      assertThat(read(file))
          .containsExactly(
              new Kept(2, PacketMemory.SNAP, 1_500, 1_020 * SECOND),
              new Kept(3, 40, 40, 1_021 * SECOND),
              new Kept(4, 40, 40, 1_022 * SECOND));
    });
  }

  @Test
  void anAlarmDuringAnotherHasNoFileOfItsOwnAndTheNextOneHas() throws IOException {
    AlarmCapture capture = capture(1 << 20);
    assertThat(memory.start(SECOND)).isTrue();
    assertThat(memory.start(2 * SECOND)).isFalse();
    capture.begin("a", SECOND, 0);
    pass(1, 40, 2 * SECOND);
    capture.work(7 * SECOND);
    pass(2, 40, 8 * SECOND);
    assertThat(memory.start(9 * SECOND)).isTrue();
    capture.begin("b", 9 * SECOND, 0);
    capture.close();

    assertThat(marks(read(files().get(0)))).containsExactly(1);
    assertThat(marks(read(files().get(1)))).containsExactly(2);
  }

  @Test
  void onlyTheLastPacketsAreRemembered() throws IOException {
    AlarmCapture capture = capture(64 << 20);
    for (int i = 0; i < 3 * PacketMemory.PACKETS; i++) {
      pass(i, 40, SECOND + i);
    }
    assertThat(memory.start(2 * SECOND)).isTrue();
    capture.begin("a", 2 * SECOND, 0);
    capture.close();

    List<Integer> marks = marks(read(files().getFirst()));
    assertThat(marks).hasSize(PacketMemory.PACKETS);
    assertThat(marks.getFirst()).isEqualTo(2 * PacketMemory.PACKETS);
    assertThat(marks.getLast()).isEqualTo(3 * PacketMemory.PACKETS - 1);
  }

  @Test
  void whatTheDiskIsTooSlowForIsDroppedAndCounted() throws IOException {
    AlarmCapture capture = capture(64 << 20);
    assertThat(memory.start(SECOND)).isTrue();
    for (int i = 0; i < PacketMemory.PACKETS + 10; i++) {
      pass(i, 40, SECOND);
    }
    assertThat(memory.dropped()).isEqualTo(10);
    capture.begin("a", SECOND, 0);
    capture.work(SECOND);
    pass(99, 40, SECOND);
    capture.close();

    assertThat(memory.dropped()).isEqualTo(10);
    assertThat(marks(read(files().getFirst())))
        .hasSize(PacketMemory.PACKETS + 1)
        .endsWith(99);
  }

  @Test
  void aFileHasABound() throws IOException {
    AlarmCapture capture = capture(64 << 20);
    assertThat(memory.start(SECOND)).isTrue();
    capture.begin("a", SECOND, 0);
    for (int i = 0; i < 2 * PacketMemory.TAKEN_PACKETS; i++) {
      pass(i, 40, SECOND);
      if (i % 1_000 == 0) {
        capture.work(SECOND);
      }
    }
    capture.work(SECOND);

    assertThat(capture.file()).isEmpty();
    assertThat(read(files().getFirst())).hasSize(PacketMemory.TAKEN_PACKETS);
  }

  @Test
  void theOldestFilesGoWhenTheyAreTooManyOrTooLarge() throws IOException {
    CaptureRing many = new CaptureRing(scratch, "serve", 1 << 20);
    for (int i = 100; i < 100 + 2 * CaptureRing.MAX_FILES; i++) {
      Path file = many.next("x-" + i);
      Files.write(file, new byte[10]);
      Files.setLastModifiedTime(file, FileTime.fromMillis(i * 1_000L));
    }
    Files.write(scratch.resolve("other.txt"), new byte[10]);
    assertThat(files()).hasSize(CaptureRing.MAX_FILES + 1);
    assertThat(files().get(1).getFileName()).hasToString("serve-x-132.pcapng");

    new CaptureRing(scratch, "serve", 35).trim();
    assertThat(files().stream().map(file -> file.getFileName().toString()))
        .containsExactly(
            "other.txt", "serve-x-161.pcapng", "serve-x-162.pcapng", "serve-x-163.pcapng");
  }

  @Test
  void whereNothingCanBeWrittenTheMemoryRemembersAgain() throws IOException {
    Path file = Files.write(scratch.resolve("file"), new byte[1]);
    AlarmCapture capture =
        new AlarmCapture(memory, new CaptureRing(file.resolve("below"), "serve", 1 << 20));
    assertThat(memory.start(SECOND)).isTrue();

    assertThatThrownBy(() -> capture.begin("a", SECOND, 0)).isInstanceOf(IOException.class);
    assertThat(memory.isTaking()).isFalse();
    assertThat(memory.start(2 * SECOND)).isTrue();
  }

  @Test
  void rememberingAPacketAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 50_000; i++) {
      pass(i, 1_500, i);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 50_000; i++) {
      pass(i, 1_500, i);
    }
    assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 50_000).isZero();
  }
}
