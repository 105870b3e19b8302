package dev.sluice.cli.run;

import dev.sluice.guard.Watchman;
import dev.sluice.link.Impairments;
import dev.sluice.stack.HostObserver;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.tcp.tcb.TcpSettings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What `serve` was asked for. Set the fields, then give it to [Serving].
public final class ServeConfig {
  /// The name under which other commands find it.
  public String name = "serve";
  /// The TUN device, or null for two hosts joined by a wire in memory.
  public @Nullable String tun;
  /// The host's IPv4 address on the TUN device.
  public @Nullable InterfaceAddress address;
  /// Its IPv6 address.
  public @Nullable InterfaceAddress address6;
  /// The kernel's side, or null for the first address of the prefix.
  public @Nullable InterfaceAddress kernelAddress;
  /// The same for IPv6.
  public @Nullable InterfaceAddress kernelAddress6;
  /// What is offered.
  public final Set<Offer> offers = EnumSet.allOf(Offer.class);
  /// Ports of the front doors, 0 for any; an offer without one has no door.
  public final Map<Offer, Integer> frontPorts = new EnumMap<>(Offer.class);
  /// Files for HTTP, or null for the built-in page.
  public @Nullable Path www;
  /// What the wire does to packets, each way.
  public Impairments impairments = Impairments.NONE;
  /// From which the wire's chance comes.
  public long seed = 1;
  /// Octets of the longest packet on the wire.
  public int mtu = 1_500;
  /// Connections that may wait to be accepted.
  public int backlog = 1_024;
  /// Half-open peers that a listener keeps.
  public int maxHalfOpen = 1_024;
  /// The engine's settings, an object for each host.
  public Supplier<TcpSettings> settings = TcpSettings::new;
  /// The rules of the host with the services.
  public Firewall firewall = Firewall.OPEN;
  /// Where they come from, or null.
  public @Nullable Path firewallFile;
  /// Where packets are recorded, or null.
  public @Nullable Path capture;
  /// Where alarms of the host with the services are written, and how many of their
  /// packets are kept; null: nobody watches for them.
  public Watchman.@Nullable Post alarms;
  /// Who watches the host with these ids' prefix (`server/`, or empty for a lone host).
  public Function<String, HostObserver> observers = prefix -> HostObserver.NONE;
  /// Hears, in one line each, what goes wrong while it runs.
  public Consumer<String> warnings = line -> {};

  /// Doors at 7007, 7009, 7013, 7019 and 7080, or the same from another base.
  public void frontPortsFrom(int base) {
    for (Offer offer : Offer.values()) {
      frontPorts.put(offer, base + offer.port());
    }
  }
}
