package dev.sluice.packetdrill.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole script.
///
/// @param options the `--name=value` lines at the top
/// @param init the untimed command before the first step
/// @param steps the timed steps, in order
/// @param cleanUp the untimed command at the end
public record Program(
    List<OptionLine> options,
    Step.@Nullable Command init,
    List<TimedStep> steps,
    Step.@Nullable Command cleanUp) {

  /// `--name` or `--name=value`.
  ///
  /// @param name without the dashes
  /// @param value what stands behind `=`, or null
  /// @param at where
  public record OptionLine(String name, @Nullable String value, Position at) {}

  /// One step with its time.
  ///
  /// @param timing when
  /// @param step what
  /// @param at where the step starts
  /// @param text as it stands in the script, for messages
  public record TimedStep(Timing timing, Step step, Position at, String text) {}
}
