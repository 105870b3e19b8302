package dev.sluice.guard.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes lines to the log of a stack, which never takes more than a bounded part of a
/// disk: a file that is full is put aside, and the oldest one goes.
///
/// The file is opened for each line, because lines are rare; so nothing is made before
/// there is something to write, and somebody may take the file away at any time.
public final class AlarmLog {
  /// A file is full with so many octets.
  public static final long MAX_BYTES = 1 << 20;
  /// Files that are put aside, at most.
  public static final int ASIDE = 4;

  private final Path directory;
  private final String stack;
  private final long maxBytes;

  /// @param directory made when the first line is written
  /// @param stack whose log it is
  public AlarmLog(Path directory, String stack) {
    this(directory, stack, MAX_BYTES);
  }

  AlarmLog(Path directory, String stack, long maxBytes) {
    this.directory = directory;
    this.stack = stack;
    this.maxBytes = maxBytes;
  }

  /// Appends a line.
  ///
  /// @throws IOException if it cannot be written
  public void write(AlarmLine line) throws IOException {
    AlarmFiles.make(directory);
    Path file = AlarmFiles.current(directory, stack);
    long size = Files.exists(file) ? Files.size(file) : 0;
    String text = (endsInHalfALine(file, size) ? "\n" : "") + line.toJson() + "\n";
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    if (size > 0 && size + octets.length > maxBytes) {
      putAside(file);
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer buffer = ByteBuffer.wrap(octets);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  /// Whether a full disk, or the end of a process, has cut off the last line: the next is
  /// not to be spoiled by it.
  private static boolean endsInHalfALine(Path file, long size) throws IOException {
    if (size == 0) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.read(last, size - 1) == 1 && last.get(0) != '\n';
    }
  }

  private void putAside(Path file) throws IOException {
    for (int age = ASIDE; age > 1; age--) {
      Path younger = AlarmFiles.aside(directory, stack, age - 1);
      if (Files.exists(younger)) {
        move(younger, AlarmFiles.aside(directory, stack, age));
      }
    }
    move(file, AlarmFiles.aside(directory, stack, 1));
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
  }
}
