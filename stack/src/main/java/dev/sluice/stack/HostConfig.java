package dev.sluice.stack;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.OptionLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a host is built from.
public final class HostConfig {
  /// What the link under the host can do.
  public LinkCapabilities link = LinkCapabilities.plain(1_500);
  /// The host's addresses with the networks they are in.
  public final List<InterfaceAddress> addresses = new ArrayList<>();
  /// The engine's settings.
  public TcpSettings tcp = new TcpSettings();
  /// In which order TCP options are written.
  public OptionLayout optionLayout = OptionLayout.LINUX;
  /// Secrets and choices come from here: a strong generator in real life, a seeded one
  /// in simulation.
  public java.util.random.RandomGenerator random = new java.security.SecureRandom();
  /// The initial sequence number of every connection, or null: numbers that nobody can
  /// guess (RFC 6528). For simulated networks only, to draw what textbooks draw; a host
  /// that others can reach must not have it.
  public @Nullable Integer fixedIsn;
  /// Who watches.
  public HostObserver observer = HostObserver.NONE;
  /// Connections and half-open peers at once, at most.
  public int maxConnections = 1_000_000;
  /// Half-open peers of all listeners together, at most; each listener has a limit of its
  /// own as well. One takes 96 octets.
  public int maxHalfOpen = 65_536;
  /// Half-open peers of one listener, at most, where whoever listens does not say
  /// ([dev.sluice.tcp.listen.ListenerLimits]).
  public int maxHalfOpenPerListener = 1_024;
  /// TIME-WAITs at once, at most; one more ends the oldest.
  public int maxTimeWaits = 262_144;
  /// Connections that keep all their memory though nothing happens to them, at most. Of
  /// more, those that have been quiet for long keep some hundred octets each until
  /// something happens, which then costs about a microsecond. 0: none keeps any.
  public int maxQuietAwake = 512;
  /// Connections whose user has closed them and whose peer has yet to take what was
  /// written, and the FIN, at most; one more resets the one that lingers longest.
  public int maxOrphans = 16_384;
  /// Which packets pass at first; [Host#firewall(Firewall)] puts others in place.
  public Firewall firewall = Firewall.OPEN;

  // How much each prefix of sources, /24 or /64, is answered that has no connection here.
  // 1,000,000,000 is no limit.

  /// ICMP errors in a second, at most (RFC 1812 §4.3.2.8, RFC 4443 §2.4 (f)).
  public int icmpErrorsPerSecond = 100;
  /// Echo replies in a second, at most.
  public int echoRepliesPerSecond = 10_000;
  /// RSTs to segments that nobody wants in a second, at most.
  public int resetsPerSecond = 2_000;
  /// Answered SYNs in a second, at most, that are not followed by a handshake.
  public int synAcksPerSecond = 10_000;
}
