package dev.sluice.stack.firewall;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads rules: a setting or a rule per line, `#` begins a comment.
///
/// ```
/// default in|out allow|drop|reject
/// closed ports answer|silent
/// bogons allow | bogons drop [except ADDRESSES]
/// ACTION in|out [tcp|udp|icmp] [from PLACE] [to PLACE] [state new|established|stray]
///        [with icmp|rst] [limit LIMIT]...
/// ```
final class FirewallParser {
  /// Lines that a file may have.
  private static final int MAX_LINES = 10_000;
  /// Mistakes that are worth telling at once.
  private static final int MAX_MISTAKES = 20;

  private static final String LINE_BEGINS =
      "'allow', 'drop', 'reject', 'default', 'closed' or 'bogons'";
  private static final String ACTIONS = "'allow', 'drop' or 'reject'";
  private static final String DIRECTIONS = "'in' or 'out'";

  private final String text;
  private final List<Rule> rules = new ArrayList<>();
  private final Map<Direction, Action> defaults = new EnumMap<>(Direction.class);
  private @Nullable Boolean silentPorts;
  private @Nullable Boolean dropsBogons;
  private List<Prefix> expected = List.of();

  FirewallParser(String text) {
    this.text = text;
  }

  Firewall parse() throws FirewallSyntaxException {
    List<FirewallSyntaxException.Mistake> mistakes = new ArrayList<>();
    List<String> lines = text.lines().limit(MAX_LINES + 1L).toList();
    for (int i = 0; i < lines.size() && mistakes.size() < MAX_MISTAKES; i++) {
      Words words = new Words(i + 1, lines.get(i));
      try {
        if (i == MAX_LINES) {
          throw words.wrong("expected at most " + MAX_LINES + " lines");
        }
        parseLine(words);
      } catch (Words.Wrong e) {
        mistakes.add(e.mistake());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new FirewallSyntaxException(mistakes);
    }
    return new Firewall(
        rules,
        defaults.getOrDefault(Direction.IN, Action.DROP),
        defaults.getOrDefault(Direction.OUT, Action.ALLOW),
        Boolean.TRUE.equals(silentPorts),
        Boolean.TRUE.equals(dropsBogons),
        expected);
  }

  private void parseLine(Words words) throws Words.Wrong {
    if (words.isAtEnd()) {
      return;
    }
    if (words.isNext("default")) {
      parseDefault(words);
    } else if (words.isNext("closed")) {
      parseClosed(words);
    } else if (words.isNext("bogons")) {
      parseBogons(words);
    } else {
      Action action = action(words, LINE_BEGINS);
      rules.add(new RuleParser(words).parse(action));
    }
    if (!words.isAtEnd()) {
      throw words.expected("the end of the line");
    }
  }

  private static Action action(Words words, String expected) throws Words.Wrong {
    for (Action action : Action.values()) {
      if (words.take(action.word())) {
        return action;
      }
    }
    throw words.expected(expected);
  }

  static Direction direction(Words words) throws Words.Wrong {
    for (Direction direction : Direction.values()) {
      if (words.take(direction.word())) {
        return direction;
      }
    }
    throw words.expected(DIRECTIONS);
  }

  // ---- settings

  private void parseDefault(Words words) throws Words.Wrong {
    words.take("default");
    Direction direction = direction(words);
    if (defaults.containsKey(direction)) {
      throw words.wrongBefore("the default " + direction.word() + " is given already");
    }
    defaults.put(direction, action(words, ACTIONS));
  }

  private void parseClosed(Words words) throws Words.Wrong {
    if (silentPorts != null) {
      throw words.wrong("what closed ports do is given already");
    }
    words.take("closed");
    words.take("ports", "'ports'");
    if (words.take("silent")) {
      silentPorts = true;
    } else if (words.take("answer")) {
      silentPorts = false;
    } else {
      throw words.expected("'answer' or 'silent'");
    }
  }

  private void parseBogons(Words words) throws Words.Wrong {
    if (dropsBogons != null) {
      throw words.wrong("what becomes of bogons is given already");
    }
    words.take("bogons");
    if (words.take("allow")) {
      dropsBogons = false;
      return;
    }
    words.take("drop", "'allow' or 'drop'");
    dropsBogons = true;
    if (words.take("except")) {
      expected = RuleParser.prefixes(words);
    } else if (!words.isAtEnd()) {
      throw words.expected("'except' or the end of the line");
    }
  }

  // ---- rules

  /// Reads what follows the action of a rule.
  private static final class RuleParser {
    /// The clauses, in the order in which one would usually say them.
    private enum Clause {
      PROTOCOL("'tcp', 'udp', 'icmp'"),
      FROM("'from'"),
      TO("'to'"),
      STATE("'state'"),
      WITH("'with'"),
      LIMIT("'limit'");

      private final String words;

      Clause(String words) {
        this.words = words;
      }
    }

    private final Words words;
    private final Set<Clause> open = EnumSet.allOf(Clause.class);
    private final List<Limit> limits = new ArrayList<>();
    private @Nullable Protocol protocol;
    private @Nullable FlowState state;
    private Place source = Place.ANY;
    private Place destination = Place.ANY;
    private boolean withIcmp;

    RuleParser(Words words) {
      this.words = words;
    }

    Rule parse(Action action) throws Words.Wrong {
      Direction direction = direction(words);
      if (action != Action.REJECT) {
        open.remove(Clause.WITH);
      }
      if (action != Action.ALLOW || direction == Direction.OUT) {
        open.remove(Clause.LIMIT);
      }
      while (!words.isAtEnd()) {
        parseClause();
      }
      if (!limits.isEmpty() && state != null && state != FlowState.NEW) {
        throw words.wrong("limits are about what is new, and the state is " + state.word());
      }
      return new Rule(
          action,
          direction,
          protocol,
          source,
          destination,
          state,
          withIcmp,
          limits,
          words.origin());
    }

    private void parseClause() throws Words.Wrong {
      if (begins(Clause.FROM, "from")) {
        source = place();
      } else if (begins(Clause.TO, "to")) {
        destination = place();
      } else if (begins(Clause.STATE, "state")) {
        state = state();
      } else if (begins(Clause.WITH, "with")) {
        withIcmp = withIcmp();
      } else if (open.contains(Clause.LIMIT) && words.take("limit")) {
        close(Clause.PROTOCOL);
        limits.add(limit());
      } else if (!takeProtocol()) {
        throw words.expected(whatMayFollow());
      }
    }

    private boolean begins(Clause clause, String word) {
      if (!open.contains(clause) || !words.take(word)) {
        return false;
      }
      close(Clause.PROTOCOL);
      close(clause);
      return true;
    }

    private void close(Clause clause) {
      open.remove(clause);
    }

    private String whatMayFollow() {
      List<String> choices = new ArrayList<>();
      for (Clause clause : open) {
        choices.add(clause.words);
      }
      choices.add("the end of the line");
      int last = choices.size() - 1;
      return last == 0
          ? choices.getFirst()
          : String.join(", ", choices.subList(0, last)) + " or " + choices.get(last);
    }

    private boolean takeProtocol() {
      if (!open.contains(Clause.PROTOCOL)) {
        return false;
      }
      for (Protocol candidate : List.of(Protocol.TCP, Protocol.UDP, Protocol.ICMP)) {
        if (words.take(candidate.word())) {
          protocol = candidate;
          close(Clause.PROTOCOL);
          return true;
        }
      }
      return false;
    }

    // ---- where

    private Place place() throws Words.Wrong {
      List<Prefix> prefixes = List.of();
      boolean any = words.take("any");
      if (!any && !words.isNext("port")) {
        prefixes = prefixes(words);
      }
      if (!words.take("port")) {
        return new Place(prefixes, List.of());
      }
      if (protocol == Protocol.ICMP) {
        throw words.wrongBefore("ICMP has no ports");
      }
      return new Place(prefixes, ports());
    }

    static List<Prefix> prefixes(Words words) throws Words.Wrong {
      List<Prefix> prefixes = new ArrayList<>();
      do {
        String word = words.takeAny("an address such as 198.18.0.2 or fd00::/8");
        try {
          prefixes.add(Prefix.parse(word));
        } catch (IllegalArgumentException e) {
          throw words.wrongBefore("expected an address such as 198.18.0.2 or fd00::/8, and not '"
              + word + "'" + detail(e));
        }
      } while (words.take(","));
      return prefixes;
    }

    /// What [Prefix] has to say beyond "no address".
    private static String detail(IllegalArgumentException e) {
      String text = String.valueOf(e.getMessage());
      return text.startsWith("not an IP address") ? "" : ": " + text;
    }

    private List<PortRange> ports() throws Words.Wrong {
      List<PortRange> ports = new ArrayList<>();
      do {
        String expected = "a port of 1 to 65535, or a range such as 8000-8099";
        String word = words.takeAny(expected);
        int dash = word.indexOf('-');
        int first = Numbers.parse(dash < 0 ? word : word.substring(0, dash), 65_535);
        int last = dash < 0 ? first : Numbers.parse(word.substring(dash + 1), 65_535);
        if (first < 1 || last < first) {
          throw words.unexpected(expected);
        }
        ports.add(new PortRange(first, last));
      } while (words.take(","));
      return ports;
    }

    // ---- what else

    private FlowState state() throws Words.Wrong {
      for (FlowState candidate : FlowState.values()) {
        if (words.take(candidate.word())) {
          return candidate;
        }
      }
      throw words.expected("'new', 'established' or 'stray'");
    }

    private boolean withIcmp() throws Words.Wrong {
      if (words.take("icmp")) {
        return true;
      }
      words.take("rst", "'icmp' or 'rst'");
      if (protocol != Protocol.TCP) {
        throw words.wrongBefore("only TCP is answered by RST: say 'tcp' in front");
      }
      return false;
    }

    // ---- limits

    private Limit limit() throws Words.Wrong {
      for (Limit.Kind kind : Limit.Kind.values()) {
        if (words.take(kind.word())) {
          return limit(kind);
        }
      }
      throw words.expected("'new', 'half-open' or 'connections'");
    }

    private Limit limit(Limit.Kind kind) throws Words.Wrong {
      if (limits.stream().anyMatch(limit -> limit.kind() == kind)) {
        throw words.wrongBefore("the limit on " + kind.word() + " is given already");
      }
      if (kind != Limit.Kind.NEW) {
        if (protocol != Protocol.TCP) {
          throw words.wrongBefore("only TCP has connections: say 'tcp' in front");
        }
        return new Limit(kind, count("a number of connections"), 0, 0, grouping());
      }
      return rate();
    }

    private int count(String expected) throws Words.Wrong {
      int count = Numbers.parse(words.takeAny(expected), 1_000_000_000);
      if (count < 1) {
        throw words.unexpected(expected);
      }
      return count;
    }

    private Limit rate() throws Words.Wrong {
      String expected = "a rate such as 50/s, 100/m or 500/h";
      String word = words.takeAny(expected);
      int slash = word.indexOf('/');
      int amount = slash < 0 ? -1 : Numbers.parse(word.substring(0, slash), 1_000_000_000);
      long seconds = slash < 0
          ? 0
          : switch (word.substring(slash + 1)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            default -> 0;
          };
      if (amount < 1 || seconds == 0) {
        throw words.unexpected(expected);
      }
      int burst = words.take("burst") ? count("how many at once") : amount;
      return new Limit(Limit.Kind.NEW, amount, seconds * 1_000_000_000L, burst, grouping());
    }

    private Limit.Grouping grouping() throws Words.Wrong {
      words.take("per", "'per'");
      String expected = "'source', 'all', or a prefix length such as /24, /64 or /24,/64";
      if (words.take("source")) {
        return Limit.Grouping.SOURCE;
      }
      if (words.take("all")) {
        return Limit.Grouping.ALL;
      }
      int first = prefixLength(expected);
      if (!words.take(",")) {
        return first > 32
            ? new Limit.Grouping(Limit.Grouping.PREFIX.v4Bits(), first)
            : new Limit.Grouping(first, Limit.Grouping.PREFIX.v6Bits());
      }
      if (first > 32) {
        throw words.wrongBefore("the prefix length of IPv4, 0 to 32, comes first");
      }
      return new Limit.Grouping(first, prefixLength("a prefix length such as /64"));
    }

    private int prefixLength(String expected) throws Words.Wrong {
      String word = words.takeAny(expected);
      int bits = word.startsWith("/") ? Numbers.parse(word.substring(1), 128) : -1;
      if (bits < 0) {
        throw words.unexpected(expected);
      }
      return bits;
    }
  }
}
