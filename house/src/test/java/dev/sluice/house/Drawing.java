package dev.sluice.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The drawing in `docs/architecture.md` as rules: who may know whom.
final class Drawing {
  private static final Set<String> ENGINE_AND_BELOW = Set.of("stack", "tcp", "link", "wire");

  /// For each room the rooms it may use.
  private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
      Map.entry("wire", Set.of()),
      Map.entry("tcp", Set.of("wire")),
      Map.entry("link", Set.of("wire")),
      Map.entry("link.tun", Set.of("link", "wire")),
      Map.entry("stack", Set.of("tcp", "link", "wire")),
      Map.entry("socket", ENGINE_AND_BELOW),
      Map.entry("sim", ENGINE_AND_BELOW),
      Map.entry("lab", Set.of("sim", "stack", "tcp", "link", "wire")),
      Map.entry("guard", ENGINE_AND_BELOW),
      Map.entry("packetdrill", Set.of("sim", "stack", "tcp", "link", "wire")),
      Map.entry("bench", Set.of("socket", "sim", "stack", "tcp", "link", "link.tun", "wire")),
      Map.entry(
          "cli",
          Set.of(
              "guard",
              "socket",
              "packetdrill",
              "lab",
              "sim",
              "stack",
              "tcp",
              "link",
              "link.tun",
              "wire")),
      Map.entry("house", Set.of()));

  /// Rooms that depend on nothing but `java.base`.
  private static final String[] PLAIN_ROOMS = {"wire", "tcp", "link", "link.tun", "stack"};

  /// The rooms of the engine from the bottom up; those in one line do not know each
  /// other.
  private static final List<Set<String>> ENGINE = List.of(
      Set.of("tcb"),
      Set.of("congestion", "ecn", "receive"),
      Set.of("recovery"),
      Set.of("send"),
      Set.of("handshake", "close"),
      Set.of("listen"),
      Set.of(""));

  private static final Set<String> JAVA_BASE = Object.class.getModule().getPackages();

  private Drawing() {}

  /// Arrows go down only. A room that the table above does not name is a violation, too.
  static ArchRule arrowsGoDown(House house) {
    return classes()
        .that(house.outside())
        .should(onlyUse("rooms below", (from, to) -> isArrow(house, from, to)))
        .as("arrows between the rooms go down only");
  }

  private static boolean isArrow(House house, JavaClass from, JavaClass to) {
    Optional<String> target = house.roomOf(to);
    if (target.isEmpty()) {
      return true;
    }
    String room = house.roomOf(from).orElseThrow();
    Set<String> allowed = MAY_USE.get(room);
    return allowed != null && (target.get().equals(room) || allowed.contains(target.get()));
  }

  /// `java.base`, and the annotations of JSpecify, which nobody needs to run.
  static ArchRule onlyJavaBase(House house) {
    return classes()
        .that(house.in(PLAIN_ROOMS))
        .should(onlyUse(
            "java.base",
            (from, to) -> house.roomOf(to).isPresent()
                || JAVA_BASE.contains(to.getPackageName())
                || to.getPackageName().equals("org.jspecify.annotations")))
        .as("the rooms from wire up to stack depend on java.base only");
  }

  /// `tcb <- {congestion, ecn, receive} <- recovery <- send <- {handshake, close} <-
  /// listen <- tcp`.
  static ArchRule engineRoomsKnowOnlyRoomsBelow(House house) {
    return classes()
        .that(house.in("tcp"))
        .should(onlyUse("engine rooms below", (from, to) -> isEngineArrow(house, from, to)))
        .as("a room of the engine knows only the rooms below it");
  }

  private static boolean isEngineArrow(House house, JavaClass from, JavaClass to) {
    if (!house.roomOf(to).equals(Optional.of("tcp"))
        || from.getPackageName().equals(to.getPackageName())) {
      return true;
    }
    int source = level(house, from);
    int target = level(house, to);
    return target >= 0 && target < source;
  }

  private static int level(House house, JavaClass type) {
    String engine = house.root() + ".tcp";
    String name = type.getPackageName();
    String room = name.equals(engine) ? "" : name.substring(engine.length() + 1);
    for (int i = 0; i < ENGINE.size(); i++) {
      if (ENGINE.get(i).contains(room)) {
        return i;
      }
    }
    return -1;
  }

  /// A room is built with the rooms below it and is told the rest as arguments.
  static ArchRule roomsDoNotKnowTheConnection(House house) {
    String connection = house.root() + ".tcp.Connection";
    return classes()
        .that(house.in("tcp"))
        .and()
        .resideOutsideOfPackage(house.root() + ".tcp")
        .should(onlyUse("no Connection", (from, to) -> !to.getName().equals(connection)))
        .as("rooms of the engine hold no reference to Connection");
  }

  /// Packages may not know each other in a circle, in whatever room.
  static ArchRule noCycles(House house) {
    return slices()
        .matching(house.root() + ".(**)")
        .should()
        .beFreeOfCycles()
        .as("packages do not know each other in a circle");
  }

  /// Whether one class may use another.
  private interface Arrow {
    boolean allowed(JavaClass from, JavaClass to);
  }

  private static ArchCondition<JavaClass> onlyUse(String what, Arrow arrow) {
    return new ArchCondition<>("use only " + what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!target.isPrimitive() && !arrow.allowed(type, target)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }
}
