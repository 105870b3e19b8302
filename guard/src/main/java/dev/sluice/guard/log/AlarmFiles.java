package dev.sluice.guard.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;

/// Where the log of a stack lies: `alarms-NAME.jsonl`, and what was put aside before as
/// `alarms-NAME.jsonl.1`, `.2` and so on, the highest number the oldest.
public final class AlarmFiles {
  private static final String PREFIX = "alarms-";
  private static final String SUFFIX = ".jsonl";

  private AlarmFiles() {}

  /// The file that is written to.
  public static Path current(Path directory, String stack) {
    return directory.resolve(PREFIX + stack + SUFFIX);
  }

  /// A file that was put aside.
  ///
  /// @param age 1 for the youngest
  public static Path aside(Path directory, String stack, int age) {
    return directory.resolve(PREFIX + stack + SUFFIX + "." + age);
  }

  /// The stacks that have a log in a directory, by name.
  ///
  /// @throws IOException if the directory cannot be read
  public static Set<String> stacks(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    if (!Files.isDirectory(directory)) {
      return names;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path file : files) {
        String text = String.valueOf(file.getFileName());
        int end = text.indexOf(SUFFIX);
        if (end > PREFIX.length()) {
          names.add(text.substring(PREFIX.length(), end));
        }
      }
    }
    return names;
  }

  /// Makes a directory that only its owner may enter: the addresses of peers are nobody
  /// else's business. One that exists stays as it is.
  ///
  /// @throws IOException if it cannot be made
  public static void make(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }
}
