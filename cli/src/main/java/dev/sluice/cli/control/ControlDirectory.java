package dev.sluice.cli.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The directory in which every running stack of a user has its control socket:
/// `$XDG_RUNTIME_DIR/sluice`, else `/tmp/sluice-UID`. Nobody else may enter it.
public final class ControlDirectory {
  private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(
      PosixFilePermission.OWNER_READ,
      PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_EXECUTE);
  private static final Set<PosixFilePermission> OWNER_SOCKET =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path path;

  /// @param path the directory; made when the first stack needs it
  public ControlDirectory(Path path) {
    this.path = path;
  }

  /// The one of the user who runs this process.
  public static ControlDirectory ofUser() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && runtime.startsWith("/")) {
      return new ControlDirectory(Path.of(runtime, "sluice"));
    }
    return new ControlDirectory(Path.of("/tmp", "sluice-" + userId()));
  }

  private static String userId() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return System.getProperty("user.name", "user");
    }
  }

  /// The directory.
  public Path path() {
    return path;
  }

  /// Where a new stack of this process puts its socket; the directory exists then.
  ///
  /// @throws IOException if the directory cannot be made, or belongs to somebody else
  public RunningStack claim(String name) throws IOException {
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(path);
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    }
    requireMineAlone();
    RunningStack stack = RunningStack.in(path, name, ProcessHandle.current().pid());
    Files.deleteIfExists(stack.socket());
    return stack;
  }

  /// Whoever may write here can pass off a socket of theirs as a stack of ours. A link is
  /// never ours: where it leads can be changed after this.
  private void requireMineAlone() throws IOException {
    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!owner.toString().equals(userId())
        || !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || !OWNER_ONLY.equals(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))) {
      throw new IOException(path + " is not mine alone: remove it, or set XDG_RUNTIME_DIR");
    }
  }

  /// Lets only the owner use a control socket that was just bound.
  static void protect(Path socket) throws IOException {
    Files.setPosixFilePermissions(socket, OWNER_SOCKET);
  }

  /// All stacks that run; what dead processes left behind is removed.
  ///
  /// @throws IOException if the directory cannot be read, or belongs to somebody else
  public List<RunningStack> running() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    requireMineAlone();
    List<RunningStack> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, RunningStack::isSocketFile)) {
      for (Path file : files) {
        try {
          open(file).close();
          found.add(RunningStack.of(file));
        } catch (ConnectException stale) {
          Files.deleteIfExists(file);
        } catch (NoSuchFileException gone) {
          // it ended while we looked
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    found.sort((a, b) -> Long.compare(a.pid(), b.pid()));
    return found;
  }

  /// The running stack a command means.
  ///
  /// @param wanted its name or process id, or null for the only one
  /// @throws NoStackException with one line for the person
  public RunningStack find(@Nullable String wanted) throws IOException, NoStackException {
    List<RunningStack> all = running();
    List<RunningStack> matching = wanted == null
        ? all
        : all.stream()
            .filter(s -> s.name().equals(wanted) || Long.toString(s.pid()).equals(wanted))
            .toList();
    if (matching.size() == 1) {
      return matching.getFirst();
    }
    if (all.isEmpty()) {
      throw new NoStackException(
          "no Sluice stack is running; start one with ./sluice serve" + hintOfRoot());
    }
    List<String> names = all.stream().map(RunningStack::toString).toList();
    throw new NoStackException(
        matching.isEmpty()
            ? "no Sluice stack is called '" + wanted + "'; running: " + String.join(", ", names)
            : "several Sluice stacks are running, choose one with --stack: "
                + String.join(", ", names));
  }

  private String hintOfRoot() {
    Path roots = Path.of("/tmp", "sluice-0");
    return !path.equals(roots) && Files.exists(roots) ? " (if root started it: use sudo)" : "";
  }

  private static SocketChannel open(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// A channel to a running stack.
  ///
  /// @throws IOException if it has ended meanwhile
  public static LineChannel connect(RunningStack stack) throws IOException {
    return new LineChannel(open(stack.socket()));
  }
}
