package dev.sluice.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One source file, with comments and literals told apart from code.
///
/// @param path where it lies, with the module as its first name
/// @param text the whole of it
/// @param code the same with comments and literals blanked out, line by line the same
/// @param docs the documentation comments, each as its lines without the slashes
record Source(Path path, String text, String code, List<List<String>> docs) {
  /// Comments and literals. A text block comes before a string, because it begins like
  /// one.
  private static final Pattern NOT_CODE = Pattern.compile("""
          //[^\\n]*|/\\*[\\s\\S]*?\\*/|"{3}[\\s\\S]*?(?<!\\\\)"{3}\
          |"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)+'""");

  private static final Pattern NOT_NEWLINE = Pattern.compile("[^\\n]");

  static Source of(Path path, String text) {
    String code = NOT_CODE.matcher(text).replaceAll(match -> blank(match.group()));
    return new Source(path, text, code, docsIn(text));
  }

  private static String blank(String comment) {
    return NOT_NEWLINE.matcher(comment).replaceAll(" ");
  }

  private static List<List<String>> docsIn(String text) {
    List<List<String>> docs = new ArrayList<>();
    List<String> current = new ArrayList<>();
    boolean inTextBlock = false;
    for (String line : text.split("\n", -1)) {
      String stripped = line.strip();
      if (!inTextBlock && stripped.startsWith("///")) {
        current.add(stripped.substring(3).strip());
        continue;
      }
      if (!current.isEmpty()) {
        docs.add(current);
        current = new ArrayList<>();
      }
      int fences = (line.length() - line.replace("\"\"\"", "").length()) / 3;
      inTextBlock ^= fences % 2 == 1;
    }
    return docs;
  }

  boolean isTest() {
    String text = path.toString();
    return text.contains("src/test/") || text.contains("src/jmh/");
  }

  String module() {
    return path.getName(0).toString();
  }

  /// The number of the line that a position is in.
  int lineAt(int position) {
    return (int) text.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
  }

  /// All sources of the project, without the planted ones.
  static List<Source> ofProject(Path root) throws IOException {
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        if (Files.isDirectory(module.resolve("src"))) {
          addAll(root, module.resolve("src"), sources);
        }
      }
    }
    return sources;
  }

  private static void addAll(Path root, Path folder, List<Source> sources) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.toString();
        if (name.endsWith(".java") && !name.contains("/house/planted/")) {
          sources.add(of(root.relativize(file), Files.readString(file)));
        }
      }
    }
  }
}
