package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Compares control messages that a script expects from `recvmsg` with those there are.
final class ControlMessages {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long TOLERANCE_NANOS = 5_000_000L;

  private final Kernel kernel;

  ControlMessages(Kernel kernel) {
    this.kernel = kernel;
  }

  /// The expected messages, empty if there are none; null if the script does not say.
  static List<Value> expected(Arguments arguments, int index) {
    Value control =
        arguments.value(index) instanceof Value.Struct struct ? struct.field("msg_control") : null;
    return control instanceof Value.Items(List<Value> items) ? items : List.of();
  }

  /// TCP_CM_INQ: how many octets wait behind those just read.
  void compareInq(Arguments arguments, List<Value> expected, long live) {
    for (Value message : expected) {
      String type = name(message, "cmsg_type");
      if (!type.equals("TCP_CM_INQ")) {
        throw new NotRun("control message " + type);
      }
      compare("TCP_CM_INQ", arguments.number(field(message, "cmsg_data")), live);
    }
  }

  /// A message of the error queue.
  ///
  /// @param startNanos the first moment of the script
  void compareError(
      Arguments arguments, List<Value> expected, ErrorQueue.Message live, long startNanos) {
    for (Value message : expected) {
      Value data = field(message, "cmsg_data");
      switch (name(message, "cmsg_type")) {
        case "SCM_TIMESTAMPING" -> {
          long nanos = arguments.number(field(data, "scm_sec")) * SECOND_NANOS
              + arguments.number(field(data, "scm_nsec"));
          long apart = Math.abs(live.timeNanos() - startNanos - nanos);
          if (live.timeNanos() < 0 || apart > TOLERANCE_NANOS) {
            throw new Failure("recvmsg: expected the time " + nanos + " ns, seen "
                + (live.timeNanos() - startNanos));
          }
        }
        case "CMSG_TYPE_RECVERR", "IP_RECVERR", "IPV6_RECVERR" -> {
          Map<String, Long> fields = new LinkedHashMap<>();
          fields.put("ee_errno", live.errno());
          fields.put("ee_origin", (long) live.origin());
          fields.put("ee_type", 0L);
          fields.put("ee_code", (long) live.code());
          fields.put("ee_info", live.info());
          fields.put("ee_data", live.data());
          fields.forEach((name, seen) -> {
            Value wanted = data instanceof Value.Struct struct ? struct.field(name) : null;
            if (wanted != null && !(wanted instanceof Value.Anything)) {
              compare(name, arguments.number(wanted), seen);
            }
          });
        }
        default -> throw new NotRun("control message " + name(message, "cmsg_type"));
      }
    }
  }

  private static void compare(String what, long expected, long seen) {
    if (expected != seen) {
      throw new Failure("recvmsg: expected " + what + " " + expected + ", seen " + seen);
    }
  }

  private String name(Value message, String field) {
    if (field(message, field) instanceof Value.Name symbol) {
      kernel.symbols.number(symbol.name());
      return symbol.name();
    }
    throw new NotRun("control message " + field + " that is no symbol");
  }

  private static Value field(Value struct, String name) {
    Value value = struct instanceof Value.Struct s ? s.field(name) : null;
    if (value == null) {
      throw new Failure("control message: field " + name + " is missing");
    }
    return value;
  }
}
