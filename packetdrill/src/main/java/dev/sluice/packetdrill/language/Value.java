package dev.sluice.packetdrill.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An argument or result of a system call.
public sealed interface Value {
  /// A number.
  record Int(long value) implements Value {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /// A quoted string, its escapes resolved (one char per octet).
  record Text(String value) implements Value {
    @Override
    public String toString() {
      return '"' + value + '"';
    }
  }

  /// A symbol such as `SOL_SOCKET`.
  record Name(String name, Position at) implements Value {
    @Override
    public String toString() {
      return name;
    }
  }

  /// `...`.
  record Anything() implements Value {
    @Override
    public String toString() {
      return "...";
    }
  }

  /// `[a, b]`.
  record Items(List<Value> values) implements Value {}

  /// `{a, b}`.
  record Struct(List<Value> values) implements Value {
    /// The value of the field of that name, or null.
    public @Nullable Value field(String name) {
      for (Value value : values) {
        if (value instanceof Field(String key, List<Value> ignored, Value inner)
            && key.equals(name)) {
          return inner;
        }
      }
      return null;
    }
  }

  /// `name=value` or `name(parameters)=value` inside a struct.
  record Field(String name, List<Value> parameters, Value value) implements Value {}

  /// `htons(8080)`, `inet_addr("192.0.2.1")`.
  record Apply(String function, List<Value> arguments) implements Value {}

  /// `a | b`.
  record Or(Value left, Value right) implements Value {}

  /// `~a`.
  record Not(Value value) implements Value {}
}
