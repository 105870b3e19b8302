package dev.sluice.guard.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the log of one stack: all there is, and then what is added.
///
/// Lines that are no alarms are left out and counted: half a line that a full disk left,
/// or an event that a newer version knows.
public final class AlarmReader {
  private final Path directory;
  private final String stack;
  /// The file that was read last, as the file system tells it apart, and how much of it.
  private @Nullable Object key;
  private int position;
  private boolean begun;
  private long skipped;

  /// @param directory where the log is
  /// @param stack whose log
  public AlarmReader(Path directory, String stack) {
    this.directory = directory;
    this.stack = stack;
  }

  /// The lines that were not given before, the oldest first.
  ///
  /// @throws IOException if a file is there and cannot be read
  public List<AlarmLine> read() throws IOException {
    List<AlarmLine> lines = new ArrayList<>();
    Path current = AlarmFiles.current(directory, stack);
    if (!begun) {
      for (int age = AlarmLog.ASIDE; age > 0; age--) {
        readFrom(AlarmFiles.aside(directory, stack, age), 0, lines);
      }
      begun = true;
    }
    Object now = keyOf(current);
    if (key != null && !Objects.equals(key, now)) {
      Path before = AlarmFiles.aside(directory, stack, 1);
      if (Objects.equals(key, keyOf(before))) {
        readFrom(before, position, lines);
      }
      position = 0;
    }
    key = now;
    position = readFrom(current, position, lines);
    return lines;
  }

  /// Lines that were left out so far.
  public long skipped() {
    return skipped;
  }

  private static @Nullable Object keyOf(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /// Reads whole lines.
  ///
  /// @return how far
  private int readFrom(Path file, int start, List<AlarmLine> lines) throws IOException {
    byte[] octets;
    try {
      octets = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
    int from = Math.min(start, octets.length);
    for (int i = from; i < octets.length; i++) {
      if (octets[i] == '\n') {
        add(new String(Arrays.copyOfRange(octets, from, i), StandardCharsets.UTF_8), lines);
        from = i + 1;
      }
    }
    return from;
  }

  private void add(String line, List<AlarmLine> lines) {
    try {
      lines.add(AlarmLine.parse(line));
    } catch (IllegalArgumentException e) {
      skipped++;
    }
  }
}
