package dev.sluice.cli.control;

import dev.sluice.cli.json.Fields;
import java.io.IOException;
import java.util.Map;

/// What a control socket answers a question with.
@FunctionalInterface
public interface Request {
  /// Answers a question.
  ///
  /// @param question its fields, `do` names the request
  /// @param channel for a request that goes on after its answer: it must write the answer
  ///     itself then, and return an empty map
  /// @return the answer's fields; `ok` is added
  /// @throws IllegalArgumentException what is wrong with the question, for people
  /// @throws IOException what went wrong, for people
  Map<String, Object> answer(Fields question, LineChannel channel) throws IOException;
}
