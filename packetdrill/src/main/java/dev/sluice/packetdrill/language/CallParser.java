package dev.sluice.packetdrill.language;

import dev.sluice.packetdrill.language.Value.Anything;
import dev.sluice.packetdrill.language.Value.Apply;
import dev.sluice.packetdrill.language.Value.Field;
import dev.sluice.packetdrill.language.Value.Items;
import dev.sluice.packetdrill.language.Value.Name;
import dev.sluice.packetdrill.language.Value.Not;
import dev.sluice.packetdrill.language.Value.Or;
import dev.sluice.packetdrill.language.Value.Struct;
import dev.sluice.packetdrill.language.Value.Text;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `name(arguments) = result [ERRNO] [(note)]`.
final class CallParser {
  private final Cursor cursor;

  CallParser(Cursor cursor) {
    this.cursor = cursor;
  }

  /// @param endNanos when the call is to return, if `blocking`
  SystemCall call(long endNanos, boolean blocking) throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    String name = cursor.word("the name of a system call");
    cursor.expect("(");
    List<Value> arguments = list(")");
    cursor.expect("=");
    Value result = value();
    @Nullable String errno = cursor.atWord() ? cursor.word("an error symbol") : null;
    if (cursor.accept("(")) {
      cursor.until(")", "note");
    }
    return new SystemCall(name, arguments, result, errno, blocking, endNanos, at);
  }

  private List<Value> list(String end) throws ScriptException {
    List<Value> values = new ArrayList<>();
    if (cursor.accept(end)) {
      return values;
    }
    do {
      values.add(value());
    } while (cursor.accept(","));
    if (!cursor.accept(end)) {
      throw cursor.unexpected("',' or '" + end + "'");
    }
    return List.copyOf(values);
  }

  private Value value() throws ScriptException {
    Value value = single();
    while (cursor.at("|")) {
      cursor.expect("|");
      value = new Or(value, single());
    }
    return value;
  }

  private Value single() throws ScriptException {
    if (cursor.accept("...")) {
      return new Anything();
    }
    if (cursor.atNumber()) {
      return new Value.Int(cursor.number("a number"));
    }
    if (cursor.atWord()) {
      return named();
    }
    if (cursor.accept("[")) {
      return new Items(list("]"));
    }
    if (cursor.accept("{")) {
      return new Struct(list("}"));
    }
    if (cursor.accept("~")) {
      return new Not(single());
    }
    if (cursor.peek() == '"') {
      return text();
    }
    throw cursor.unexpected("a value");
  }

  private Value named() throws ScriptException {
    Position at = cursor.position();
    String name = cursor.word("a name");
    @Nullable List<Value> parameters = null;
    if (cursor.accept("(")) {
      parameters = list(")");
    }
    if (cursor.at("=") && cursor.peek(1) != '=') {
      cursor.expect("=");
      return new Field(name, parameters == null ? List.of() : parameters, value());
    }
    return parameters == null ? new Name(name, at) : new Apply(name, parameters);
  }

  private Text text() throws ScriptException {
    StringBuilder octets = new StringBuilder();
    while (cursor.accept("\"")) {
      quoted(octets);
      cursor.blanks();
    }
    return new Text(octets.toString());
  }

  private void quoted(StringBuilder octets) throws ScriptException {
    Position start = cursor.position();
    while (cursor.peek() != '"') {
      if (cursor.atEnd() || cursor.peek() == '\n') {
        throw new ScriptException(start, "string without end");
      }
      char c = cursor.next();
      octets.append(c == '\\' ? escaped() : c);
    }
    cursor.next();
  }

  private char escaped() throws ScriptException {
    Position at = cursor.position();
    char c = cursor.next();
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '0' -> 0;
      case '\\', '"' -> c;
      case 'x' -> {
        int high = Character.digit(cursor.next(), 16);
        int low = Character.digit(cursor.next(), 16);
        if (high < 0 || low < 0) {
          throw new ScriptException(at, "expected two hex digits after \\x");
        }
        yield (char) (high * 16 + low);
      }
      default -> throw new ScriptException(at, "unknown escape \\" + c);
    };
  }
}
