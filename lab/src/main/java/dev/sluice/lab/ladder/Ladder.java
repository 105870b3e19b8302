package dev.sluice.lab.ladder;

import dev.sluice.lab.page.Glyphs;
import dev.sluice.lab.page.Part;
import dev.sluice.tcp.tcb.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Two ends and what passes between them, drawn from top to bottom: times and states down
/// the sides, segments as arrows, as in RFC 9293 §3.5 and in textbooks.
public final class Ladder implements Part {
  /// What the arrows tell beside flags and numbers.
  public enum Detail {
    /// Nothing.
    PLAIN,
    /// The window field, too.
    WINDOWS,
    /// SACK blocks, too.
    SACKS,
    /// A second line with the options of SYNs.
    OPTIONS
  }

  private static final int TIME = 9;
  private static final int STATE = 12;
  private static final int ARROW = 50;
  /// An arrow has so many characters that are not its label, at least.
  private static final int SHAFT = 8;

  private final Recorder recorder;
  private final Map<Side, State> first;
  private final Detail detail;
  private final List<Moment> moments;
  private String title = "";

  /// @param recorder what happened
  /// @param client what the client was in before
  /// @param server what the server was in before
  /// @param detail what arrows tell
  public Ladder(Recorder recorder, State client, State server, Detail detail) {
    this.recorder = recorder;
    this.detail = detail;
    moments = recorder.moments();
    first = new EnumMap<>(Side.class);
    first.put(Side.CLIENT, client);
    first.put(Side.SERVER, server);
  }

  /// The same with a title.
  public Ladder titled(String words) {
    title = words;
    return this;
  }

  @Override
  public String text(Glyphs glyphs) {
    List<Row> rows = Rows.of(moments, first);
    int width = ARROW;
    for (Row row : rows) {
      if (row.departure() != null || row.arrival() != null) {
        width = Math.max(width, label(row).length() + SHAFT);
      }
    }
    StringBuilder text = new StringBuilder(title.isEmpty() ? "" : title + "\n");
    line(text, "", "client", " ".repeat(width), "server", "");
    line(text, "", state(Side.CLIENT), " ".repeat(width), state(Side.SERVER), "");
    for (Row row : rows) {
      append(text, row, width, glyphs);
    }
    return text.append(legend()).toString();
  }

  private String state(Side side) {
    return Objects.requireNonNull(first.get(side)).toString();
  }

  private void append(StringBuilder text, Row row, int width, Glyphs glyphs) {
    String left = row.states().getOrDefault(Side.CLIENT, "");
    String right = row.states().getOrDefault(Side.SERVER, "");
    String middle = center(row.note() == null ? "" : row.note(), width, " ");
    Moment.Call call = row.call();
    if (call != null) {
      String words = "(" + call.call() + ")";
      boolean atLeft = call.side() == Side.CLIENT;
      String fill = " ".repeat(Math.max(0, width + STATE + 1 - words.length()));
      text.append(pad(atLeft ? time(row, Side.CLIENT) : "", TIME, true)).append("  ");
      text.append(atLeft ? words : " ".repeat(STATE + 1) + fill + words);
      text.append(atLeft ? "" : "  " + pad(time(row, Side.SERVER), TIME, true)).append('\n');
      return;
    }
    if (row.departure() != null || row.arrival() != null) {
      middle = arrow(row, width, glyphs);
    }
    line(text, time(row, Side.CLIENT), left, middle, right, time(row, Side.SERVER));
    Moment.Departure departure = row.departure();
    if (detail == Detail.OPTIONS && departure != null) {
      String options = departure.segment().options();
      if (!options.isEmpty() && departure.segment().flags().contains("SYN")) {
        line(text, "", "", center("<" + options + ">", width, " "), "", "");
      }
    }
  }

  private static String time(Row row, Side side) {
    Long nanos = row.times().get(side);
    return nanos == null ? "" : TimeText.of(nanos);
  }

  private String label(Row row) {
    ShownSegment segment = row.departure() != null
        ? row.departure().segment()
        : Objects.requireNonNull(row.arrival()).segment();
    return segment.label()
        + switch (detail) {
          case WINDOWS -> " win=" + segment.window();
          case SACKS -> segment.sackText();
          case PLAIN, OPTIONS -> "";
        };
  }

  private String arrow(Row row, int width, Glyphs glyphs) {
    Moment.Departure departure = row.departure();
    Moment.Arrival arrival = row.arrival();
    Side from = departure != null
        ? departure.side()
        : Objects.requireNonNull(arrival).side().other();
    boolean lost = departure != null && departure.lost();
    String tail = departure == null ? glyphs.dots() + " " : glyphs.line(1);
    String head;
    if (arrival != null) {
      head = from == Side.CLIENT ? glyphs.right() : glyphs.left();
    } else if (lost) {
      head = glyphs.lost() + (from == Side.CLIENT ? "     " : "");
    } else {
      head = from == Side.CLIENT ? " " + glyphs.dots() : glyphs.dots() + " ";
    }
    if (lost && from == Side.SERVER) {
      head = "     " + glyphs.lost();
    }
    if (departure == null && from == Side.SERVER) {
      tail = " " + glyphs.dots();
    }
    int shaft = width - head.length() - tail.length();
    String body = center(" " + label(row) + " ", shaft, glyphs.line(1));
    return from == Side.CLIENT ? tail + body + head : head + body + tail;
  }

  private static String center(String text, int width, String fill) {
    int free = Math.max(0, width - text.length());
    return fill.repeat(free / 2) + text + fill.repeat(free - free / 2);
  }

  private static void line(
      StringBuilder text,
      String leftTime,
      String left,
      String middle,
      String right,
      String rightTime) {
    String line = pad(leftTime, TIME, true)
        + "  "
        + pad(left, STATE, false)
        + " "
        + middle
        + " "
        + pad(right, STATE, false)
        + "  "
        + pad(rightTime, TIME, true);
    text.append(line.stripTrailing()).append('\n');
  }

  private static String pad(String text, int width, boolean right) {
    String fill = " ".repeat(Math.max(0, width - text.length()));
    return right ? fill + text : text + fill;
  }

  private String legend() {
    if (!recorder.isRelative()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (Side side : Side.values()) {
      Integer isn = recorder.isn(side);
      if (isn != null) {
        text.append(text.isEmpty() ? "" : ", ");
        text.append(side).append("'s 0 is ").append(Integer.toUnsignedString(isn));
      }
    }
    return text.isEmpty() ? "" : "           (numbers are relative: " + text + ")\n";
  }

  @Override
  public Map<String, Object> json() {
    List<Object> events = new ArrayList<>();
    for (Moment moment : moments) {
      events.add(json(moment));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "ladder");
    json.put("title", title);
    json.put("relative", recorder.isRelative());
    Map<String, Object> states = new LinkedHashMap<>();
    first.forEach((side, state) -> states.put(side.toString(), state.toString()));
    json.put("firstStates", states);
    json.put("events", events);
    return json;
  }

  private static Map<String, Object> json(Moment moment) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("atNanos", moment.atNanos());
    switch (moment) {
      case Moment.Departure it -> {
        json.put("event", it.lost() ? "lost" : "sent");
        json.put("host", it.side().toString());
        json.put("segment", it.serial());
        json.putAll(it.segment().json());
      }
      case Moment.Arrival it -> {
        json.put("event", it.strayed() ? "strayed" : "arrived");
        json.put("host", it.side().toString());
        json.put("segment", it.serial());
        if (it.strayed()) {
          json.putAll(it.segment().json());
        }
      }
      case Moment.Change it -> {
        json.put("event", "state");
        json.put("host", it.side().toString());
        json.put("from", it.from().toString());
        json.put("to", it.to().toString());
        json.put("cause", it.cause());
      }
      case Moment.Call it -> {
        json.put("event", "call");
        json.put("host", it.side().toString());
        json.put("call", it.call());
      }
      case Moment.Note it -> {
        json.put("event", "note");
        json.put("text", it.text());
      }
    }
    return json;
  }
}
