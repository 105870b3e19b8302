package dev.sluice.cli.watch;

import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;

/// One transition as an aligned line. The host's own end stands first, as in netstat.
///
/// ```
/// 14:03:22.123456 server/1   198.18.0.2:7 > 198.18.0.1:49152    LISTEN → SYN-RECEIVED
/// rcv SYN
/// ```
final class TransitionText {
  /// `hh:mm:ss.micros`.
  private static final int TIME_WIDTH = 15;
  private static final int TUPLE_WIDTH = 38;
  private static final int FROM_WIDTH = 12;
  private static final String DIM = "\u001b[2m";
  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[31m";
  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String PLAIN = "\u001b[0m";

  private final boolean colour;
  private final int idWidth;
  private final String arrow;

  /// @param colour whether the terminal shows colours
  /// @param idWidth characters of the widest usual id
  /// @param arrow what stands between the states
  TransitionText(boolean colour, int idWidth, String arrow) {
    this.colour = colour;
    this.idWidth = idWidth;
    this.arrow = arrow;
  }

  /// What the line says.
  record Transition(
      long timeMicros, String id, FourTuple tuple, State from, State to, String cause) {}

  void append(StringBuilder out, Transition transition) {
    int start = out.length();
    colour(out, DIM);
    WallClock.appendTo(out, transition.timeMicros);
    colour(out, PLAIN);
    out.append(' ');
    pad(out, transition.id, idWidth);
    out.append(' ');
    pad(out, transition.tuple.toString(), TUPLE_WIDTH);
    out.append(' ');
    String from = transition.from.toString();
    out.append(" ".repeat(Math.max(0, FROM_WIDTH - from.length()))).append(from);
    out.append(' ').append(arrow).append(' ');
    colour(out, colourOf(transition.to));
    pad(out, transition.to.toString(), FROM_WIDTH);
    colour(out, PLAIN);
    if (!transition.cause.isEmpty()) {
      out.append("  ").append(transition.cause);
    }
    assert out.length() - start >= TIME_WIDTH;
  }

  private static void pad(StringBuilder out, String text, int width) {
    out.append(text).append(" ".repeat(Math.max(0, width - text.length())));
  }

  private void colour(StringBuilder out, String code) {
    if (colour) {
      out.append(code);
    }
  }

  private static String colourOf(State state) {
    return switch (state) {
      case ESTABLISHED -> GREEN;
      case CLOSED -> RED;
      case SYN_SENT, SYN_RECEIVED -> BOLD;
      case FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> YELLOW;
      case LISTEN -> PLAIN;
    };
  }
}
