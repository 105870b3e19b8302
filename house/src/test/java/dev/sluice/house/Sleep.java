package dev.sluice.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/// A connection that sleeps is made again from what its rooms have written down: a field
/// that a room forgets to write is lost.
final class Sleep {
  /// Fields that mean nothing while nothing is in flight and nothing waits, which is when
  /// a connection sleeps; and those that change when another connection moves in.
  private static final Set<String> MEANT_FOR_WHAT_IS_UNDER_WAY = Set.of(
      "tcp.Rooms.fastOpen",
      "tcp.Rooms.ground",
      "tcp.Rooms.tuple",
      "tcp.Rooms.sendBuffer",
      "tcp.Rooms.receiveBuffer",
      "tcp.Awake.variant",
      "tcp.receive.Reassembly.buffer",
      "tcp.receive.ReceiveTuning.buffer",
      "tcp.receive.ReceiveWindow.buffer",
      "tcp.send.Output.buffer",
      "tcp.send.Push.buffer",
      "tcp.congestion.DeliveryRate.deliveredNanos",
      "tcp.congestion.DeliveryRate.firstSentNanos",
      "tcp.congestion.DeliveryRate.changed",
      "tcp.receive.Reassembly.latestLeft",
      "tcp.receive.Reassembly.duplicateLeft",
      "tcp.receive.Reassembly.duplicateRight",
      "tcp.receive.Reassembly.holding",
      "tcp.receive.Reassembly.refused",
      "tcp.receive.Timestamps.roundEnd",
      "tcp.recovery.LossRecovery.state",
      "tcp.recovery.Rack.deliveredSerial",
      "tcp.send.Push.pushedCount",
      "tcp.tcb.Lifecycle.signals",
      "tcp.tcb.Lifecycle.rare");

  /// What others keep themselves in.
  private static final String ARCHIVE = "tcp.tcb.Archive";

  private Sleep() {}

  /// Every variable of a room that has a method `keep` is named in it.
  static ArchRule roomsKeepWhatTheyRemember(House house) {
    return classes()
        .that(house.in("tcp"))
        .should(new ArchCondition<>("keep all they remember while the connection sleeps") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            String name = type.getName().substring(house.root().length() + 1);
            if (!keeps(type) || name.equals(ARCHIVE)) {
              return;
            }
            for (JavaField field : type.getFields()) {
              boolean variable = !field.getModifiers().contains(JavaModifier.FINAL)
                  && !field.getModifiers().contains(JavaModifier.STATIC);
              boolean excused = MEANT_FOR_WHAT_IS_UNDER_WAY.contains(name + "." + field.getName());
              if (variable && !excused && !isKept(field)) {
                events.add(SimpleConditionEvent.violated(
                    field, field.getFullName() + " is lost in sleep: name it in keep"));
              }
            }
          }
        });
  }

  private static boolean keeps(JavaClass type) {
    return type.getMethods().stream().anyMatch(method -> isKeep(method.getName()));
  }

  private static boolean isKeep(String method) {
    return method.equals("keep") || method.equals("keepAvoidance");
  }

  private static boolean isKept(JavaField field) {
    return field.getAccessesToSelf().stream()
        .anyMatch(access -> isKeep(access.getOrigin().getName()));
  }
}
