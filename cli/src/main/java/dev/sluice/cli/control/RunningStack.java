package dev.sluice.cli.control;

import java.nio.file.Path;

/// A `serve` that runs, as its control socket's file name tells.
///
/// @param name its name, `serve` if it was given none
/// @param pid its process id
/// @param socket the control socket
public record RunningStack(String name, long pid, Path socket) {
  private static final String SUFFIX = ".sock";
  private static final int MAX_NAME = 32;

  /// Where the control socket of a stack lies.
  static RunningStack in(Path directory, String name, long pid) {
    return new RunningStack(name, pid, directory.resolve(name + "-" + pid + SUFFIX));
  }

  /// Whether a name is one: letters, digits and `_`, at most 32.
  public static boolean isName(String name) {
    boolean good = !name.isEmpty() && name.length() <= MAX_NAME;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      good &= c == '_' || isIn(c, '0', '9') || isIn(c, 'a', 'z') || isIn(c, 'A', 'Z');
    }
    return good;
  }

  private static boolean isIn(char c, char first, char last) {
    return c >= first && c <= last;
  }

  static boolean isSocketFile(Path file) {
    String text = String.valueOf(file.getFileName());
    int dash = text.lastIndexOf('-');
    return text.endsWith(SUFFIX)
        && dash > 0
        && isName(text.substring(0, dash))
        && pidIn(text, dash) > 0;
  }

  private static long pidIn(String text, int dash) {
    long pid = 0;
    for (int i = dash + 1; i < text.length() - SUFFIX.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || pid > Integer.MAX_VALUE) {
        return -1;
      }
      pid = pid * 10 + digit;
    }
    return pid;
  }

  static RunningStack of(Path file) {
    String text = String.valueOf(file.getFileName());
    int dash = text.lastIndexOf('-');
    return new RunningStack(text.substring(0, dash), pidIn(text, dash), file);
  }

  @Override
  public String toString() {
    return name + " (process " + pid + ")";
  }
}
