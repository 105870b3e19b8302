package dev.sluice.house;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Optional;

/// A tree of packages with the rooms of Sluice in it: the project's own, or the one with
/// the planted violations.
///
/// @param root the package that the rooms are in, such as `dev.sluice`
record House(String root) {
  /// The project.
  static final House SLUICE = new House("dev.sluice");

  /// Where every rule is broken.
  static final House PLANTED = new House("dev.sluice.house.planted");

  /// The room of a class: the module it belongs to, `link.tun` as well as `link`.
  Optional<String> roomOf(JavaClass type) {
    String name = type.getPackageName();
    if (!isInside(name, root)) {
      return Optional.empty();
    }
    if (isInside(name, root + ".link.tun")) {
      return Optional.of("link.tun");
    }
    if (name.equals(root)) {
      return Optional.of("");
    }
    String below = name.substring(root.length() + 1);
    int dot = below.indexOf('.');
    return Optional.of(dot < 0 ? below : below.substring(0, dot));
  }

  private static boolean isInside(String packageName, String outer) {
    return packageName.equals(outer) || packageName.startsWith(outer + ".");
  }

  /// Classes of any of these rooms.
  DescribedPredicate<JavaClass> in(String... rooms) {
    return DescribedPredicate.describe(
        "are in " + String.join(", ", rooms),
        type -> roomOf(type).filter(Arrays.asList(rooms)::contains).isPresent());
  }

  /// Classes of all rooms but these.
  DescribedPredicate<JavaClass> outside(String... rooms) {
    return DescribedPredicate.describe(
        "are in no other room than " + String.join(", ", rooms),
        type ->
            roomOf(type).filter(room -> !Arrays.asList(rooms).contains(room)).isPresent());
  }

  /// Classes of this very package of the engine, such as `tcb`; the empty name is `tcp`
  /// itself.
  DescribedPredicate<JavaClass> inEngineRoom(String room) {
    String name = room.isEmpty() ? root + ".tcp" : root + ".tcp." + room;
    return DescribedPredicate.describe(
        "are in " + name, type -> type.getPackageName().equals(name));
  }
}
