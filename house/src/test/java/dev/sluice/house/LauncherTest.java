package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a project of its own, with JDKs and a Maven that only say that they
/// were called.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
  @TempDir
  private Path folder;

  private Path project;
  private Path userHome;
  private Path calls;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(folder.resolve("a project"));
    userHome = Files.createDirectories(folder.resolve("user"));
    calls = folder.resolve("maven-calls");
    Files.createDirectories(project.resolve("cli/src/main"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    Files.writeString(project.resolve("cli/pom.xml"), "<project/>");
    Files.copy(
        ProjectFiles.ROOT.resolve("sluice"),
        project.resolve("sluice"),
        StandardCopyOption.COPY_ATTRIBUTES);
    script(folder.resolve("bin/mvn"), """
        echo "$JAVA_HOME" >>"%s"
        mkdir -p cli/target/quick/dist/lib
        echo jar >cli/target/quick/dist/lib/a.jar
        """.formatted(calls));
  }

  private static void script(Path path, String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// A JDK whose `java` prints the arguments of Sluice, one a line, and which JDK it is
  /// of.
  private Path jdk(String place, String version) throws IOException {
    Path home = userHome.resolve(place);
    script(home.resolve("bin/javac"), "");
    script(home.resolve("bin/java"), """
        while [ $# -gt 0 ] && [ "$1" != -m ]; do shift; done
        [ $# -lt 2 ] || shift 2
        echo "java of %s"
        for argument; do echo "<$argument>"; done
        """.formatted(version));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    return home;
  }

  private record Said(int status, String out, String err) {}

  private Process start(Path name, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(name.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("SLUICE_JAVA_HOME");
    builder.environment().remove("SDKMAN_DIR");
    builder.environment().put("HOME", userHome.toString());
    builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Said said(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), out, err);
  }

  private Said run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return said(start(project.resolve("sluice"), environment, List.of(arguments)));
  }

  @Test
  void firstUseBuildsAndSaysSoAndTheNextJustRuns() throws Exception {
    jdk(".jdks/x", "99.0.1");
    Said first = run(Map.of(), "netstat", "-a");
    Said second = run(Map.of(), "netstat", "-a");
    assertThat(first.err()).contains("building Sluice (first use, about a minute) ...");
    assertThat(first.out()).isEqualTo("java of 99.0.1\n<netstat>\n<-a>\n");
    assertThat(second).isEqualTo(new Said(0, first.out(), ""));
    assertThat(calls).content().hasLineCount(1);
  }

  @Test
  void newerOrDeletedSourceBuildsAgain() throws Exception {
    jdk(".jdks/x", "99.0.1");
    run(Map.of(), "help");
    Path source = Files.writeString(project.resolve("cli/src/main/A.java"), "class A {}");
    assertThat(run(Map.of(), "help").err()).contains("sources have changed");
    Files.delete(source);
    assertThat(run(Map.of(), "help").err()).contains("sources have changed");
    assertThat(run(Map.of(), "help").err()).isEmpty();
  }

  @Test
  void argumentsArriveAsTheyWere() throws Exception {
    jdk(".jdks/x", "99.0.1");
    Said said = run(Map.of(), "serve", "--capture", "a file.pcapng", "", "*", "$HOME");
    assertThat(said.out())
        .isEqualTo("java of 99.0.1\n<serve>\n<--capture>\n<a file.pcapng>\n<>\n<*>\n<$HOME>\n");
  }

  @Test
  void linkToTheLauncherFindsTheProject() throws Exception {
    jdk(".jdks/x", "99.0.1");
    Path link = Files.createSymbolicLink(folder.resolve("relative"), Path.of("a project/sluice"));
    Path toLink = Files.createSymbolicLink(folder.resolve("absolute"), link);
    assertThat(said(start(toLink, Map.of(), List.of("help"))).out()).contains("<help>");
    assertThat(project.resolve("target/run/current")).exists();
  }

  @Test
  void newestJdkWinsByNumberNotByName() throws Exception {
    jdk(".jdks/a", "99.0.9");
    jdk(".sdkman/candidates/java/b", "99.0.10");
    jdk(".jdks/c", "99");
    assertThat(run(Map.of(), "help").out()).startsWith("java of 99.0.10\n");
  }

  @Test
  void environmentComesFirst() throws Exception {
    jdk(".jdks/newest", "99.0.1");
    String own = jdk("own", "98.0.1").toString();
    String java = jdk("java", "97.0.1").toString();
    Map<String, String> both = Map.of("SLUICE_JAVA_HOME", own, "JAVA_HOME", java);
    assertThat(run(both, "help").out()).startsWith("java of 98.0.1\n");
    assertThat(run(Map.of("JAVA_HOME", java), "help").out()).startsWith("java of 97.0.1\n");
  }

  @Test
  void oldJavaHomeIsPassedOverButAnOldSluiceJavaHomeIsAMistake() throws Exception {
    jdk(".jdks/newest", "99.0.1");
    String old = jdk("old", "1.8.0_402").toString();
    assertThat(run(Map.of("JAVA_HOME", old), "help").out()).startsWith("java of 99.0.1\n");
    assertThat(run(Map.of("SLUICE_JAVA_HOME", old), "help"))
        .isEqualTo(new Said(
            1, "", "sluice: SLUICE_JAVA_HOME is JDK 1.8.0_402, and Sluice needs 25 or later.\n"));
    assertThat(run(Map.of("SLUICE_JAVA_HOME", "/nowhere"), "help").err())
        .isEqualTo("sluice: SLUICE_JAVA_HOME is no JDK: /nowhere\n");
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    jdk(".jdks/x", "99.0.1");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(start(project.resolve("sluice"), Map.of(), List.of("help")));
    }
    for (Process process : processes) {
      assertThat(said(process).out()).isEqualTo("java of 99.0.1\n<help>\n");
    }
    assertThat(calls).content().hasLineCount(1);
  }

  @Test
  void lockOfAProcessThatIsGoneIsTakenOver() throws Exception {
    jdk(".jdks/x", "99.0.1");
    Path lock = Files.createDirectories(project.resolve("target/run/lock"));
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(lock.resolve("owner"), gone.pid() + "\n");
    assertThat(run(Map.of(), "help").out()).contains("<help>");
    assertThat(lock).doesNotExist();
  }

  @Test
  void failedBuildIsShownAndLeavesWhatWasThere() throws Exception {
    jdk(".jdks/x", "99.0.1");
    run(Map.of(), "help");
    script(folder.resolve("bin/mvn"), "echo 'A.java:1: no such thing'; exit 1");
    Files.writeString(project.resolve("cli/src/main/A.java"), "class A {}");
    Said said = run(Map.of(), "help");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.err()).contains("no such thing").endsWith("the build failed, see above.\n");
    assertThat(said.out()).isEmpty();
    assertThat(project.resolve("target/run/lock")).doesNotExist();
    assertThat(project.resolve("target/run/current")).hasContent("1");
  }
}
