package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line library in the format that the start-up cache takes.
class NewerClassFilesTest {
  @TempDir
  private Path folder;

  private static Path library() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(path -> path.getFileName().toString().startsWith("picocli-"))
        .findFirst()
        .orElseThrow();
  }

  private static int oldClasses(Path jar) throws IOException {
    int old = 0;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry :
          zip.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        byte[] content = zip.getInputStream(entry).readAllBytes();
        old += ClassFile.of().parse(content).majorVersion() < 50 ? 1 : 0;
      }
    }
    return old;
  }

  @Test
  void allClassesBecomeNewAndPassTheVerifier() throws Exception {
    Path jar = folder.resolve("newer.jar");
    NewerClassFiles.copy(library(), jar);
    assertThat(oldClasses(library())).isPositive();
    assertThat(oldClasses(jar)).isZero();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry :
          zip.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        byte[] content = zip.getInputStream(entry).readAllBytes();
        assertThat(ClassFile.of().verify(content)).as(entry.getName()).isEmpty();
      }
    }
  }

  @Test
  void theLibraryStillWorks() throws Exception {
    Path jar = folder.resolve("newer.jar");
    NewerClassFiles.copy(library(), jar);
    Path output = folder.resolve("output");
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xverify:all",
            "-cp",
            jar.toString(),
            "picocli.AutoComplete",
            "--help")
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
    assertThat(output).content().contains("Usage: picocli.AutoComplete");
  }
}
