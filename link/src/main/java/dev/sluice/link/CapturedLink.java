package dev.sluice.link;

import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A link that writes all that passes to a pcapng file, as it looks on a wire.
///
/// A segment that the wrapped link cuts or has merged is written as the packets that it
/// stands for, and an unfinished checksum is finished in the copy, so that Wireshark
/// finds nothing to complain about that is not really wrong. A checksum that is complete
/// is written as it is: damage on the way is seen.
///
/// The file grows at least once for each second of traffic, and at [#close]. When it
/// cannot be written any more (a full disk), the capture ends with one message and the
/// link goes on.
public final class CapturedLink implements Link {
  private static final long FLUSH_NANOS = 1_000_000_000;

  private final Link link;
  private final long epochOffsetNanos;
  private final Consumer<String> onFailure;
  private final Segmentation segmentation = new Segmentation();
  private final PacketBuffer piece = PacketBuffer.ofMaximumSize();

  /// Null once the capture has ended.
  private @Nullable PcapngWriter writer;
  /// Whether packets were written since the last flush, and when the first of them.
  private boolean isDirty;
  private long dirtySinceNanos;

  /// @param link what is wrapped; closed with this one
  /// @param writer where packets go; closed with this link
  /// @param epochOffsetNanos what to add to the driver's time for nanoseconds since
  ///     1970-01-01 UTC: the wall clock less the driver's clock when the capture starts,
  ///     or any fixed number in virtual time, so that runs give equal files
  /// @param onFailure is told in one line why the capture ended early
  public CapturedLink(
      Link link, PcapngWriter writer, long epochOffsetNanos, Consumer<String> onFailure) {
    this.link = link;
    this.writer = writer;
    this.epochOffsetNanos = epochOffsetNanos;
    this.onFailure = onFailure;
  }

  /// Starts a capture into a file, which is replaced if it exists.
  ///
  /// @param name what the link is called in the file
  /// @throws IOException with a message for the user if the file cannot be written
  public static PcapngWriter openFile(Path file, String name) throws IOException {
    try {
      return new PcapngWriter(Files.newOutputStream(file), PcapngWriter.Origin.here(), name);
    } catch (NoSuchFileException e) {
      throw new IOException("cannot capture to " + file + ": its directory does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IOException("cannot capture to " + file + ": permission denied", e);
    } catch (FileSystemException e) {
      throw new IOException("cannot capture to " + file + ": " + e.getReason(), e);
    }
  }

  @Override
  public LinkCapabilities capabilities() {
    return link.capabilities();
  }

  @Override
  public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
    if (link.receive(target, nowNanos)) {
      capture(target, PcapngWriter.Direction.INBOUND, nowNanos);
      return true;
    }
    flushIfDue(nowNanos);
    return false;
  }

  @Override
  public boolean send(PacketBuffer packet, long nowNanos) throws IOException {
    boolean isSent = link.send(packet, nowNanos);
    if (isSent) {
      capture(packet, PcapngWriter.Direction.OUTBOUND, nowNanos);
    }
    return isSent;
  }

  private void capture(PacketBuffer packet, PcapngWriter.Direction direction, long nowNanos) {
    PcapngWriter to = writer;
    if (to == null) {
      return;
    }
    try {
      segmentation.start(packet);
      while (segmentation.next(piece)) {
        to.write(piece, direction, epochOffsetNanos + nowNanos);
      }
    } catch (IOException e) {
      giveUp(e);
      return;
    }
    if (!isDirty) {
      isDirty = true;
      dirtySinceNanos = nowNanos;
    }
    flushIfDue(nowNanos);
  }

  private void flushIfDue(long nowNanos) {
    if (isDirty && nowNanos - dirtySinceNanos >= FLUSH_NANOS) {
      flush();
    }
  }

  private void flush() {
    PcapngWriter to = writer;
    if (to == null) {
      return;
    }
    isDirty = false;
    try {
      to.flush();
    } catch (IOException e) {
      giveUp(e);
    }
  }

  private void giveUp(IOException cause) {
    PcapngWriter broken = writer;
    writer = null;
    isDirty = false;
    if (broken == null) {
      return;
    }
    try (broken) {
      onFailure.accept(
          "the capture ended after " + broken.packets() + " packets: " + cause.getMessage());
    } catch (IOException again) {
      cause.addSuppressed(again); // the file was broken already, and that has been told
    }
  }

  @Override
  public long nextArrivalNanos() {
    return link.nextArrivalNanos();
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    if (isDirty && timeoutNanos >= FLUSH_NANOS) {
      flush();
    }
    link.await(timeoutNanos);
  }

  @Override
  public void wakeup() {
    link.wakeup();
  }

  @Override
  public void close() throws IOException {
    try (link) {
      PcapngWriter to = writer;
      writer = null;
      if (to != null) {
        closeCapture(to);
      }
    }
  }

  private void closeCapture(PcapngWriter to) {
    try {
      to.close();
    } catch (IOException e) {
      onFailure.accept("the capture could not be finished: " + e.getMessage());
    }
  }
}
