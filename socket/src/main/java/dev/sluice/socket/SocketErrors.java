package dev.sluice.socket;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.IcmpError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// Why a connection ended, in the JDK's exceptions with the JDK's words.
///
/// | reason | connect | read | write |
/// |---|---|---|---|
/// | finished | - | end-of-stream | Broken pipe |
/// | reset by peer | Connection reset | Connection reset | Connection reset, then Broken pipe |
/// | refused | Connection refused | | |
/// | aborted here | Software caused connection abort | the same | the same |
/// | timed out | Connection timed out, or No route to host | the same | the same |
/// | unreachable | Connection refused, Protocol not available | | |
/// | out of memory | No buffer space available | the same | the same |
final class SocketErrors {
  private static final String TIMED_OUT = "Connection timed out";

  private SocketErrors() {}

  /// Why an open failed.
  static IOException onConnect(ConnectionEnd end) {
    return switch (end.reason()) {
      case null -> networkDown();
      case CloseReason.Refused refused -> new ConnectException("Connection refused");
      case CloseReason.TimedOut timedOut ->
        timedOut(end.softError(), new ConnectException(TIMED_OUT));
      case CloseReason.Unreachable unreachable -> unreachable(unreachable.error());
      case CloseReason.ResetByPeer reset -> new ConnectException("Connection refused");
      case CloseReason.Aborted aborted -> aborted();
      case CloseReason.OutOfMemory evicted -> noMemory();
      case CloseReason.Finished finished -> aborted();
    };
  }

  /// Why there is nothing more to read.
  ///
  /// @return null: the stream ended in order
  static @Nullable IOException onRead(ConnectionEnd end) {
    if (end.sawEndOfStream()) {
      return null;
    }
    return switch (end.reason()) {
      case null -> networkDown();
      case CloseReason.Finished finished -> null;
      case CloseReason.ResetByPeer reset -> new SocketException("Connection reset");
      case CloseReason.Refused refused -> new ConnectException("Connection refused"); // fast open
      case CloseReason.TimedOut timedOut ->
        timedOut(end.softError(), new SocketException(TIMED_OUT));
      case CloseReason.Unreachable unreachable -> unreachable(unreachable.error());
      case CloseReason.Aborted aborted -> aborted();
      case CloseReason.OutOfMemory evicted -> noMemory();
    };
  }

  /// Why nothing can be written.
  ///
  /// @param told whether an exception has already told of the end
  static IOException onWrite(ConnectionEnd end, boolean told) {
    return switch (end.reason()) {
      case null -> networkDown();
      case CloseReason.Finished finished -> brokenPipe();
      // a peer that sent FIN and then RST will not read: Linux says so with EPIPE
      case CloseReason.ResetByPeer reset when told || end.sawEndOfStream() -> brokenPipe();
      case CloseReason.ResetByPeer reset -> new SocketException("Connection reset");
      case CloseReason.Refused refused -> new ConnectException("Connection refused"); // fast open
      case CloseReason.TimedOut timedOut when told -> brokenPipe();
      case CloseReason.TimedOut timedOut ->
        timedOut(end.softError(), new SocketException(TIMED_OUT));
      case CloseReason.Unreachable unreachable -> unreachable(unreachable.error());
      case CloseReason.Aborted aborted -> aborted();
      case CloseReason.OutOfMemory evicted -> noMemory();
    };
  }

  /// An ICMP error that came while the peer was silent says more than the silence.
  private static IOException timedOut(@Nullable IcmpError softError, IOException silence) {
    if (softError == null || softError.kind() != IcmpError.Kind.SOFT) {
      return silence;
    }
    return new NoRouteToHostException("No route to host");
  }

  /// Type 3 code 3 (ICMPv6: type 1 code 4) is a closed port; the rest says that there is
  /// no TCP.
  private static IOException unreachable(IcmpError error) {
    boolean port =
        (error.type() == 3 && error.code() == 3) || (error.type() == 1 && error.code() == 4);
    return port
        ? new ConnectException("Connection refused")
        : new SocketException("Protocol not available");
  }

  private static IOException aborted() {
    return new SocketException("Software caused connection abort");
  }

  private static IOException noMemory() {
    return new SocketException("No buffer space available");
  }

  private static IOException brokenPipe() {
    return new SocketException("Broken pipe");
  }

  private static IOException networkDown() {
    return new SocketException("Network is down");
  }
}
