package dev.sluice.packetdrill.code;

import dev.sluice.packetdrill.code.Lexemes.Kind;
import dev.sluice.packetdrill.code.Lexemes.Lexeme;
import dev.sluice.packetdrill.code.SnippetException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Evaluates one snippet: `assert`, assignments, `print` (not shown), `import`
/// (no effect), comparisons, `and`, `or`, `not`, arithmetic, bit operations.
///
/// Values are [Long], [Double] and [String]; truth is 1 and 0. Names live in a map that
/// the caller keeps from snippet to snippet.
public final class Snippet {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  /// Operators by strength, the weakest first.
  private static final List<Set<String>> LEVELS = List.of(
      Set.of("|"),
      Set.of("^"),
      Set.of("&"),
      Set.of("<<", ">>"),
      Set.of("+", "-"),
      Set.of("*", "/", "//", "%"));

  private final List<Lexeme> lexemes;
  private final Map<String, Object> names;
  private int index;

  private Snippet(List<Lexeme> lexemes, Map<String, Object> names) {
    this.lexemes = lexemes;
    this.names = names;
  }

  /// Runs a snippet.
  ///
  /// @param text the snippet
  /// @param names values by name; assignments are entered here
  /// @throws SnippetException if an assertion does not hold, a name is unknown, or the
  ///     snippet needs more of Python than there is here
  public static void run(String text, Map<String, Object> names) throws SnippetException {
    Snippet snippet = new Snippet(Lexemes.of(text), names);
    while (snippet.index < snippet.lexemes.size()) {
      if (!snippet.accept(";")) {
        snippet.statement();
        snippet.expect(";");
      }
    }
  }

  private Lexeme peek() {
    return lexemes.get(Math.min(index, lexemes.size() - 1));
  }

  private boolean at(String sign) {
    Lexeme here = peek();
    return here.kind() != Kind.STRING && here.text().equals(sign);
  }

  private boolean accept(String sign) {
    if (at(sign)) {
      index++;
      return true;
    }
    return false;
  }

  private void expect(String sign) throws SnippetException {
    if (!accept(sign)) {
      throw unsupported("expected '" + sign + "', found '" + peek().text() + "'");
    }
  }

  private static SnippetException unsupported(String message) {
    return new SnippetException(Reason.UNSUPPORTED, message);
  }

  private void statement() throws SnippetException {
    if (accept("assert")) {
      assertion();
    } else if (accept("import") || accept("from")) {
      while (!at(";")) {
        index++;
      }
    } else if (peek().kind() == Kind.NAME && assigns(lexemes.get(index + 1))) {
      assignment();
    } else {
      expression();
    }
  }

  private static boolean assigns(Lexeme lexeme) {
    return lexeme.kind() == Kind.SIGN
        && lexeme.text().endsWith("=")
        && !COMPARISONS.contains(lexeme.text());
  }

  private void assignment() throws SnippetException {
    String name = peek().text();
    String sign = lexemes.get(index + 1).text();
    index += 2;
    Object value = expression();
    if (!sign.equals("=")) {
      value = apply(sign.substring(0, sign.length() - 1), named(name), value);
    }
    names.put(name, value);
  }

  private void assertion() throws SnippetException {
    int start = index;
    boolean holds = truth(expression());
    String text = textBetween(start, index);
    String detail = accept(",") ? String.valueOf(expression()) : "";
    if (!holds) {
      String seen = detail.isEmpty() ? "" : " (" + detail + ")";
      throw new SnippetException(Reason.ASSERTION, "assert " + text + " does not hold" + seen);
    }
  }

  private String textBetween(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (Lexeme lexeme : lexemes.subList(from, to)) {
      text.append(text.isEmpty() ? "" : " ").append(lexeme.text());
    }
    return text.toString();
  }

  // ---- expressions, weakest binding first

  private Object expression() throws SnippetException {
    Object value = conjunction();
    while (accept("or")) {
      Object right = conjunction();
      value = truth(value) ? value : right;
    }
    return value;
  }

  private Object conjunction() throws SnippetException {
    Object value = negation();
    while (accept("and")) {
      Object right = negation();
      value = truth(value) ? right : value;
    }
    return value;
  }

  private Object negation() throws SnippetException {
    return accept("not") ? bool(!truth(negation())) : comparison();
  }

  private Object comparison() throws SnippetException {
    Object left = binary(0);
    if (!COMPARISONS.contains(peek().text())) {
      return left;
    }
    boolean holds = true;
    while (peek().kind() == Kind.SIGN && COMPARISONS.contains(peek().text())) {
      String sign = peek().text();
      index++;
      Object right = binary(0);
      holds &= compare(sign, left, right);
      left = right;
    }
    return bool(holds);
  }

  private Object binary(int level) throws SnippetException {
    if (level == LEVELS.size()) {
      return unary();
    }
    Object left = binary(level + 1);
    while (peek().kind() == Kind.SIGN && LEVELS.get(level).contains(peek().text())) {
      String sign = peek().text();
      index++;
      left = apply(sign, left, binary(level + 1));
    }
    return left;
  }

  private Object unary() throws SnippetException {
    if (accept("-")) {
      return apply("-", 0L, unary());
    }
    if (accept("+")) {
      return unary();
    }
    if (accept("~")) {
      return ~whole(unary());
    }
    return primary();
  }

  private Object primary() throws SnippetException {
    Lexeme here = peek();
    index++;
    return switch (here.kind()) {
      case NUMBER -> number(here.text());
      case STRING -> here.text();
      case NAME -> at("(") ? call(here.text()) : constantOrName(here.text());
      case SIGN -> {
        if (!here.text().equals("(")) {
          throw unsupported("unexpected '" + here.text() + "'");
        }
        List<Object> values = arguments();
        yield values.size() == 1 ? values.getFirst() : List.copyOf(values);
      }
    };
  }

  /// Values up to `)`, the opening one already taken.
  private List<Object> arguments() throws SnippetException {
    List<Object> values = new ArrayList<>();
    while (!at(")")) {
      values.add(expression());
      if (!accept(",")) {
        break;
      }
    }
    expect(")");
    return values;
  }

  private Object call(String name) throws SnippetException {
    expect("(");
    List<Object> values = arguments();
    if (values.isEmpty()) {
      throw unsupported(name + "() without a value");
    }
    return switch (name) {
      case "print", "str" -> String.valueOf(values.getFirst());
      case "int", "long" ->
        values.getFirst() instanceof Double d ? (Object) d.longValue() : values.getFirst();
      case "float" -> real(values.getFirst());
      case "abs" ->
        values.getFirst() instanceof Long l
            ? (Object) Math.abs(l)
            : Math.abs(real(values.getFirst()));
      case "min" -> extreme(values, "<");
      case "max" -> extreme(values, ">");
      default -> throw unsupported("function " + name + "()");
    };
  }

  private static Object extreme(List<Object> values, String sign) throws SnippetException {
    Object best = values.getFirst();
    for (Object value : values) {
      best = compare(sign, value, best) ? value : best;
    }
    return best;
  }

  private Object constantOrName(String name) throws SnippetException {
    return switch (name) {
      case "True" -> 1L;
      case "False" -> 0L;
      default -> named(name);
    };
  }

  private Object named(String name) throws SnippetException {
    Object value = names.get(name);
    if (value == null) {
      throw new SnippetException(Reason.UNKNOWN_NAME, name);
    }
    return value;
  }

  private static Object number(String text) throws SnippetException {
    try {
      return text.contains(".") ? (Object) Double.valueOf(text) : (Object) Long.decode(text);
    } catch (NumberFormatException e) {
      throw unsupported("not a number: " + text);
    }
  }

  // ---- what the operators do

  private static Long bool(boolean value) {
    return value ? 1L : 0L;
  }

  private static boolean truth(Object value) {
    return switch (value) {
      case Long l -> l != 0;
      case Double d -> d != 0;
      case String s -> !s.isEmpty();
      default -> true;
    };
  }

  private static double real(Object value) throws SnippetException {
    if (value instanceof Number n) {
      return n.doubleValue();
    }
    throw unsupported("not a number: " + value);
  }

  private static long whole(Object value) throws SnippetException {
    if (value instanceof Long l) {
      return l;
    }
    throw unsupported("not a whole number: " + value);
  }

  private static boolean compare(String sign, Object left, Object right) throws SnippetException {
    if (left instanceof String || right instanceof String) {
      return left.equals(right) == sign.equals("==");
    }
    int order = left instanceof Long a && right instanceof Long b
        ? Long.compare(a, b)
        : Double.compare(real(left), real(right));
    return switch (sign) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  private static Object apply(String sign, Object left, Object right) throws SnippetException {
    if (left instanceof String format) {
      return sign.equals("%") ? format + " " + right : format + right;
    }
    if (left instanceof Long a && right instanceof Long b) {
      return wholes(sign, a, b);
    }
    double x = real(left);
    double y = real(right);
    return switch (sign) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      case "//" -> Math.floor(x / y);
      case "%" -> x - y * Math.floor(x / y);
      default -> throw unsupported("'" + sign + "' on fractions");
    };
  }

  private static Object wholes(String sign, long a, long b) throws SnippetException {
    if (b == 0 && (sign.equals("/") || sign.equals("//") || sign.equals("%"))) {
      throw unsupported("division by zero");
    }
    return switch (sign) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> (double) a / b;
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      case "<<" -> a << b;
      case ">>" -> a >> b;
      case "&" -> a & b;
      case "|" -> a | b;
      default -> a ^ b;
    };
  }
}
