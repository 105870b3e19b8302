package dev.sluice.lab;

import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Runs experiments as the command does, and reads what they say in JSON.
final class Runs {
  private Runs() {}

  static Experiment named(String name) {
    return Laboratory.experiments().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /// @param settings `name=value`
  static Page run(String name, String... settings) {
    return run(1, name, settings);
  }

  static Page run(long seed, String name, String... settings) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      given.put(parts[0], parts[1]);
    }
    Experiment experiment = named(name);
    return experiment.conduct().run(new Order(experiment, given, seed, true));
  }

  /// The events of the first diagram, as `client SYN seq=10`, `server LISTEN > CLOSED`.
  static List<String> events(Page page) {
    return events(part(page, "ladder"));
  }

  /// The events of a diagram.
  static List<String> events(Map<String, Object> ladder) {
    List<String> lines = new ArrayList<>();
    for (Map<?, ?> event : list(ladder, "events")) {
      String host = event.get("host") + " ";
      switch (String.valueOf(event.get("event"))) {
        case "sent" -> lines.add(host + segment(event));
        case "lost" -> lines.add(host + segment(event) + " lost");
        case "strayed" -> lines.add(host + "gets " + segment(event));
        case "state" -> lines.add(host + event.get("from") + " > " + event.get("to"));
        default -> {
          // arrivals, calls and remarks
        }
      }
    }
    return lines;
  }

  private static String segment(Map<?, ?> event) {
    StringBuilder text = new StringBuilder();
    ((List<?>) value(event, "flags"))
        .forEach(it -> text.append(text.isEmpty() ? "" : ",").append(it));
    text.append(" seq=").append(event.get("seq"));
    if (event.get("ack") != null) {
      text.append(" ack=").append(event.get("ack"));
    }
    if (!value(event, "len").equals(0)) {
      text.append(" len=").append(event.get("len"));
    }
    return text.toString();
  }

  /// The first part of a kind.
  static Map<String, Object> part(Page page, String kind) {
    return page.parts().stream()
        .map(it -> it.json())
        .filter(it -> kind.equals(it.get("kind")))
        .findFirst()
        .orElseThrow();
  }

  static List<Map<?, ?>> list(Map<?, ?> json, String field) {
    List<Map<?, ?>> maps = new ArrayList<>();
    ((List<?>) value(json, field)).forEach(it -> maps.add((Map<?, ?>) it));
    return maps;
  }

  /// A field that has to be there.
  static Object value(Map<?, ?> json, String field) {
    return Objects.requireNonNull(json.get(field), field);
  }

  /// A number that has to be there.
  static double number(Map<?, ?> json, String field) {
    return ((Number) value(json, field)).doubleValue();
  }
}
