package dev.sluice.interop;

import dev.sluice.link.tun.Tun;
import dev.sluice.link.tun.TunException;
import dev.sluice.link.tun.TunLink;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Predicate;

/// A host behind the kernel that has no TCP: it sends the segments a test makes, when the
/// test makes them, and nothing else. So it can stay silent, and be in two minds at once,
/// as no real peer can be asked to.
///
/// ```
///   RawPeer --raw0--> kernel (forwards) --sl0--> Sluice
/// ```
final class RawPeer implements AutoCloseable {
  private static final String DEVICE = "raw0";
  private static final int MTU = 1_500;
  private static final int WINDOW = 60_000;
  private static final int TTL = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TunLink link;
  private final PacketBuffer buffer = PacketBuffer.ofMaximumSize();
  private final IpHeader ip = new IpHeader();

  private RawPeer(TunLink link) {
    this.link = link;
  }

  /// Makes the device and lets the kernel forward. On a thread of the namespace.
  static RawPeer open() throws TunException {
    NetworkNamespace.sysctl("net.ipv4.ip_forward", "1");
    NetworkNamespace.sysctl("net.ipv6.conf.all.forwarding", "1");
    return new RawPeer(Tun.named(DEVICE)
        .mtu(MTU)
        .offload(false)
        .kernelAddress(Family.V4.rawGateway)
        .kernelAddress(Family.V6.rawGateway)
        .open());
  }

  /// A flow towards a port of Sluice's.
  Flow flow(Family family, int ownPort, int sluicePort) {
    return new Flow(new FourTuple(
        IpAddress.parse(family.raw), ownPort, IpAddress.parse(family.sluice), sluicePort));
  }

  /// Takes what has come and forgets it.
  void ignoreAnswers() {
    try {
      while (link.receive(buffer, 0)) {
        // nobody reads it
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    link.close();
  }

  /// One side of a connection, without any rule: what was sent and seen last.
  final class Flow {
    private final FourTuple tuple;
    /// Our next sequence number.
    int next = 1_000_000;
    /// The sequence number that we expect, or 0.
    int expected;

    private Flow(FourTuple tuple) {
      this.tuple = tuple;
    }

    int ownPort() {
      return tuple.localPort();
    }

    /// How `serve` prints this peer.
    String endpoint() {
      return FourTuple.text(tuple.local(), tuple.localPort());
    }

    /// Sends an empty segment with our next sequence number; SYN and FIN move it on.
    void send(int flags) {
      send(flags, next, expected);
      next += (flags & (Flags.SYN | Flags.FIN)) != 0 ? 1 : 0;
    }

    /// Sends an empty segment that acknowledges something of our choice.
    void send(int flags, int seq, int ack) {
      Segment segment = new Segment();
      segment.clear();
      segment.address(tuple);
      segment.ttl = TTL;
      segment.seq = seq;
      segment.flags = flags;
      segment.ack = (flags & Flags.ACK) != 0 ? ack : 0;
      segment.window = WINDOW;
      if ((flags & Flags.SYN) != 0) {
        segment.mss = 1_400;
      }
      TcpCodec.encode(segment, OptionLayout.LINUX, false, buffer);
      try {
        link.send(buffer, 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Waits for a segment of this flow, and takes its end as what we expect next.
    Segment await(String what, Predicate<Segment> wanted) {
      long endNanos = System.nanoTime() + PATIENCE.toNanos();
      try {
        while (System.nanoTime() < endNanos) {
          if (!link.receive(buffer, 0)) {
            link.await(endNanos - System.nanoTime());
            continue;
          }
          Segment segment = new Segment();
          if (isOurs(segment) && wanted.test(segment)) {
            expected = segment.endSeq();
            return segment;
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      throw new AssertionError("no " + what + " came to " + endpoint());
    }

    private boolean isOurs(Segment segment) {
      return ip.parse(buffer) == DropReason.NONE
          && ip.protocol == IpProtocol.TCP
          && TcpCodec.parse(buffer, ip, segment) == DropReason.NONE
          && segment.localTuple().equals(tuple);
    }

    /// The handshake, as an active opener does it.
    void open() {
      send(Flags.SYN);
      await("SYN-ACK", s -> s.has(Flags.SYN) && s.has(Flags.ACK));
      send(Flags.ACK);
    }
  }
}
