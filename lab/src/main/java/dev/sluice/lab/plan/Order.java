package dev.sluice.lab.plan;

import dev.sluice.lab.page.Page;
import dev.sluice.lab.page.Part;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One run of an experiment that somebody wants: its settings and its seed.
public final class Order {
  private final Experiment experiment;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final long seed;
  private final boolean capture;

  /// @param given values by the names of settings; those left out have their usual ones
  /// @param seed what everything random comes from
  /// @param capture whether packets are kept for a file
  /// @throws OrderException for a setting that the experiment does not have
  public Order(Experiment experiment, Map<String, String> given, long seed, boolean capture) {
    this.experiment = experiment;
    this.seed = seed;
    this.capture = capture;
    for (Setting setting : experiment.settings()) {
      values.put(setting.name(), setting.usual());
    }
    given.forEach((name, value) -> {
      if (values.replace(name, value) == null) {
        throw new OrderException(experiment.name() + " has no setting --" + name);
      }
    });
  }

  /// What everything random comes from.
  public long seed() {
    return seed;
  }

  /// Whether packets are kept for a file.
  public boolean capture() {
    return capture;
  }

  /// A setting's value as it was given.
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(experiment.name() + " has no setting " + name);
    }
    return value;
  }

  /// Whether a switch is on.
  public boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  /// One of some words.
  ///
  /// @throws OrderException if it is another
  public String word(String name, List<String> allowed) {
    String value = text(name);
    if (!allowed.contains(value)) {
      throw new OrderException(
          "--" + name + ": '" + value + "' is none of " + String.join(", ", allowed));
    }
    return value;
  }

  /// A whole number.
  ///
  /// @throws OrderException if it is none from `least` to `most`
  public long number(String name, long least, long most) {
    return number(name, text(name), least, most);
  }

  private static long number(String name, String text, long least, long most) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message
    }
    throw new OrderException(
        String.format("--%s: '%s' is no whole number from %,d to %,d", name, text, least, most));
  }

  /// A time that was given in milliseconds.
  ///
  /// @throws OrderException if it is no whole number up to `most`
  public Duration millis(String name, long most) {
    return Duration.ofMillis(number(name, 0, most));
  }

  /// A time that was given in seconds.
  ///
  /// @throws OrderException if it is no whole number up to `most`
  public Duration seconds(String name, long most) {
    return Duration.ofSeconds(number(name, 0, most));
  }

  /// Two numbers with a comma between them.
  ///
  /// @throws OrderException if it is not that
  public long[] pair(String name, long least, long most) {
    String[] parts = text(name).split(",", -1);
    if (parts.length != 2) {
      throw new OrderException(
          "--" + name + ": '" + text(name) + "' is not two numbers such as 10,100");
    }
    return new long[] {number(name, parts[0], least, most), number(name, parts[1], least, most)};
  }

  /// The page of this run.
  public Page page(List<Part> parts, List<Page.Captured> packets) {
    Map<String, String> settings = new LinkedHashMap<>(values);
    return new Page(experiment.name(), experiment.summary(), seed, settings, parts, packets);
  }
}
