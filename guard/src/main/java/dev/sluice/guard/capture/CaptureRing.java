package dev.sluice.guard.capture;

import dev.sluice.guard.log.AlarmFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The capture files of a stack, of which the oldest go when they are too many or too
/// large.
public final class CaptureRing {
  /// Files, at most.
  public static final int MAX_FILES = 32;

  private static final String SUFFIX = ".pcapng";

  private final Path directory;
  private final String stack;
  private final long maxBytes;

  /// @param directory made when the first file is
  /// @param stack whose files they are
  /// @param maxBytes of all of them together; the youngest one may exceed it
  public CaptureRing(Path directory, String stack, long maxBytes) {
    this.directory = directory;
    this.stack = stack;
    this.maxBytes = maxBytes;
  }

  /// A file of one.
  private record Old(Path file, long bytes, long modifiedMillis) {}

  /// Where the next capture goes; makes room for it.
  ///
  /// @param name what tells it apart, such as `syn-flood-20261122T210500-3`
  /// @throws IOException if the directory cannot be made or read
  public Path next(String name) throws IOException {
    AlarmFiles.make(directory);
    trim(MAX_FILES - 1);
    return directory.resolve(stack + "-" + name + SUFFIX);
  }

  /// Removes the oldest until what is left is neither too many nor too large.
  ///
  /// @throws IOException if the directory cannot be read
  public void trim() throws IOException {
    trim(MAX_FILES);
  }

  private void trim(int most) throws IOException {
    List<Old> files = files();
    long bytes = files.stream().mapToLong(Old::bytes).sum();
    int count = files.size();
    for (Old old : files) {
      if (count <= most && (bytes <= maxBytes || count <= 1)) {
        return;
      }
      Files.deleteIfExists(old.file);
      bytes -= old.bytes;
      count--;
    }
  }

  /// The oldest first.
  private List<Old> files() throws IOException {
    List<Old> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, stack + "-*" + SUFFIX)) {
      for (Path file : all) {
        try {
          files.add(
              new Old(file, Files.size(file), Files.getLastModifiedTime(file).toMillis()));
        } catch (NoSuchFileException e) {
          // somebody else has removed it
        }
      }
    }
    files.sort(Comparator.comparingLong(Old::modifiedMillis).thenComparing(Old::file));
    return files;
  }
}
