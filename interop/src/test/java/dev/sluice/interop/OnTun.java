package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/// Gives a test class a network namespace with a `serve` on a TUN device in it, and runs
/// its tests inside. Without root, its tests are left out one by one, with the reason.
///
/// When a test fails, what `serve` said is shown with it. After the class, everything
/// that was started must have ended.
final class OnTun implements BeforeAllCallback, AfterAllCallback, InvocationInterceptor {
  static final String DEVICE = "sl0";
  private static final Duration TEST_PATIENCE = Duration.ofSeconds(100);

  private final List<String> options;
  private boolean isCaptured;
  private boolean hasFiles;
  private @Nullable Path scratch;
  private @Nullable NetworkNamespace namespace;
  private @Nullable Serve serve;

  private OnTun(List<String> options) {
    this.options = options;
  }

  /// With these options beside those of the device.
  static OnTun with(String... options) {
    return new OnTun(List.of(options));
  }

  /// Records all packets in [#capture].
  OnTun captured() {
    isCaptured = true;
    return this;
  }

  /// Serves the files in [#www] instead of the built-in page.
  OnTun withFiles() {
    hasFiles = true;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (!Machine.isAllowed()) {
      return;
    }
    scratch = Files.createTempDirectory("sluice-interop");
    namespace = NetworkNamespace.make();
    List<String> all = new ArrayList<>(deviceOptions());
    all.addAll(options);
    if (isCaptured) {
      all.addAll(List.of("--capture", capture().toString()));
    }
    if (hasFiles) {
      all.addAll(List.of("--www", Files.createDirectory(www()).toString()));
    }
    serve = namespace.call(() -> Serve.start(scratch(), all), Child.PATIENCE.multipliedBy(2));
  }

  static List<String> deviceOptions() {
    return List.of(
        "--tun", DEVICE,
        "--address", Family.V4.sluice + "/24",
        "--address6", Family.V6.sluice + "/64");
  }

  Serve serve() {
    if (serve == null) {
      throw new AssertionError("not started");
    }
    return serve;
  }

  /// A directory of the class's own.
  Path scratch() {
    if (scratch == null) {
      throw new AssertionError("not started");
    }
    return scratch;
  }

  /// Where the served files are.
  Path www() {
    return scratch().resolve("www");
  }

  /// The capture, complete once [Serve#stop] was called.
  Path capture() {
    return scratch().resolve("capture.pcapng");
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    runInside(invocation);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    runInside(invocation);
  }

  private void runInside(Invocation<@Nullable Void> invocation) throws Throwable {
    if (namespace == null) {
      invocation.skip();
      Machine.assumeAllowed();
      return;
    }
    try {
      namespace.call(() -> proceed(invocation), TEST_PATIENCE);
    } catch (AssertionError | RuntimeException e) {
      e.addSuppressed(new AssertionError("serve was " + serve().child()));
      throw e;
    }
  }

  private static boolean proceed(Invocation<@Nullable Void> invocation) throws Exception {
    try {
      invocation.proceed();
      return true;
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    NetworkNamespace ending = namespace;
    Serve running = serve;
    if (ending == null) {
      return;
    }
    try {
      if (running != null) {
        running.stop();
      }
    } finally {
      if (running != null) {
        running.close();
      }
      ending.close();
      delete(scratch());
    }
    assertNothingRuns();
  }

  /// All processes that tests have started have ended.
  static void assertNothingRuns() {
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
        .as("processes left behind")
        .isEmpty();
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
