package dev.sluice.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Locale;
import java.util.Set;

/// Names say what a thing is.
final class Words {
  /// Words that fit everything and so say nothing.
  private static final Set<String> EMPTY_WORDS =
      Set.of("impl", "manager", "helper", "util", "utils", "common", "misc", "base");

  private Words() {}

  static ArchRule namesSaySomething(House house) {
    return classes()
        .that(house.outside())
        .should(new ArchCondition<JavaClass>("have no word of " + EMPTY_WORDS + " in their names") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            String name = type.getName().substring(house.root().length() + 1);
            if (hasEmptyWord(name)) {
              events.add(SimpleConditionEvent.violated(type, type.getName() + " says too little"));
            }
          }
        })
        .as("names say something");
  }

  /// Splits `tcp.util.RttBase` at dots, dollars and capitals.
  private static boolean hasEmptyWord(String name) {
    for (String word : name.split("[.$]|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", -1)) {
      if (EMPTY_WORDS.contains(word.toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }
}
