package dev.sluice.lab.ladder;

import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts moments into rows. Each end's moments stay in their order; a segment has one row
/// for both ends where that can be, and one for each end where it crosses another, as in
/// RFC 9293, figures 7 and 13.
///
/// A change of state stands in the row of the segment that caused it or that it caused
/// to leave, and has a row of its own if there is none.
final class Rows {
  private final List<Moment> moments;
  private final Map<Moment, List<Moment.Change>> changesOf = new HashMap<>();
  private final Map<Side, Deque<Moment>> ahead = new EnumMap<>(Side.class);
  private final Set<Integer> leaving = new HashSet<>();
  private final Set<Integer> arriving = new HashSet<>();
  private final Set<Integer> split = new HashSet<>();
  private final List<Row> rows = new ArrayList<>();

  private Rows(List<Moment> moments) {
    this.moments = moments;
    ahead.put(Side.CLIENT, new ArrayDeque<>());
    ahead.put(Side.SERVER, new ArrayDeque<>());
  }

  static List<Row> of(List<Moment> moments, Map<Side, State> first) {
    Rows rows = new Rows(moments);
    rows.sort();
    while (rows.placeNext()) {
      // the next one
    }
    rows.fillStates(first);
    return rows.rows;
  }

  // ---- which moments there are

  private void sort() {
    for (int i = 0; i < moments.size(); i++) {
      Moment moment = moments.get(i);
      if (moment instanceof Moment.Departure departure) {
        leaving.add(departure.serial());
      } else if (moment instanceof Moment.Arrival arrival) {
        arriving.add(arrival.serial());
      }
      Moment owner = moment instanceof Moment.Change change ? ownerOf(change, i) : null;
      if (owner == null) {
        queue(sideOf(moment)).add(moment);
      } else {
        changesOf.computeIfAbsent(owner, key -> new ArrayList<>()).add((Moment.Change) moment);
      }
    }
  }

  private Deque<Moment> queue(Side side) {
    return ahead.computeIfAbsent(side, key -> new ArrayDeque<>());
  }

  private static Side sideOf(Moment moment) {
    return switch (moment) {
      case Moment.Departure it -> it.side();
      case Moment.Arrival it -> it.side();
      case Moment.Change it -> it.side();
      case Moment.Call it -> it.side();
      case Moment.Note it -> Side.CLIENT;
    };
  }

  /// The segment that a change of state belongs to.
  private @Nullable Moment ownerOf(Moment.Change change, int at) {
    if (change.cause().startsWith("rcv")) {
      for (int i = at - 1; i >= 0 && moments.get(i).atNanos() == change.atNanos(); i--) {
        if (moments.get(i) instanceof Moment.Arrival arrival && arrival.side() == change.side()) {
          return arrival;
        }
      }
      return null;
    }
    int flag = sentFlag(change.cause());
    for (Moment moment : flag == 0 ? List.<Moment>of() : moments) {
      if (moment instanceof Moment.Departure departure
          && departure.atNanos() == change.atNanos()
          && departure.side() == change.side()
          && departure.segment().packet().has(flag)) {
        return departure;
      }
    }
    return null;
  }

  private static int sentFlag(String cause) {
    if (cause.endsWith("snd SYN")) {
      return Flags.SYN;
    }
    if (cause.endsWith("snd FIN")) {
      return Flags.FIN;
    }
    return cause.endsWith("snd RST") ? Flags.RST : 0;
  }

  // ---- which row is next

  private boolean placeNext() {
    Moment one = queue(Side.CLIENT).peek();
    Moment other = queue(Side.SERVER).peek();
    if (one == null && other == null) {
      return false;
    }
    boolean oneReady = one != null && isReady(one, other);
    boolean otherReady = other != null && isReady(other, one);
    if (oneReady || otherReady) {
      boolean takeOne = oneReady && !(otherReady && timeOf(other) < timeOf(one));
      place(takeOne ? Side.CLIENT : Side.SERVER);
      return true;
    }
    splitOneOrBoth(one, other);
    return true;
  }

  private static long timeOf(@Nullable Moment moment) {
    return moment == null ? Long.MAX_VALUE : moment.atNanos();
  }

  /// Whether a moment can be placed now, without tearing a segment apart.
  private boolean isReady(Moment moment, @Nullable Moment atOtherEnd) {
    return switch (moment) {
      case Moment.Departure it ->
        !arriving.contains(it.serial())
            || split.contains(it.serial())
            || (atOtherEnd instanceof Moment.Arrival arrival && arrival.serial() == it.serial());
      case Moment.Arrival it -> !leaving.contains(it.serial());
      case Moment.Change it -> true;
      case Moment.Call it -> true;
      case Moment.Note it -> true;
    };
  }

  /// Two arrows cross: the one that carries less is torn apart, or both.
  private void splitOneOrBoth(@Nullable Moment one, @Nullable Moment other) {
    int carriesOne = carries(one);
    int carriesOther = carries(other);
    if (one instanceof Moment.Departure it && carriesOne <= carriesOther) {
      split.add(it.serial());
    }
    if (other instanceof Moment.Departure it && carriesOther <= carriesOne) {
      split.add(it.serial());
    }
  }

  /// 0 for a segment without text, 1 for one with text, more for what is none.
  private static int carries(@Nullable Moment moment) {
    if (moment instanceof Moment.Departure departure) {
      return departure.segment().packet().payloadLength() > 0 ? 1 : 0;
    }
    return 2;
  }

  private void place(Side side) {
    Moment moment = queue(side).remove();
    switch (moment) {
      case Moment.Departure it -> {
        leaving.remove(it.serial());
        boolean together = arriving.contains(it.serial()) && !split.contains(it.serial());
        Moment.Arrival arrival = together ? (Moment.Arrival) queue(side.other()).remove() : null;
        Row row = Row.passing(it, arrival);
        takeChanges(row, it);
        if (arrival != null) {
          takeChanges(row, arrival);
        }
        rows.add(row);
      }
      case Moment.Arrival it -> {
        Row row = Row.passing(null, it);
        takeChanges(row, it);
        rows.add(row);
      }
      case Moment.Call it -> rows.add(Row.call(it));
      case Moment.Note it -> rows.add(Row.note(it.text()));
      case Moment.Change it -> {
        Row row = Row.alone(it.side(), it.atNanos(), "(" + it.cause() + ")");
        row.states().put(it.side(), it.to().toString());
        rows.add(row);
      }
    }
  }

  private void takeChanges(Row row, Moment moment) {
    for (Moment.Change change : changesOf.getOrDefault(moment, List.of())) {
      row.states().put(change.side(), change.to().toString());
    }
  }

  /// Where nothing changes, a row shows what was before.
  private void fillStates(Map<Side, State> first) {
    Map<Side, String> now = new EnumMap<>(Side.class);
    first.forEach((side, state) -> now.put(side, state.toString()));
    for (Row row : rows) {
      now.putAll(row.states());
      if (row.departure() != null || row.arrival() != null) {
        row.states().putAll(now);
      }
    }
  }
}
