package dev.sluice.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each rule about classes holds in the project, and finds the violation that was planted
/// for it.
class ClassRulesTest {
  private static final JavaClasses PROJECT = new ClassFileImporter()
      .withImportOption(ClassRulesTest::isProduct)
      .importPackages(House.SLUICE.root());

  private static final JavaClasses PLANTED =
      new ClassFileImporter().importPackages(House.PLANTED.root());

  /// The product's classes, not the tests'.
  private static boolean isProduct(Location location) {
    return !location.contains("/test-classes/");
  }

  /// A rule, and the planted classes that it must name.
  record Rule(String name, Function<House, ArchRule> of, List<String> culprits) {
    Rule(String name, Function<House, ArchRule> of, String... culprits) {
      this(name, of, List.of(culprits));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Rule> rules() {
    return Stream.of(
        new Rule("arrowsGoDown", Drawing::arrowsGoDown, "wire.KnowsTheEngine", "attic.InNoRoom"),
        new Rule("onlyJavaBase", Drawing::onlyJavaBase, "wire.UsesXml"),
        new Rule(
            "engineRoomsKnowOnlyRoomsBelow",
            Drawing::engineRoomsKnowOnlyRoomsBelow,
            "tcp.tcb.KnowsTheRoomAbove",
            "tcp.receive.KnowsItsNeighbour",
            "tcp.cellar.InNoEngineRoom"),
        new Rule(
            "roomsDoNotKnowTheConnection",
            Drawing::roomsDoNotKnowTheConnection,
            "tcp.listen.KnowsTheConnection"),
        new Rule("noCycles", Drawing::noCycles, "tcp.tcb.KnowsTheRoomAbove"),
        new Rule(
            "engineIsPure",
            Purity::engineIsPure,
            "tcp.send.HasEffects.startsThread",
            "tcp.send.HasEffects.locks",
            "tcp.send.HasEffects.guesses",
            "tcp.send.HasEffects.rolls",
            "tcp.send.HasEffects.connects",
            "tcp.send.HasEffects.knowsTheDate"),
        new Rule(
            "roomsKeepWhatTheyRemember",
            Sleep::roomsKeepWhatTheyRemember,
            "tcp.recovery.ForgetsInSleep.forgotten"),
        new Rule(
            "onlyTheDriverReadsTheClock",
            Purity::onlyTheDriverReadsTheClock,
            "stack.ReadsTheClock.nanos",
            "stack.ReadsTheClock.date",
            "stack.ReadsTheClock.viaClock"),
        new Rule(
            "locksOnlyInSocket",
            Purity::locksOnlyInSocket,
            "stack.Locks.lock",
            "stack.Locks.monitor"),
        new Rule("noSynchronizedMethods", Purity::noSynchronizedMethods, "stack.Locks.method"),
        new Rule(
            "nativeAccessOnlyInTun",
            Purity::nativeAccessOnlyInTun,
            "wire.GoesNative.linker",
            "wire.GoesNative.stretches",
            "wire.GoesNative.loads"),
        new Rule("noNativeMethods", Purity::noNativeMethods, "wire.GoesNative.jni"),
        new Rule("noStaticVariables", Purity::noStaticVariables, "wire.SharesState.count"),
        new Rule("onlyTheCommandPrints", Purity::onlyTheCommandPrints, "wire.Prints.hello"),
        new Rule("noLogging", Purity::noLogging, "wire.Logs"),
        new Rule(
            "namesSaySomething",
            Words::namesSaySomething,
            "wire.HeaderImpl",
            "wire.util.Anything",
            "wire.BaseHeader"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleHoldsInTheProject(Rule rule) {
    rule.of().apply(House.SLUICE).check(PROJECT);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleFindsWhatWasPlanted(Rule rule) {
    String prefix = House.PLANTED.root() + ".";
    assertThatThrownBy(() -> rule.of().apply(House.PLANTED).check(PLANTED))
        .isInstanceOf(AssertionError.class)
        .message()
        .satisfies(message -> {
          for (String culprit : rule.culprits()) {
            assertThat(message).contains(prefix + culprit);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleSparesTheInnocent(Rule rule) {
    assertThatThrownBy(() -> rule.of().apply(House.PLANTED).check(PLANTED))
        .hasMessageNotContaining("Innocent");
  }
}
