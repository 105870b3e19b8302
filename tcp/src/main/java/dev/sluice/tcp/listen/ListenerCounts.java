package dev.sluice.tcp.listen;

/// What one listener has seen since it began; every number only goes up. Loop thread
/// only.
public final class ListenerCounts {
  long syns;
  long synsDropped;
  long evictions;
  long cookiesSent;
  long cookiesValid;
  long cookiesInvalid;
  long cookiesExpired;
  long acksRefused;
  long opens;

  /// SYNs that arrived, repeats too.
  public long syns() {
    return syns;
  }

  /// SYNs of new peers that were not answered: no room for them, or for connections.
  public long synsDropped() {
    return synsDropped;
  }

  /// Peers forgotten to make room for others.
  public long evictions() {
    return evictions;
  }

  /// SYN-ACKs left to their cookie alone: [#evictions()], and those of peers that were
  /// never remembered.
  public long cookiesSent() {
    return cookiesSent;
  }

  /// Connections made from a cookie.
  public long cookiesValid() {
    return cookiesValid;
  }

  /// Cookies refused because they are none of ours.
  public long cookiesInvalid() {
    return cookiesInvalid;
  }

  /// Cookies refused because they are too old.
  public long cookiesExpired() {
    return cookiesExpired;
  }

  /// Segments with ACK that fitted no peer, for whatever reason.
  public long acksRefused() {
    return acksRefused;
  }

  /// Connections that came of it all.
  public long opens() {
    return opens;
  }

  /// A new SYN came.
  public void onSyn() {
    syns++;
  }

  /// It was not answered.
  public void onSynDropped() {
    synsDropped++;
  }

  /// A SYN-ACK is left to its cookie.
  ///
  /// @param evicted whether its peer was remembered before
  public void onCookieSent(boolean evicted) {
    cookiesSent++;
    evictions += evicted ? 1 : 0;
  }

  /// A cookie came back.
  public void onCookie(SynCookies.Verdict verdict) {
    switch (verdict) {
      case VALID -> cookiesValid++;
      case EXPIRED -> cookiesExpired++;
      case OUT_OF_PLACE, FOREIGN -> cookiesInvalid++;
    }
  }

  /// An ACK fitted nobody.
  public void onAckRefused() {
    acksRefused++;
  }

  /// A connection begins.
  public void onOpen() {
    opens++;
  }
}
