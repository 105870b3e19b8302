package dev.sluice.packetdrill.language;

import dev.sluice.packetdrill.language.Program.OptionLine;
import dev.sluice.packetdrill.language.Program.TimedStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a whole script: options, init command, timed steps, clean-up command.
public final class ProgramParser {
  private final Cursor cursor;
  private final PacketParser packets;
  private final CallParser calls;

  private ProgramParser(String text, Map<String, String> defines) {
    cursor = new Cursor(text, defines);
    packets = new PacketParser(cursor);
    calls = new CallParser(cursor);
  }

  /// Reads a script.
  ///
  /// @param text the script
  /// @param defines symbols and what stands for them; `#ifdef` sees them too
  /// @param systems further names that `#ifdef` takes for defined, such as `Linux`
  /// @throws ScriptException with line and column
  public static Program parse(String text, Map<String, String> defines, Set<String> systems)
      throws ScriptException {
    Set<String> defined = new HashSet<>(systems);
    defined.addAll(defines.keySet());
    return new ProgramParser(Conditionals.apply(text, defined), defines).program();
  }

  private Program program() throws ScriptException {
    List<OptionLine> options = new ArrayList<>();
    while (cursor.at("--")) {
      options.add(option());
    }
    Step.Command init = cursor.at("`") ? command() : null;
    List<TimedStep> steps = new ArrayList<>();
    cursor.blanks();
    while (!cursor.atEnd() && cursor.peek() != '`') {
      steps.add(step());
      cursor.blanks();
    }
    Step.Command cleanUp = cursor.atEnd() ? null : command();
    cursor.blanks();
    if (!cursor.atEnd()) {
      throw cursor.unexpected("nothing after the clean-up command");
    }
    if (steps.isEmpty()) {
      throw cursor.unexpected("at least one timed step");
    }
    return new Program(List.copyOf(options), init, List.copyOf(steps), cleanUp);
  }

  private OptionLine option() throws ScriptException {
    Position at = cursor.position();
    cursor.expect("--");
    String name = cursor.word("the name of an option");
    @Nullable String value = null;
    if (cursor.peek() == '=') {
      cursor.next();
      int start = cursor.index();
      while (!cursor.atEnd() && !Character.isWhitespace(cursor.peek())) {
        cursor.next();
      }
      value = cursor.since(start);
    }
    return new OptionLine(name, value, at);
  }

  private Step.Command command() throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    cursor.expect("`");
    return new Step.Command(cursor.until("`", "command"), at);
  }

  private TimedStep step() throws ScriptException {
    Position at = cursor.position();
    int start = cursor.index();
    Timing timing = timing();
    Step step = body(timing);
    return new TimedStep(timing, step, at, withoutComment(cursor.since(start)));
  }

  /// The step as people read it: blanks and comments behind it belong to the next one.
  private static String withoutComment(String text) {
    return text.strip().split("\\n\\s*(//|\\n)|\\s+//", 2)[0].strip();
  }

  private Timing timing() throws ScriptException {
    if (cursor.accept("*")) {
      return new Timing(Timing.Kind.ANY, 0, 0);
    }
    boolean relative = cursor.accept("+");
    if (!Cursor.isDigit(cursor.peek()) && cursor.peek() != '.' && !relative) {
      throw cursor.unexpected("a time: t, +t, t~t, +t~+t or *");
    }
    long from = cursor.seconds();
    if (cursor.accept("~")) {
      if (relative) {
        cursor.expect("+");
      }
      long to = cursor.seconds();
      Timing.Kind kind = relative ? Timing.Kind.RELATIVE_RANGE : Timing.Kind.ABSOLUTE_RANGE;
      return new Timing(kind, from, to);
    }
    return new Timing(relative ? Timing.Kind.RELATIVE : Timing.Kind.ABSOLUTE, from, from);
  }

  private Step body(Timing timing) throws ScriptException {
    cursor.blanks();
    if (cursor.startsWith("...")) {
      cursor.expect("...");
      cursor.accept("+");
      return new Step.Call(calls.call(cursor.seconds(), true));
    }
    Position at = cursor.position();
    char mark = cursor.peek();
    if (mark == '<' || mark == '>') {
      cursor.next();
      return new Step.Packet(mark == '>', packets.packet());
    }
    if (mark == '`') {
      return command();
    }
    if (mark == '%') {
      cursor.expect("%{");
      return new Step.Code(cursor.until("}%", "code"), at);
    }
    if (!cursor.atWord()) {
      throw cursor.unexpected("a packet (< or >), a system call, a `command` or %{ code }%");
    }
    return new Step.Call(calls.call(timing.endNanos(), false));
  }
}
