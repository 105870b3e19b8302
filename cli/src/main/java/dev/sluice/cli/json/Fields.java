package dev.sluice.cli.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON object whose fields are read with their types checked.
///
/// @param map the fields by name
public record Fields(Map<String, Object> map) {
  /// A string.
  ///
  /// @throws IllegalArgumentException if it is missing or no string
  public String string(String name) {
    String text = optionalString(name);
    if (text == null) {
      throw new IllegalArgumentException("field '" + name + "' is missing");
    }
    return text;
  }

  /// A string, or null where there is none.
  ///
  /// @throws IllegalArgumentException if it is something else
  public @Nullable String optionalString(String name) {
    Object value = map.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(name, "a string");
  }

  /// A whole number.
  ///
  /// @throws IllegalArgumentException if it is missing or no number
  public long number(String name) {
    if (map.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw wrong(name, "a number");
  }

  /// A truth value, false where there is none.
  public boolean flag(String name) {
    return Boolean.TRUE.equals(map.get(name));
  }

  /// An object.
  ///
  /// @throws IllegalArgumentException if it is missing or no object
  public Fields object(String name) {
    return asFields(name, map.get(name));
  }

  /// A list of objects, empty where there is none.
  ///
  /// @throws IllegalArgumentException if it is something else
  public List<Fields> objects(String name) {
    List<Fields> result = new ArrayList<>();
    for (Object element : list(name)) {
      result.add(asFields(name, element));
    }
    return result;
  }

  /// A list of strings, empty where there is none.
  ///
  /// @throws IllegalArgumentException if it is something else
  public List<String> strings(String name) {
    List<String> result = new ArrayList<>();
    for (Object element : list(name)) {
      if (!(element instanceof String text)) {
        throw wrong(name, "a list of strings");
      }
      result.add(text);
    }
    return result;
  }

  private List<?> list(String name) {
    Object value = map.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "a list");
  }

  @SuppressWarnings("unchecked") // keys of a JSON object are always strings
  private static Fields asFields(String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      return new Fields((Map<String, Object>) object);
    }
    throw wrong(name, "an object");
  }

  private static IllegalArgumentException wrong(String name, String expected) {
    return new IllegalArgumentException("field '" + name + "' is not " + expected);
  }
}
