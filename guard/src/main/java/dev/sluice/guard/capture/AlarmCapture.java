package dev.sluice.guard.capture;

import dev.sluice.link.CapturedLink;
import dev.sluice.link.PcapngWriter;
import dev.sluice.link.Segmentation;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Brings what a memory holds of an alarm into a file. One thread, not the loop's.
public final class AlarmCapture implements AutoCloseable {
  private final PacketMemory memory;
  private final CaptureRing ring;
  private final PacketMemory.Taken taken = new PacketMemory.Taken();
  private final PacketBuffer whole = new PacketBuffer(PacketMemory.SNAP);
  private final Segmentation segmentation = new Segmentation();
  private @Nullable PcapngWriter writer;
  private String file = "";
  private long epochOffsetNanos;
  private long endsNanos;

  /// @param memory whose packets are written
  /// @param ring where
  public AlarmCapture(PacketMemory memory, CaptureRing ring) {
    this.memory = memory;
    this.ring = ring;
  }

  /// Begins a file for the alarm for which the memory was started.
  ///
  /// @param name tells it apart
  /// @param nowNanos the driver's clock
  /// @param epochOffsetNanos what to add to it for nanoseconds since 1970-01-01 UTC
  /// @throws IOException if it cannot be written; then the packets are given up
  public void begin(String name, long nowNanos, long epochOffsetNanos) throws IOException {
    this.epochOffsetNanos = epochOffsetNanos;
    endsNanos = nowNanos + PacketMemory.TAKEN_NANOS;
    try {
      Path path = ring.next(name);
      writer = CapturedLink.openFile(path, "sluice");
      file = path.toString();
    } catch (IOException e) {
      giveUp();
      throw e;
    }
  }

  /// The file that is being written, or an empty text.
  public String file() {
    return writer == null ? "" : file;
  }

  /// Writes what there is, and ends the file when the alarm's time is over.
  ///
  /// @param nowNanos the driver's clock
  /// @throws IOException if it cannot be written; then the rest is given up
  public void work(long nowNanos) throws IOException {
    PcapngWriter to = writer;
    if (to == null) {
      return;
    }
    try {
      if (nowNanos >= endsNanos) {
        memory.end(); // nothing passes any more that would tell it so
      }
      boolean last = memory.isEnding();
      writeAll(to);
      if (last) {
        writer = null;
        to.close();
        memory.finish();
        ring.trim();
      }
    } catch (IOException e) {
      giveUp();
      throw e;
    }
  }

  private void writeAll(PcapngWriter to) throws IOException {
    while (memory.poll(taken)) {
      long time = epochOffsetNanos + taken.nanos;
      if (taken.isCut()) {
        to.write(taken.packet, taken.length, taken.direction, time);
        continue;
      }
      segmentation.start(taken.packet);
      while (segmentation.next(whole)) {
        to.write(whole, taken.direction, time);
      }
    }
    to.flush();
  }

  /// Forgets what was for this alarm, so that the memory remembers again.
  private void giveUp() {
    writer = null;
    memory.end();
    while (memory.poll(taken)) {
      // nowhere to put it
    }
    if (memory.isEnding()) {
      memory.finish();
    }
  }

  /// Ends the file that is being written.
  @Override
  public void close() throws IOException {
    if (writer != null) {
      memory.end();
      work(endsNanos);
    }
  }
}
