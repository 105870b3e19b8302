package dev.sluice.cli.json;

import io.avaje.json.JsonException;
import io.avaje.json.mapper.JsonMapper;
import io.avaje.json.stream.JsonStream;
import java.util.Map;

/// JSON objects to text on one line and back.
public final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .jsonStream(JsonStream.builder().serializeNulls(true).build())
      .build();

  private Json() {}

  /// The text of a map, list, string, number or boolean.
  public static String text(Object value) {
    return MAPPER.toJson(value);
  }

  /// Reads one object.
  ///
  /// @throws IllegalArgumentException if the text is none
  public static Fields object(String text) {
    try {
      Map<String, Object> map = MAPPER.fromJsonObject(text);
      return new Fields(map);
    } catch (JsonException | IllegalStateException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not a JSON object: " + e.getMessage(), e);
    }
  }
}
