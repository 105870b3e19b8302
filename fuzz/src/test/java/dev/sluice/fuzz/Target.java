package dev.sluice.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What there is to fuzz. To add one, write a class with a `fuzzerTestOneInput` and name
/// it here.
@SuppressWarnings("ImmutableEnumChecker") // the functions are references to static methods
enum Target {
  /// IPv4 and IPv6 headers, IPv4 options, IPv6 extension headers.
  IP(IpTarget.class, IpTarget::fuzzerTestOneInput, Seeds::ip),
  /// TCP headers and options.
  TCP(TcpTarget.class, TcpTarget::fuzzerTestOneInput, Seeds::tcp),
  /// UDP headers.
  UDP(UdpTarget.class, UdpTarget::fuzzerTestOneInput, Seeds::udp),
  /// ICMP and ICMPv6 with what they quote.
  ICMP(IcmpTarget.class, IcmpTarget::fuzzerTestOneInput, Seeds::icmp),
  /// The writer of capture files.
  PCAPNG(PcapngTarget.class, PcapngTarget::fuzzerTestOneInput, Seeds::pcapng),
  /// The reader of packetdrill scripts.
  PACKETDRILL(
      PacketdrillTarget.class, PacketdrillTarget::fuzzerTestOneInput, PacketdrillTarget::seeds),
  /// One connection and everything that may happen to it.
  CONNECTION(ConnectionTarget.class, ConnectionTarget::fuzzerTestOneInput, Seeds::connection),
  /// A listener, its half-open peers and what becomes of them.
  LISTENER(ListenerTarget.class, ListenerTarget::fuzzerTestOneInput, Seeds::listener),
  /// A whole host, from raw packets to the user's calls.
  HOST(HostTarget.class, HostTarget::fuzzerTestOneInput, Seeds::host);

  private final Class<?> type;
  private final Consumer<byte[]> function;
  private final Supplier<List<byte[]>> seeds;

  Target(Class<?> type, Consumer<byte[]> function, Supplier<List<byte[]>> seeds) {
    this.type = type;
    this.function = function;
    this.seeds = seeds;
  }

  /// Its name on the command line.
  String command() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether the name of a file with an input begins with this target's.
  boolean isNamedIn(Path file) {
    return file.getFileName().toString().startsWith(command() + "-");
  }

  /// The class that Jazzer calls.
  Class<?> type() {
    return type;
  }

  /// Tries one input here and now.
  void run(byte[] octets) {
    function.accept(octets);
  }

  /// Inputs that reach far, for the fuzzer to begin with.
  List<byte[]> seeds() {
    return seeds.get();
  }
}
