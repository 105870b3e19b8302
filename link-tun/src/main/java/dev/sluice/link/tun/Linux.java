package dev.sluice.link.tun;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The system calls, with the numbers that x86-64 and AArch64 share.
///
/// Every call returns its result, or the negated error number: -[#EAGAIN]. Memory is
/// passed as its address in a `long`, and the caller keeps it alive during the call.
@SuppressWarnings("restricted") // native access is what this class is for
final class Linux {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int EMFILE = 24;
  static final int EBADFD = 77;
  static final int EOPNOTSUPP = 95;
  static final int EAFNOSUPPORT = 97;
  static final int ENOBUFS = 105;

  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = O_NONBLOCK;
  static final int EFD_CLOEXEC = O_CLOEXEC;
  static final int SOCK_CLOEXEC = O_CLOEXEC;
  static final short POLLIN = 1;
  /// Octets of a device name with its final zero.
  static final int IFNAMSIZ = 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(2);
  private static final long ERRNO_OFFSET =
      Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPEN =
      handle("open", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT), VARIADIC);
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), VARIADIC);
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle WRITE =
      handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle READV =
      handle("readv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle WRITEV =
      handle("writev", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle PPOLL =
      handle("ppoll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle EVENTFD =
      handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SOCKET =
      handle("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle UNSHARE =
      handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle IF_NAMETOINDEX =
      handle("if_nametoindex", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
  private static final MethodHandle IF_INDEXTONAME =
      handle("if_indextoname", FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_LONG));
  private static final MethodHandle SIGNAL = LINKER.downcallHandle(
      LINKER.defaultLookup().findOrThrow("write"),
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle STRERROR = LINKER.downcallHandle(
      LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  /// Where calls on this object put the error number.
  private final MemorySegment errno = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());

  /// One object for each thread that calls.
  Linux() {}

  private static MethodHandle handle(
      String name, FunctionDescriptor shape, Linker.Option... options) {
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = ERRNO;
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, all);
  }

  private int negatedErrno() {
    return -errno.get(JAVA_INT, ERRNO_OFFSET);
  }

  private static AssertionError impossible(Throwable e) {
    return new AssertionError("a system call does not throw", e);
  }

  int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      int result = (int) OPEN.invokeExact(errno, arena.allocateFrom(path).address(), flags);
      return result < 0 ? negatedErrno() : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int close(int fd) {
    try {
      int result = (int) CLOSE.invokeExact(errno, fd);
      return result < 0 ? negatedErrno() : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int ioctl(int fd, long request, long argument) {
    try {
      int result = (int) IOCTL.invokeExact(errno, fd, request, argument);
      return result < 0 ? negatedErrno() : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int read(int fd, long address, long length) {
    try {
      long result = (long) READ.invokeExact(errno, fd, address, length);
      return result < 0 ? negatedErrno() : (int) result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int write(int fd, long address, long length) {
    try {
      long result = (long) WRITE.invokeExact(errno, fd, address, length);
      return result < 0 ? negatedErrno() : (int) result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// @param list address of [Pieces]
  int readv(int fd, long list, int count) {
    try {
      long result = (long) READV.invokeExact(errno, fd, list, count);
      return result < 0 ? negatedErrno() : (int) result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// @param list address of [Pieces]
  int writev(int fd, long list, int count) {
    try {
      long result = (long) WRITEV.invokeExact(errno, fd, list, count);
      return result < 0 ? negatedErrno() : (int) result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Adds the count at `address` to an event descriptor. From any thread; it cannot
  /// fail in a way that matters.
  static void signal(int fd, long address) {
    try {
      long ignored = (long) SIGNAL.invokeExact(fd, address, 8L);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// @param time address of a timespec, 0 for no limit
  int poll(long descriptors, long count, long time) {
    try {
      int result = (int) PPOLL.invokeExact(errno, descriptors, count, time, 0L);
      return result < 0 ? negatedErrno() : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int eventfd() {
    try {
      int result = (int) EVENTFD.invokeExact(errno, 0, EFD_NONBLOCK | EFD_CLOEXEC);
      return result < 0 ? negatedErrno() : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int unshare(int flags) {
    try {
      int result = (int) UNSHARE.invokeExact(errno, flags);
      return result < 0 ? negatedErrno() : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int socket(int domain, int type, int protocol) {
    try {
      int result = (int) SOCKET.invokeExact(errno, domain, type, protocol);
      return result < 0 ? negatedErrno() : result;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// The index of a network device in this thread's network namespace, 0 if there is
  /// none.
  int interfaceIndex(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) IF_NAMETOINDEX.invokeExact(errno, arena.allocateFrom(name).address());
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// The name of a network device in this thread's network namespace.
  String interfaceName(int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(IFNAMSIZ);
      MemorySegment found =
          (MemorySegment) IF_INDEXTONAME.invokeExact(errno, index, name.address());
      return found.address() == 0 ? "device " + index : name.getString(0);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// The system's words for an error number.
  static String describe(int errorNumber) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errorNumber);
      return text.reinterpret(256).getString(0) + " (errno " + errorNumber + ")";
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// A list of stretches of memory, `struct iovec` each.
  static final class Pieces {
    private static final int ENTRY = 16;

    private final MemorySegment memory;
    private int count;

    Pieces(int most) {
      memory = Arena.ofAuto().allocate((long) most * ENTRY, 8);
    }

    void clear() {
      count = 0;
    }

    void add(long address, int octets) {
      memory.set(JAVA_LONG, (long) count * ENTRY, address);
      memory.set(JAVA_LONG, (long) count * ENTRY + 8, octets);
      count++;
    }

    int count() {
      return count;
    }

    long address() {
      return memory.address();
    }
  }

  /// The memory of the two descriptors and the time that [#poll] takes.
  static final class PollSet {
    private static final int ENTRY = 8;
    private static final int EVENTS = 4;
    private static final int RETURNED = 6;
    private static final int TIME = 2 * ENTRY;
    private static final long SECOND = 1_000_000_000;

    private final MemorySegment memory = Arena.ofAuto().allocate(TIME + 16, 8);

    PollSet(int first, int second) {
      memory.set(JAVA_INT, 0, first);
      memory.set(JAVA_SHORT, EVENTS, POLLIN);
      memory.set(JAVA_INT, ENTRY, second);
      memory.set(JAVA_SHORT, ENTRY + EVENTS, POLLIN);
    }

    /// Sleeps until one of the two can be read.
    ///
    /// @param timeoutNanos [dev.sluice.link.Link#NEVER] for no limit
    int await(Linux linux, long timeoutNanos) {
      memory.set(JAVA_LONG, TIME, timeoutNanos / SECOND);
      memory.set(JAVA_LONG, TIME + 8, timeoutNanos % SECOND);
      boolean isEndless = timeoutNanos == dev.sluice.link.Link.NEVER;
      return linux.poll(memory.address(), 2, isEndless ? 0 : memory.address() + TIME);
    }

    /// Whether the last [#await] found something on the second one.
    boolean isSecondReady() {
      return memory.get(JAVA_SHORT, ENTRY + RETURNED) != 0;
    }
  }
}
