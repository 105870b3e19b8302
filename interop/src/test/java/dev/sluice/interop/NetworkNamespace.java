package dev.sluice.interop;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A network of a test's own, with nothing of this machine in reach.
///
/// It belongs to one thread, to the threads and processes that this one starts, and to
/// their sockets. With the last of them it is gone: nothing is left behind, not even by
/// a test run that was killed.
final class NetworkNamespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final Duration SHORT = Duration.ofSeconds(20);

  private final ExecutorService inside = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().name("namespace").daemon().factory());

  /// Makes one with its loopback up.
  static NetworkNamespace make() {
    NetworkNamespace namespace = new NetworkNamespace();
    namespace.call(
        () -> {
          unshare();
          return Child.run("ip", "link", "set", "lo", "up");
        },
        SHORT);
    return namespace;
  }

  /// Does something inside, and waits for it.
  <T> T call(Callable<T> action, Duration patience) {
    Future<T> result = inside.submit(action);
    try {
      return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (TimeoutException e) {
      result.cancel(true);
      throw new AssertionError("not done within " + patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof IOException e) {
      return new UncheckedIOException(e);
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  /// Sets a kernel parameter of the namespace that the calling thread is in.
  static void sysctl(String name, String value) {
    try {
      Files.writeString(Path.of("/proc/sys", name.split("\\.")), value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("restricted") // a system call that the JDK does not offer
  private static void unshare() {
    Linker linker = Linker.nativeLinker();
    MethodHandle unshare = linker.downcallHandle(
        linker.defaultLookup().findOrThrow("unshare"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try {
      if ((int) unshare.invokeExact(CLONE_NEWNET) != 0) {
        throw new AssertionError("the kernel makes no network namespace");
      }
    } catch (Throwable e) {
      throw e instanceof Error error ? error : new AssertionError(e);
    }
  }

  /// Ends the thread, and with it the namespace.
  @Override
  public void close() {
    inside.shutdownNow();
  }
}
