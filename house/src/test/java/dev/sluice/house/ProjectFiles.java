package dev.sluice.house;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Where the project lies on this machine.
final class ProjectFiles {
  /// Where the classes of these tests are: `<root>/house/target/test-classes`, or deeper.
  private static final Path TEST_CLASSES = testClasses();

  /// The project's root directory.
  static final Path ROOT = root();

  private ProjectFiles() {}

  private static Path testClasses() {
    try {
      return Path.of(
          ProjectFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError("classes come from a directory", e);
    }
  }

  private static Path root() {
    for (Path folder = TEST_CLASSES; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("house/checkstyle.xml"))) {
        return folder;
      }
    }
    throw new AssertionError("these tests run where they were compiled");
  }

  /// The test classes of all modules, as the same build has made them.
  static List<Path> testClassFolders() throws IOException {
    Path below = ROOT.resolve("house").relativize(TEST_CLASSES);
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.sorted().toList()) {
        if (Files.isDirectory(module.resolve(below))) {
          folders.add(module.resolve(below));
        }
      }
    }
    return folders;
  }

  /// The product's classes of a module, as the same build has made them.
  static Path productClasses(String module) {
    Path below = ROOT.resolve("house").relativize(TEST_CLASSES.resolveSibling("classes"));
    return ROOT.resolve(module).resolve(below);
  }

  /// Modules that have tests.
  static List<String> modulesWithTests() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .filter(module -> Files.isDirectory(module.resolve("src/test/java")))
          .map(module -> module.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /// What decides how the project is compiled and started.
  static List<Path> buildFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : List.of("pom.xml", "sluice", ".mvn/jvm.config", "house/test.sh")) {
      files.add(ROOT.resolve(name));
    }
    try (Stream<Path> modules = Files.list(ROOT)) {
      modules.map(module -> module.resolve("pom.xml")).filter(Files::exists).forEach(files::add);
    }
    return files;
  }
}
