package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What cannot be done is said in one line that tells what to do.
class ErrorTest {
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  @RegisterExtension
  static final OnTun SLUICE = OnTun.with();

  @TempDir
  Path directory;

  @Test
  void missingPrivilegeIsOneLine() throws IOException {
    Machine.assumePrograms("setpriv");
    // nobody may not enter the directory of who runs the tests, so the jars go elsewhere
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Serve.jars(), "*.jar")) {
      for (Path jar : jars) {
        Files.copy(jar, directory.resolve(jar.getFileName()));
      }
    }
    List<String> command = new ArrayList<>(NOBODY);
    command.addAll(Serve.command(directory, serve("sl1")));
    String line = onlyLine(Child.start(Map.of(), command));
    assertThat(line).contains("needs root or CAP_NET_ADMIN", "sudo");
  }

  @Test
  void takenDeviceNameIsOneLine() {
    String line = onlyLine(SLUICE.serve().begin(serve(OnTun.DEVICE).toArray(String[]::new)));
    assertThat(line).contains(OnTun.DEVICE, "in use", "another name");
  }

  @Test
  void nameOfAnotherKindOfDeviceIsOneLine() {
    String line = onlyLine(SLUICE.serve().begin(serve("lo").toArray(String[]::new)));
    assertThat(line).contains("lo", "another name");
  }

  private static List<String> serve(String device) {
    return List.of("serve", "--tun", device, "--address", "198.18.7.2/24");
  }

  private static String onlyLine(Child child) {
    try (child) {
      child.closeInput();
      assertThat(child.awaitExit()).as("exit code of %s", child).isEqualTo(1);
      assertThat(child.lines()).hasSize(1);
      return child.text();
    }
  }
}
