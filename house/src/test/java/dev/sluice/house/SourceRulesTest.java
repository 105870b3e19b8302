package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/// Each rule of style holds in all sources, and finds what is planted for it.
class SourceRulesTest {
  private static final List<Source> PROJECT = project();

  private static List<Source> project() {
    try {
      return Source.ofProject(ProjectFiles.ROOT);
    } catch (IOException e) {
      throw new AssertionError("sources cannot be read", e);
    }
  }

  static final List<Arguments> PLANTED = List.of(
      Arguments.of(
          SourceRules.SPEC_IS_LAST,
          "/// A rule.\n///\n/// @spec x\n/// @param a one\nclass A {}",
          "/// A rule.\n///\n/// @param a one\n/// @spec x\n/// @spec y\nclass A {}"),
      Arguments.of(
          SourceRules.DOCS_ARE_MARKDOWN,
          "/** Old. */\nclass A {}",
          "/// New, with `/**` and \"x\".\nclass A { String s = \"/** no */\"; }"),
      Arguments.of(
          SourceRules.DOCS_ARE_MARKDOWN,
          "/// Says <p> and {@link X}.\nclass A {}",
          "/// Says `<p>`, a < b and [X].\nclass A {}"),
      Arguments.of(
          SourceRules.DOC_LINES_ARE_SHORT,
          "/// " + "x".repeat(87) + "\nclass A {}",
          "/// " + "x".repeat(86) + "\nclass A {}"),
      Arguments.of(
          SourceRules.NO_DRAFTS_CITED,
          "/// As draft-ietf-tcpm-accecn says.\nclass A {}",
          "/// As RFC 9293 says; drafty-places.\nclass A {}"),
      Arguments.of(
          SourceRules.TYPES_ARE_DOCUMENTED,
          "package a;\n\n@Deprecated\npublic final class A {}",
          "package a;\n\n/// Something.\n@B(c = {\n  \"(d\", @E(f)})\n@G\npublic final class A {}"),
      Arguments.of(
          SourceRules.NO_MONITORS_OUTSIDE_SOCKET,
          "class A { void a() { synchronized (this) { } } }",
          "class A { /* synchronized */ String s = \"synchronized\"; }"),
      Arguments.of(
          SourceRules.DISABLED_TESTS_SAY_WHY,
          "class A { @Disabled void a() {} }",
          "class A { @Disabled(\"until x\") void a() {} }"));

  @ParameterizedTest
  @FieldSource("PLANTED")
  void ruleFindsWhatWasPlantedAndNothingElse(SourceRules rule, String bad, String good) {
    assertThat(check(rule, "wire/src/main/java/a/A.java", bad)).isNotEmpty();
    assertThat(check(rule, "wire/src/main/java/a/A.java", good)).isEmpty();
  }

  static final List<Arguments> PLANTED_IN_TESTS = List.of(
      Arguments.of(SourceRules.TESTS_DO_NOT_SLEEP, "class A { void a() { Thread.sleep(1); } }"),
      Arguments.of(
          SourceRules.TESTS_DO_NOT_SLEEP, "class A { void a() { TimeUnit.SECONDS.sleep(1); } }"),
      Arguments.of(
          SourceRules.TESTS_USE_NO_MOCKS_AND_NO_REFLECTION,
          "import org.mockito.Mockito;\nclass A {}"),
      Arguments.of(
          SourceRules.TESTS_USE_NO_MOCKS_AND_NO_REFLECTION,
          "class A { Object a() { return B.class.getDeclaredField(\"x\"); } }"));

  @ParameterizedTest
  @FieldSource("PLANTED_IN_TESTS")
  void ruleFindsWhatWasPlantedInTests(SourceRules rule, String bad) {
    assertThat(check(rule, "wire/src/test/java/a/ATest.java", bad)).isNotEmpty();
    assertThat(check(rule, "wire/src/main/java/a/A.java", bad)).isEmpty();
  }

  @Test
  void packagePageWithoutNullMarkedIsFound() {
    String page = "/// A page.\n@NullMarked\npackage a;";
    String path = "wire/src/main/java/a/package-info.java";
    assertThat(check(SourceRules.PACKAGES_INTRODUCE_THEMSELVES, path, page)).isEmpty();
    assertThat(check(SourceRules.PACKAGES_INTRODUCE_THEMSELVES, path, "package a;"))
        .isNotEmpty();
  }

  private static List<String> check(SourceRules rule, String path, String text) {
    List<String> wrong = new ArrayList<>();
    rule.check(Source.of(Path.of(path), text), wrong);
    return wrong;
  }

  @ParameterizedTest
  @EnumSource
  void ruleHoldsInTheProject(SourceRules rule) {
    List<String> wrong = new ArrayList<>();
    PROJECT.forEach(source -> rule.check(source, wrong));
    assertThat(wrong).isEmpty();
  }

  @Test
  void nothingStandsTooDeep() {
    assertThat(Nesting.check(PROJECT)).isEmpty();
  }

  @Test
  void whatStandsTooDeepIsFoundAndNothingElse() {
    Path path = Path.of("wire/src/main/java/a/A.java");
    String three = "for (;;) { if (x) { } else if (y) { } else if (z) { try { %s } finally { } } }";
    String type = "class A { void a() { " + three + " } }";
    List<Source> deep = List.of(Source.of(path, type.formatted("while (q) { }")));
    List<Source> shallow = List.of(
        Source.of(path, type.formatted("Runnable r = () -> { if (p) { while (q) { } } };")));
    assertThat(Nesting.check(deep)).hasSize(1);
    assertThat(Nesting.check(shallow)).isEmpty();
  }

  @Test
  void everyPackageOfTheProductHasAPage() {
    List<Path> pages = PROJECT.stream()
        .filter(source -> source.path().endsWith("package-info.java"))
        .map(source -> source.path().getParent())
        .toList();
    List<Path> packages = PROJECT.stream()
        .filter(source -> !source.isTest() && !source.path().endsWith("module-info.java"))
        .map(source -> source.path().getParent())
        .distinct()
        .toList();
    assertThat(packages).isNotEmpty().isSubsetOf(pages);
  }

  @Test
  void nobodyAsksForPreviewFeatures() throws IOException {
    assertThat(ProjectFiles.buildFiles())
        .allSatisfy(file -> assertThat(file).content().doesNotContain("--enable-preview"));
  }
}
