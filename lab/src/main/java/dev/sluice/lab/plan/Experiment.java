package dev.sluice.lab.plan;

import dev.sluice.lab.page.Page;
import java.util.List;

/// Something to find out about TCP.
///
/// @param name what it is called on the command line
/// @param summary what it shows, in one line
/// @param settings what may be varied
/// @param conduct how it runs
public record Experiment(String name, String summary, List<Setting> settings, Conduct conduct) {
  public Experiment {
    settings = List.copyOf(settings);
  }

  /// How an experiment runs.
  @FunctionalInterface
  public interface Conduct {
    /// Runs once, in virtual time.
    ///
    /// @throws OrderException if a setting makes no sense
    Page run(Order order);
  }
}
