package dev.sluice.guard.log;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.alarm.Share;
import io.avaje.json.JsonException;
import io.avaje.json.mapper.JsonMapper;
import io.avaje.json.stream.JsonStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line of the log: an alarm, and when and where it was written down.
///
/// @param time of day when it was written
/// @param stack the running stack's name
/// @param pid its process
/// @param alarm what happened; its times are the driver's
/// @param capture the file with its first packets, or empty
public record AlarmLine(Instant time, String stack, long pid, Alarm alarm, String capture) {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .jsonStream(JsonStream.builder().serializeEmpty(true).build())
      .build();

  /// One line of JSON, without its end.
  public String toJson() {
    return MAPPER.toJson(toMap());
  }

  /// The fields in the order in which the line has them.
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("time", time.toString());
    map.put("monoNanos", alarm.nowNanos());
    map.put("event", alarm.kind().text());
    map.put("phase", alarm.phase().text());
    map.put("alarm", alarm.number());
    map.put("stack", stack);
    map.put("pid", pid);
    map.put("subject", alarm.subject());
    map.put("beganNanos", alarm.beganNanos());
    Map<String, Object> figures = new LinkedHashMap<>();
    for (Figure figure : Figure.values()) {
      if (alarm.has(figure)) {
        figures.put(figure.text(), alarm.figure(figure));
      }
    }
    map.put("figures", figures);
    List<Map<String, Object>> top = new ArrayList<>();
    for (Share share : alarm.top()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", share.name());
      one.put("count", share.count());
      one.put("permille", share.permille());
      top.add(one);
    }
    map.put("top", top);
    map.put("note", alarm.note());
    map.put("heldBack", alarm.heldBack());
    map.put("capture", capture);
    return map;
  }

  /// Back from a line of JSON.
  ///
  /// @throws IllegalArgumentException if it is none of ours, or of a kind that is not
  ///     known here
  public static AlarmLine parse(String line) {
    try {
      return of(MAPPER.fromJsonObject(line));
    } catch (JsonException
        | IllegalStateException
        | IndexOutOfBoundsException
        | ClassCastException
        | DateTimeException e) {
      throw new IllegalArgumentException("no line of an alarm log: " + e.getMessage(), e);
    }
  }

  /// Back from the fields of [#toMap].
  ///
  /// @throws IllegalArgumentException if one is missing or no such thing
  public static AlarmLine of(Map<String, Object> map) {
    AlarmKind kind = AlarmKind.of(text(map, "event"));
    AlarmPhase phase = AlarmPhase.of(text(map, "phase"));
    if (kind == null || phase == null) {
      throw new IllegalArgumentException("an unknown event: " + map.get("event"));
    }
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    if (map.get("figures") instanceof Map<?, ?> all) {
      for (Map.Entry<?, ?> one : all.entrySet()) {
        Figure figure = Figure.of(String.valueOf(one.getKey()));
        if (figure != null && one.getValue() instanceof Number value) {
          figures.put(figure, value.longValue());
        }
      }
    }
    Alarm alarm = new Alarm(
        kind,
        phase,
        number(map.get("alarm")),
        text(map, "subject"),
        number(map.get("beganNanos")),
        number(map.get("monoNanos")),
        figures,
        shares(map.get("top")),
        text(map, "note"),
        number(map.get("heldBack")));
    return new AlarmLine(
        Instant.parse(text(map, "time")),
        text(map, "stack"),
        number(map.get("pid")),
        alarm,
        text(map, "capture"));
  }

  private static List<Share> shares(@Nullable Object top) {
    List<Share> shares = new ArrayList<>();
    if (top instanceof List<?> list) {
      for (Object one : list) {
        if (one instanceof Map<?, ?> share) {
          shares.add(new Share(String.valueOf(share.get("name")), number(share.get("count")), (int)
              number(share.get("permille"))));
        }
      }
    }
    return shares;
  }

  private static String text(Map<String, Object> map, String name) {
    if (map.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("field '" + name + "' is missing");
  }

  private static long number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("not a number: " + value);
  }
}
