package dev.sluice.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which tests carry which ids: `@Tag("MUST-13")` on a test or its class, or a line
/// `// proves: MUST-13 SCENARIO-4` in a packetdrill script.
final class Proofs {
  /// A tag at the start of a line, for comments speak of tags as well.
  private static final Pattern TOKEN = Pattern.compile(
      "^ *@Tag\\(\"([A-Z]+-\\d+[a-z]?)\"\\)|\\bvoid (\\w+)\\(|\\b(?:class|record) (\\w+)",
      Pattern.MULTILINE);
  private static final Pattern PROVES = Pattern.compile("^// proves: (.+)$", Pattern.MULTILINE);

  private final Map<String, SortedSet<String>> tests = new TreeMap<>();

  /// Reads the tests of all modules below `root`.
  static Map<String, List<String>> below(Path root) throws IOException {
    Proofs proofs = new Proofs();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Proofs::isTest).sorted().toList()) {
        proofs.read(file.getFileName().toString(), Files.readString(file));
      }
    }
    Map<String, List<String>> result = new TreeMap<>();
    proofs.tests.forEach((id, names) -> result.put(id, new ArrayList<>(names)));
    return result;
  }

  private static boolean isTest(Path file) {
    String path = file.toString();
    return path.contains("/src/test/") && (path.endsWith(".java") || path.endsWith(".pkt"));
  }

  /// Reads one file.
  void read(String name, String text) {
    if (name.endsWith(".pkt")) {
      Matcher proves = PROVES.matcher(text);
      while (proves.find()) {
        for (String id : proves.group(1).trim().split("\\s+", -1)) {
          add(id, name);
        }
      }
      return;
    }
    List<String> pending = new ArrayList<>();
    String owner = name.substring(0, name.length() - ".java".length());
    Matcher token = TOKEN.matcher(text);
    while (token.find()) {
      if (token.group(1) != null) {
        pending.add(token.group(1));
        continue;
      }
      String method = token.group(2);
      for (String id : pending) {
        add(id, method == null ? owner : owner + "." + method);
      }
      pending.clear();
    }
  }

  private void add(String id, String test) {
    tests.computeIfAbsent(id, key -> new TreeSet<>()).add("`" + test + "`");
  }

  /// What was found so far.
  Map<String, SortedSet<String>> found() {
    return tests;
  }
}
