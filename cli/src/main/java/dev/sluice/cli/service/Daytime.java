package dev.sluice.cli.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Tells the date and time, and closes.
///
/// @spec https://www.rfc-editor.org/rfc/rfc867 RFC 867
public final class Daytime implements Service {
  /// The first form that RFC 867 suggests: `Tuesday, February 22, 1982 17:37:43-PST`.
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEEE, MMMM d, yyyy HH:mm:ss'-'zzz", Locale.ENGLISH);
  /// How long a peer that has the time may take to close.
  private static final long PATIENCE_MILLIS = 5_000;

  private final Clock clock;

  /// @param clock whose time it tells, in the clock's zone
  public Daytime(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void serve(SocketChannel peer) throws IOException {
    String text = FORM.format(ZonedDateTime.now(clock)) + "\r\n";
    ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (buffer.hasRemaining()) {
      peer.write(buffer);
    }
    peer.shutdownOutput();
    Patience.limit(peer, PATIENCE_MILLIS, Daytime::readToEnd);
  }

  /// What the peer sends is thrown away; left unread, it would turn our close into a
  /// reset (RFC 2525 §2.17).
  private static void readToEnd(SocketChannel peer) throws IOException {
    ByteBuffer scrap = ByteBuffer.allocate(1_024);
    while (peer.read(scrap.clear()) >= 0) {
      // thrown away
    }
  }
}
