package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.SystemCall;
import dev.sluice.packetdrill.language.Value;
import java.util.List;

/// The arguments of a system call as numbers and parts.
final class Arguments {
  private final SystemCall call;
  private final Symbols symbols;

  Arguments(SystemCall call, Symbols symbols) {
    this.call = call;
    this.symbols = symbols;
  }

  int count() {
    return call.arguments().size();
  }

  Value value(int index) {
    if (index >= call.arguments().size()) {
      throw new Failure(call.name() + " needs more than " + index + " arguments");
    }
    return call.arguments().get(index);
  }

  void expectCount(int wanted) {
    if (count() != wanted) {
      throw new Failure(call.name() + " takes " + wanted + " arguments, found " + count());
    }
  }

  long number(int index) {
    return number(value(index));
  }

  /// The number that stands alone in `[n]`.
  long only(int index) {
    if (value(index) instanceof Value.Items(List<Value> items) && items.size() == 1) {
      return number(items.getFirst());
    }
    throw new Failure(call.name() + ": argument " + (index + 1) + " is to be [n]");
  }

  /// The name of a symbol, such as `SO_ERROR`.
  String name(int index) {
    if (value(index) instanceof Value.Name symbol) {
      return symbol.name();
    }
    throw new NotRun(call.name() + " with a number where a symbol is expected");
  }

  boolean isNull(int index) {
    return value(index) instanceof Value.Name symbol && symbol.name().equals("NULL");
  }

  boolean isAnything(int index) {
    return value(index) instanceof Value.Anything;
  }

  /// A value as a number, its symbols resolved.
  long number(Value value) {
    return switch (value) {
      case Value.Int(long number) -> number;
      case Value.Name symbol -> symbols.number(symbol.name());
      case Value.Or(Value left, Value right) -> number(left) | number(right);
      case Value.Not(Value inner) -> ~number(inner);
      case Value.Apply(String function, List<Value> arguments)
      when function.startsWith("hton") && arguments.size() == 1 -> number(arguments.getFirst());
      case Value.Anything _,
          Value.Text _,
          Value.Items _,
          Value.Struct _,
          Value.Field _,
          Value.Apply _ -> throw new Failure(call.name() + ": expected a number");
    };
  }

  /// Whether an expression of flags has this symbol's bit.
  boolean has(int index, String symbol) {
    Long bit = symbols.get(symbol);
    return bit != null && (number(index) & bit) != 0;
  }
}
