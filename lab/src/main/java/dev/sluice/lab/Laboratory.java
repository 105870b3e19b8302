package dev.sluice.lab;

import dev.sluice.lab.flood.Floods;
import dev.sluice.lab.flood.PortScan;
import dev.sluice.lab.flood.Reflection;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.textbook.Closing;
import dev.sluice.lab.textbook.Congestion;
import dev.sluice.lab.textbook.Ending;
import dev.sluice.lab.textbook.Living;
import dev.sluice.lab.textbook.Opening;
import dev.sluice.lab.twoway.TwoWay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The catalogue: which experiments there are.
public final class Laboratory {
  private Laboratory() {}

  /// All experiments, in groups with a title each, in the order of a course.
  public static Map<String, List<Experiment>> groups() {
    Map<String, List<Experiment>> groups = new LinkedHashMap<>();
    groups.put("Opening", Opening.experiments());
    groups.put("Closing", Closing.experiments());
    groups.put("What remains", Ending.experiments());
    List<Experiment> living = new ArrayList<>(Living.experiments());
    living.addAll(Congestion.experiments());
    groups.put("While it stands", living);
    groups.put("Why it is so", TwoWay.experiments());
    groups.put("Attacks and defences", attacks());
    return groups;
  }

  private static List<Experiment> attacks() {
    List<Experiment> attacks = new ArrayList<>(Floods.experiments());
    attacks.addAll(Reflection.experiments());
    attacks.addAll(PortScan.experiments());
    return attacks;
  }

  /// All experiments in the same order.
  public static List<Experiment> experiments() {
    List<Experiment> all = new ArrayList<>();
    groups().values().forEach(all::addAll);
    return all;
  }
}
