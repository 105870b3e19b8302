package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sluice.house.planted.Forgetful;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A test can fail: from each test method a call leads to an assertion, through whatever
/// methods of ours.
class TestRulesTest {
  private static final Set<String> TEST_ANNOTATIONS = Set.of(
      "org.junit.jupiter.api.Test",
      "org.junit.jupiter.api.RepeatedTest",
      "org.junit.jupiter.params.ParameterizedTest");

  @Test
  void everyTestOfTheProjectAsserts() throws IOException {
    List<Path> folders = ProjectFiles.testClassFolders();
    assertThat(folders.stream()
            .map(ProjectFiles.ROOT::relativize)
            .map(path -> path.getName(0).toString()))
        .as("modules whose tests were compiled in this build")
        .containsAll(ProjectFiles.modulesWithTests());
    folders.add(ProjectFiles.productClasses("sim"));
    JavaClasses project = new ClassFileImporter()
        .withImportOption(location -> !location.contains("/house/planted/"))
        .importPaths(folders);
    assertThat(withoutAssertion(project)).isEmpty();
  }

  @Test
  void plantedTestWithoutAssertionIsFound() {
    JavaClasses planted = new ClassFileImporter().importClasses(Forgetful.class);
    assertThat(withoutAssertion(planted)).hasSize(1).first().asString().contains("assertsNothing");
  }

  private static List<String> withoutAssertion(JavaClasses classes) {
    List<String> found = new ArrayList<>();
    for (JavaClass type : classes) {
      for (JavaCodeUnit method : type.getCodeUnits()) {
        if (isTest(method) && !asserts(method)) {
          found.add(method.getFullName());
        }
      }
    }
    return found;
  }

  private static boolean isTest(JavaCodeUnit method) {
    return method.getAnnotations().stream()
        .anyMatch(
            annotation -> TEST_ANNOTATIONS.contains(annotation.getRawType().getName()));
  }

  private static boolean asserts(JavaCodeUnit start) {
    Set<JavaCodeUnit> seen = new HashSet<>();
    Deque<JavaCodeUnit> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      JavaCodeUnit unit = open.pop();
      if (!seen.add(unit) || !isOurs(unit.getOwner())) {
        continue;
      }
      List<JavaCodeUnitAccess<?>> uses = uses(unit);
      if (uses.stream().anyMatch(use -> isAssertion(use.getTargetOwner()))) {
        return true;
      }
      uses.forEach(use ->
          use.getTarget().resolveMember().ifPresent(member -> open.push((JavaCodeUnit) member)));
    }
    return false;
  }

  /// What a method calls or refers to.
  private static List<JavaCodeUnitAccess<?>> uses(JavaCodeUnit unit) {
    List<JavaCodeUnitAccess<?>> uses = new ArrayList<>(unit.getCallsFromSelf());
    uses.addAll(unit.getCodeUnitReferencesFromSelf());
    return uses;
  }

  /// Tests, and the simulator, whose rules are there to be broken by tests. Not the
  /// rest of the product: an assertion somewhere below a call proves nothing.
  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith("dev.sluice.sim")
        || type.getSource()
            .filter(source -> source.getUri().toString().contains("test-classes"))
            .isPresent();
  }

  private static boolean isAssertion(JavaClass owner) {
    return owner.getPackageName().startsWith("org.assertj.")
        || owner.getName().startsWith("org.junit.jupiter.api.Assert")
        || owner.isAssignableTo(AssertionError.class)
        || owner.getName().equals("com.tngtech.archunit.lang.ArchRule")
        || owner.getPackageName().startsWith("org.awaitility");
  }
}
