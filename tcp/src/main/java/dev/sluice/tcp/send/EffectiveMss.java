package dev.sluice.tcp.send;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.Path;

/// How many octets of text a segment carries:
/// `min(SendMSS + 20, MMS_S) - TCPhdrsize - IPoptionsize`, and what MSS we announce.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.7.1 RFC 9293 §3.7.1
public final class EffectiveMss {
  /// What a peer that says nothing can take over IPv4 and IPv6 (MUST-15).
  public static final int DEFAULT_V4 = 536;

  public static final int DEFAULT_V6 = 1_220;

  /// No peer gets segments smaller than this, whatever it or an ICMP error asks for,
  /// because the headers would outweigh the text by far (CVE-2019-11479).
  private static final int SMALLEST = 48;

  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int TCP_HEADER = 20;
  private static final int TIMESTAMPS = 12;

  private final int ipHeader;
  private final int linkMtu;
  private final int maxSendBytes;
  private final int userBound;
  private int peerMss;
  private int pathMtu;
  private boolean announcesPath;
  private boolean timestamps;
  private int reserved;
  private int probeMtu;

  /// @param v4 the family
  /// @param path what the link carries
  /// @param userBound TCP_MAXSEG, or 0
  public EffectiveMss(boolean v4, Path path, int userBound) {
    ipHeader = v4 ? IPV4_HEADER : IPV6_HEADER;
    linkMtu = path.mtu();
    maxSendBytes = path.maxSendBytes();
    pathMtu = linkMtu;
    this.userBound = userBound;
    peerMss = v4 ? DEFAULT_V4 : DEFAULT_V6;
  }

  /// Our SYNs announce no more than the path from here is known to carry
  /// ([dev.sluice.tcp.tcb.TcpSettings#announcePathMss]).
  public void announcePath() {
    announcesPath = true;
  }

  /// The MSS option we send: MMS_R - 20, fixed headers only (MUST-67).
  public int announced() {
    return announced((announcesPath ? pathMtu : linkMtu) - ipHeader, userBound);
  }

  /// The MSS option of a SYN over this family and path.
  ///
  /// @param userBound TCP_MAXSEG, or 0
  public static int announced(boolean v4, Path path, int userBound) {
    return announced(path.mtu() - (v4 ? IPV4_HEADER : IPV6_HEADER), userBound);
  }

  private static int announced(int room, int userBound) {
    int fits = Math.min(65_535, room - TCP_HEADER);
    return userBound > 0 ? Math.min(userBound, fits) : fits;
  }

  /// The peer's MSS option, on its SYN.
  public void onPeerMss(int octets) {
    peerMss = octets;
  }

  /// Timestamps take twelve octets of every segment.
  public void onTimestamps(boolean agreed) {
    timestamps = agreed;
  }

  /// Octets of every new segment that another option takes now.
  public void reserve(int octets) {
    reserved = octets;
  }

  /// The segment that goes out next tries whether the path carries packets of this size;
  /// 0: no more.
  public void probe(int mtu) {
    probeMtu = mtu;
  }

  /// The longest packet that the link carries and the peer takes.
  public int largestMtu() {
    return Math.min(linkMtu, Math.max(SMALLEST, wanted()) + ipHeader + TCP_HEADER);
  }

  /// The packet that carries this much text without options.
  public int mtuFor(int octets) {
    return octets + ipHeader + TCP_HEADER;
  }

  private int wanted() {
    return userBound > 0 ? Math.min(peerMss, userBound) : peerMss;
  }

  /// Whether another option takes room just now.
  public boolean isReserved() {
    return reserved > 0;
  }

  /// The path carries packets of this size (RFC 1191, RFC 8201).
  public void pathMtu(int octets) {
    pathMtu = Math.min(linkMtu, octets);
  }

  public int pathMtu() {
    return pathMtu;
  }

  public int linkMtu() {
    return linkMtu;
  }

  /// Octets of text in a full-sized segment.
  public int octets() {
    int fits = (probeMtu > 0 ? probeMtu : pathMtu) - ipHeader - TCP_HEADER;
    return Math.max(1, Math.min(Math.max(SMALLEST, wanted()), fits) - optionOctets());
  }

  /// Octets of text that the link takes at once, a whole number of segments where it
  /// cuts. A link that takes no more than its MTU does not cut.
  public int linkOctets() {
    int mss = octets();
    if (maxSendBytes <= linkMtu) {
      return mss;
    }
    int room = maxSendBytes - ipHeader - TCP_HEADER - optionOctets();
    return room < 2 * mss ? mss : room - room % mss;
  }

  private int optionOctets() {
    return (timestamps ? TIMESTAMPS : 0) + reserved;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    peerMss = archive.keep(peerMss);
    pathMtu = archive.keep(pathMtu, linkMtu);
    announcesPath = archive.keep(announcesPath);
    timestamps = archive.keep(timestamps);
    reserved = archive.keep(reserved);
    probeMtu = archive.keep(probeMtu);
  }
}
