package dev.sluice.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/// Who may read the clock, lock, use native code, print.
final class Purity {
  /// Rooms that know the time only as an argument.
  private static final String[] TIMELESS_ROOMS = {
    "wire", "tcp", "link", "link.tun", "stack", "sim", "guard"
  };

  private static final Set<String> CLOCK_METHODS = Set.of(
      "java.lang.System.nanoTime",
      "java.lang.System.currentTimeMillis",
      "java.time.Instant.now",
      "java.time.LocalDateTime.now",
      "java.time.ZonedDateTime.now",
      "java.time.OffsetDateTime.now");

  /// `LockSupport` is not among them: it parks a thread and guards nothing.
  private static final Set<String> LOCKS = Set.of(
      "java.util.concurrent.locks.Lock",
      "java.util.concurrent.locks.ReentrantLock",
      "java.util.concurrent.locks.ReadWriteLock",
      "java.util.concurrent.locks.ReentrantReadWriteLock",
      "java.util.concurrent.locks.StampedLock",
      "java.util.concurrent.locks.Condition",
      "java.util.concurrent.locks.AbstractQueuedSynchronizer",
      "java.util.concurrent.Semaphore");

  private static final Set<String> NATIVE_TYPES = Set.of(
      "java.lang.foreign.Linker",
      "java.lang.foreign.SymbolLookup",
      "java.lang.foreign.FunctionDescriptor",
      "sun.misc.Unsafe",
      "jdk.internal.misc.Unsafe");

  private static final Set<String> NATIVE_METHODS = Set.of(
      "java.lang.foreign.MemorySegment.reinterpret",
      "java.lang.System.load",
      "java.lang.System.loadLibrary",
      "java.lang.Runtime.load",
      "java.lang.Runtime.loadLibrary");

  private Purity() {}

  /// The engine has no thread, lock, clock, randomness or I/O of its own. `onSpinWait` is
  /// no more than a hint to the processor: the one moment at which the two threads of a
  /// byte ring may meet is a matter of nanoseconds.
  static ArchRule engineIsPure(House house) {
    return noClasses()
        .that(house.in("tcp"))
        .should()
        .dependOnClassesThat(describe("have effects of their own", Purity::hasEffects))
        .orShould()
        .accessTargetWhere(accessTo(Set.of("java.lang.Math.random")))
        .orShould()
        .accessTargetWhere(describe(
            "its target is a thread",
            access -> access.getTargetOwner().isAssignableTo(Thread.class)
                && !access.getName().equals("onSpinWait")))
        .as("the engine has no thread, lock, clock, randomness or I/O");
  }

  private static boolean hasEffects(JavaClass type) {
    String room = type.getPackageName();
    return switch (room) {
      case "java.lang" ->
        Set.of("ThreadLocal", "Runtime", "Process", "ProcessBuilder")
            .contains(type.getSimpleName());
      case "java.util" ->
        Set.of("Random", "Timer", "UUID", "Scanner").contains(type.getSimpleName());
      case "java.util.concurrent.atomic" -> false;
      case "java.time" -> !type.getSimpleName().equals("Duration");
      default ->
        room.startsWith("java.util.concurrent")
            || room.startsWith("java.util.random")
            || room.startsWith("java.security")
            || room.startsWith("java.net")
            || room.startsWith("java.io")
            || room.startsWith("java.nio.channels")
            || room.startsWith("java.nio.file");
    };
  }

  /// Only the driver reads the clock, and the watchman, who compares clocks; everybody
  /// else below the sockets is told the time.
  static ArchRule onlyTheDriverReadsTheClock(House house) {
    return noClasses()
        .that(house.in(TIMELESS_ROOMS))
        .and(isNot(house.root() + ".stack.Driver"))
        .and(isNot(house.root() + ".guard.Watchman"))
        .should()
        .accessTargetWhere(accessTo(CLOCK_METHODS))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .as("below the sockets only the driver reads the clock");
  }

  /// Locks, and monitors as far as the class file's method flags show them; blocks are
  /// found by [SourceRules].
  static ArchRule locksOnlyInSocket(House house) {
    return noClasses()
        .that(house.outside("socket", "cli", "house"))
        .should()
        .dependOnClassesThat(describe("are locks", type -> LOCKS.contains(type.getName())))
        .orShould()
        .accessTargetWhere(accessTo(Set.of(
            "java.lang.Object.wait", "java.lang.Object.notify", "java.lang.Object.notifyAll")))
        .as("locks live in socket");
  }

  static ArchRule noSynchronizedMethods(House house) {
    return noMethods()
        .that()
        .areDeclaredInClassesThat(house.outside("socket", "cli", "house"))
        .should()
        .haveModifier(JavaModifier.SYNCHRONIZED)
        .as("no synchronized methods outside socket");
  }

  /// Native access is granted per module, and only this one asks for it.
  static ArchRule nativeAccessOnlyInTun(House house) {
    return noClasses()
        .that(house.outside("link.tun"))
        .should()
        .dependOnClassesThat(
            describe("give native access", type -> NATIVE_TYPES.contains(type.getName())))
        .orShould()
        .accessTargetWhere(accessTo(NATIVE_METHODS))
        .as("native access only in link.tun");
  }

  /// JNI is not used at all.
  static ArchRule noNativeMethods(House house) {
    return methods()
        .that()
        .areDeclaredInClassesThat(house.outside())
        .should()
        .notHaveModifier(JavaModifier.NATIVE)
        .as("no method is native");
  }

  /// Two stacks in one process share nothing that changes.
  static ArchRule noStaticVariables(House house) {
    return fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat(house.outside("cli", "house"))
        .should()
        .beFinal()
        .as("static fields are final");
  }

  /// Nobody prints but the command.
  static ArchRule onlyTheCommandPrints(House house) {
    return noClasses()
        .that(house.outside("cli", "bench", "house"))
        .should()
        .accessTargetWhere(accessTo(Set.of(
            "java.lang.System.out", "java.lang.System.err", "java.lang.Throwable.printStackTrace")))
        .as("only the command prints");
  }

  /// Whoever embeds Sluice logs as he likes: there are observers and counters, and for
  /// the death of a loop the JDK's own `System.Logger`.
  static ArchRule noLogging(House house) {
    return noClasses()
        .that(house.outside())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.util.logging..",
            "org.slf4j..",
            "org.apache.logging..",
            "org.apache.log4j..",
            "ch.qos.logback..")
        .as("no logging library");
  }

  private static DescribedPredicate<JavaClass> isNot(String className) {
    return describe("are not " + className, type -> !type.getName().equals(className));
  }

  /// Accesses to members, named with their owner.
  private static DescribedPredicate<JavaAccess<?>> accessTo(Set<String> members) {
    return describe(
        "its target is one of " + members,
        access -> members.contains(
            access.getTargetOwner().getName() + "." + access.getTarget().getName()));
  }
}
