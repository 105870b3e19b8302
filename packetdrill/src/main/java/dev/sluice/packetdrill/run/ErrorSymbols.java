package dev.sluice.packetdrill.run;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.State;
import org.jspecify.annotations.Nullable;

/// Turns the end of a connection into the symbol that system calls report.
final class ErrorSymbols implements ScriptSocket.Errors {
  private final SocketHabits habits;
  private final boolean v4;

  ErrorSymbols(SocketHabits habits, boolean v4) {
    this.habits = habits;
    this.v4 = v4;
  }

  @Override
  public @Nullable String of(CloseReason reason, State state, boolean active) {
    return switch (reason) {
      case CloseReason.Finished(), CloseReason.Aborted() -> null;
      case CloseReason.Refused() -> "ECONNREFUSED";
      case CloseReason.ResetByPeer() -> reset(state, active);
      case CloseReason.OutOfMemory() -> "ENOBUFS";
      case CloseReason.TimedOut _ -> "ETIMEDOUT";
      case CloseReason.Unreachable(IcmpError error) -> unreachable(error);
    };
  }

  private String reset(State state, boolean active) {
    if (state == State.SYN_SENT
        || (state == State.SYN_RECEIVED && active && habits.resetBeforeOpenRefuses())) {
      return "ECONNREFUSED";
    }
    if (state == State.CLOSE_WAIT && habits.resetAfterFinIsBrokenPipe()) {
      return "EPIPE";
    }
    return "ECONNRESET";
  }

  private String unreachable(IcmpError error) {
    if (habits.unreachableRefuses()) {
      return "ECONNREFUSED";
    }
    if (v4) {
      return switch (error.type() * 16 + error.code()) {
        case 3 * 16, 3 * 16 + 6, 3 * 16 + 9, 3 * 16 + 11 -> "ENETUNREACH";
        case 3 * 16 + 2 -> "ENOPROTOOPT";
        case 3 * 16 + 3 -> "ECONNREFUSED";
        default -> "EHOSTUNREACH";
      };
    }
    return switch (error.type() * 16 + error.code()) {
      case 16 -> "ENETUNREACH";
      case 16 + 1 -> "EACCES";
      case 16 + 4 -> "ECONNREFUSED";
      case 4 * 16, 4 * 16 + 1, 4 * 16 + 2 -> "EPROTO";
      default -> "EHOSTUNREACH";
    };
  }
}
