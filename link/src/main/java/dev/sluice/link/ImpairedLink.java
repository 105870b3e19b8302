package dev.sluice.link;

import dev.sluice.wire.CounterSet;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A link that does to arriving packets what a bad wire does: delays, loses, reorders,
/// duplicates and corrupts them, the same way for the same seed.
///
/// ```
///   wrapped link -> burst, loss -> bottleneck -> corrupt -> delay queue -> receive
///                                                    `- duplicate -'
/// ```
///
/// Only what is received is impaired; wrap both ends of a wire to impair both
/// directions, or use [#bothWays] where the other end is out of reach. The same number of
/// random draws is spent on each packet, whatever is set: so packet 17 is lost with and
/// without jitter.
///
/// Impairments are about packets on the wire. Therefore this link takes no segment to
/// cut and no partial checksum, whatever the wrapped link takes, unless it was made with
/// [Impairments#NONE]. A merged packet that arrives all the same has one fate as a whole.
public final class ImpairedLink implements Link {
  /// Packets under way at most; lost is what comes on top.
  public static final int MAX_UNDER_WAY = 16_384;

  /// Packets taken out of the wrapped link by one call, so that a sender that never rests
  /// cannot hold the receiver up.
  private static final int MAX_PULLED = 256;

  private final Link link;
  private final LinkCapabilities capabilities;
  private final CounterSet<Fate> counters = new CounterSet<>(Fate.class);
  private final ImpairedPath inbound;
  /// Null when only one direction is impaired.
  private final @Nullable ImpairedPath outbound;
  /// A packet on its way from the wrapped link to a path, or from a path to that link.
  private final PacketBuffer passing;

  private volatile Impairments impairments;
  private long lastNowNanos;

  /// @param link what is wrapped; closed with this one
  /// @param impairments what happens to packets
  /// @param seed from which all chance comes
  public ImpairedLink(Link link, Impairments impairments, long seed) {
    this(link, impairments, seed, false);
  }

  private ImpairedLink(Link link, Impairments impairments, long seed, boolean isBothWays) {
    LinkCapabilities wrapped = link.capabilities();
    this.link = link;
    this.impairments = impairments;
    capabilities = impairments.isNone()
        ? wrapped
        : new LinkCapabilities(wrapped.mtu(), wrapped.mtu(), wrapped.maxReceiveBytes(), false);
    passing = new PacketBuffer(Math.max(wrapped.maxReceiveBytes(), wrapped.maxSendBytes()));
    inbound = new ImpairedPath(wrapped.mtu(), seed, counters);
    // another seed, or both directions would lose alike
    outbound = isBothWays ? new ImpairedPath(wrapped.mtu(), ~seed, counters) : null;
  }

  /// A link that also impairs what is sent, by the same rules and with chances of its
  /// own. A packet that the wrapped link refuses when it is due is lost.
  ///
  /// @param link what is wrapped; closed with this one
  /// @param impairments what happens to packets, in each direction
  /// @param seed from which all chance comes
  public static ImpairedLink bothWays(Link link, Impairments impairments, long seed) {
    return new ImpairedLink(link, impairments, seed, true);
  }

  /// Changes what happens to packets that arrive from now on; those under way keep their
  /// fate. From any thread. The capabilities stay those of the beginning.
  public void impair(Impairments next) {
    impairments = next;
  }

  /// What happens to packets.
  public Impairments impairments() {
    return impairments;
  }

  /// How many packets had which fate.
  public CounterSet<Fate> counters() {
    return counters;
  }

  @Override
  public LinkCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
    lastNowNanos = nowNanos;
    sendDue(nowNanos);
    Impairments now = impairments;
    for (int i = 0; i < MAX_PULLED && link.receive(passing, nowNanos); i++) {
      inbound.enter(passing, now, nowNanos);
    }
    if (!inbound.leave(target, nowNanos)) {
      return false;
    }
    target.arrivalNanos(nowNanos);
    counters.increment(Fate.DELIVERED);
    return true;
  }

  @Override
  public boolean send(PacketBuffer packet, long nowNanos) throws IOException {
    lastNowNanos = nowNanos;
    ImpairedPath path = outbound;
    if (path == null) {
      return link.send(packet, nowNanos);
    }
    passing.copyFrom(packet);
    path.enter(passing, impairments, nowNanos);
    sendDue(nowNanos);
    return true;
  }

  private void sendDue(long nowNanos) throws IOException {
    ImpairedPath path = outbound;
    while (path != null && path.leave(passing, nowNanos)) {
      counters.increment(link.send(passing, nowNanos) ? Fate.DELIVERED : Fate.NO_ROOM);
    }
  }

  private long firstDueNanos() {
    long dueNanos = inbound.firstDueNanos();
    return outbound == null ? dueNanos : Math.min(dueNanos, outbound.firstDueNanos());
  }

  /// Also when a packet leaves that was sent: then, too, this link wants to be asked.
  @Override
  public long nextArrivalNanos() {
    return Math.min(firstDueNanos(), link.nextArrivalNanos());
  }

  @Override
  public void await(long timeoutNanos) throws IOException {
    long dueNanos = firstDueNanos();
    long untilDue = dueNanos == NEVER ? NEVER : Math.max(0, dueNanos - lastNowNanos);
    link.await(Math.min(timeoutNanos, untilDue));
  }

  @Override
  public void wakeup() {
    link.wakeup();
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
