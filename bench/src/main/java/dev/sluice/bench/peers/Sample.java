package dev.sluice.bench.peers;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One run of one row against one contender.
///
/// @param value in the row's unit
/// @param rate octets, round trips or connections a second
/// @param p99Micros of ping-pong and connect, else 0
/// @param clientCpu processor seconds of the client a second
/// @param serverCpu the same of the server
record Sample(double value, double rate, double p99Micros, double clientCpu, double serverCpu) {
  /// Reads what the client printed.
  static Sample of(Row row, String json, double serverSeconds) {
    double amount = number(json, "amount");
    double seconds = number(json, "seconds");
    double value = switch (row.mode()) {
      case SEND, RECEIVE -> amount * 8 / seconds / 1e9;
      case PING_PONG -> number(json, "p50") / 1e3;
      case CONNECT -> amount / seconds / 1e3;
    };
    return new Sample(
        value,
        amount / seconds,
        number(json, "p99") / 1e3,
        number(json, "cpu") / seconds,
        serverSeconds / seconds);
  }

  private static double number(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":([0-9.]+)").matcher(json);
    if (!found.find()) {
      throw new IllegalArgumentException("no " + name + " in " + json);
    }
    return Double.parseDouble(found.group(1));
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"value\":%.3f,\"p99\":%.1f,\"clientCpu\":%.2f,\"serverCpu\":%.2f}",
        value,
        p99Micros,
        clientCpu,
        serverCpu);
  }
}
