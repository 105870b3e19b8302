package dev.sluice.link;

import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A wire inside the process: what is sent into one end comes out of the other, whole, in
/// order and at once.
///
/// ```
///   driver A -- left  ===>  ring  ===> right -- driver B
///                     <===  ring  <===
/// ```
///
/// Each end belongs to one thread; both may belong to the same one, as in a simulation.
/// A packet is copied in and copied out. A ring that is full refuses, and the refused
/// sender's [Link#await] returns when a quarter of the ring is free again.
///
/// A partial checksum arrives as [PacketBuffer.Checksum#VERIFIED], since the packet never
/// left the process. A complete one arrives as it was sent and is for the receiver to
/// verify.
///
/// A closed end is an unplugged cable: what was under way can still be received, and what
/// the other end sends from then on is taken and lost. Only the closed end itself throws.
public final class Pipe {
  /// Octets that may be under way in one direction, unless told otherwise.
  public static final int DEFAULT_OCTETS = 2 << 20;
  /// Packets that may be under way in one direction, unless told otherwise.
  public static final int DEFAULT_PACKETS = 4096;

  private Pipe() {}

  /// The two ends of one pipe.
  public record Ends(Link left, Link right) {}

  /// A pipe with the usual room in it.
  ///
  /// @param capabilities what both ends claim to do; with a large `maxSendBytes` the pipe
  ///     carries a TCP segment of that size in one piece
  public static Ends create(LinkCapabilities capabilities) {
    return create(capabilities, DEFAULT_OCTETS, DEFAULT_PACKETS);
  }

  /// A pipe.
  ///
  /// @param capabilities what both ends claim to do
  /// @param octets how much may be under way in one direction; at least room for two of
  ///     the longest packets is made
  /// @param packets how many packets may be under way in one direction, 1 or more
  public static Ends create(LinkCapabilities capabilities, int octets, int packets) {
    if (octets < 1 || octets > 1 << 30 || packets < 1) {
      throw new IllegalArgumentException(
          "a pipe holds 1 octet to 1 GiB and 1 packet or more: " + octets + ", " + packets);
    }
    int room = Math.max(octets, PacketRing.octetsFor(capabilities.maxSendBytes()));
    PacketRing toRight = new PacketRing(room, packets);
    PacketRing toLeft = new PacketRing(room, packets);
    End left = new End(capabilities, toLeft, toRight);
    End right = new End(capabilities, toRight, toLeft);
    left.peer = right;
    right.peer = left;
    return new Ends(left, right);
  }

  /// One end. How nobody sleeps through a packet: the sleeper first says that it sleeps,
  /// then looks into the ring; the sender first fills the ring, then looks for a sleeper;
  /// a full fence stands between the two steps on both sides.
  private static final class End implements Link {
    private static final VarHandle SLEEPER;

    static {
      try {
        SLEEPER = MethodHandles.lookup().findVarHandle(End.class, "sleeper", Thread.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final LinkCapabilities capabilities;
    private final PacketRing in;
    private final PacketRing out;
    private End peer = this;

    /// The thread that sleeps in [#await]; whoever takes it out wakes it.
    private volatile @Nullable Thread sleeper;
    /// Somebody called [#wakeup].
    private volatile boolean woken;
    /// A send was refused, and no room has been seen since.
    private volatile boolean wantsRoom;
    private volatile boolean closed;

    End(LinkCapabilities capabilities, PacketRing in, PacketRing out) {
      this.capabilities = capabilities;
      this.in = in;
      this.out = out;
    }

    @Override
    public LinkCapabilities capabilities() {
      return capabilities;
    }

    @Override
    public boolean gathers() {
      return true;
    }

    @Override
    public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
      requireOpen();
      if (!in.poll(target, nowNanos)) {
        return false;
      }
      if (target.checksum() == PacketBuffer.Checksum.PARTIAL) {
        target.checksum(PacketBuffer.Checksum.VERIFIED);
      }
      VarHandle.fullFence();
      if (peer.wantsRoom) {
        peer.rouse();
      }
      return true;
    }

    @Override
    public boolean send(PacketBuffer packet, long nowNanos) throws IOException {
      requireOpen();
      if (packet.length() > capabilities.maxSendBytes()) {
        throw new IllegalArgumentException("a packet of " + packet.length()
            + " octets on a link that takes " + capabilities.maxSendBytes());
      }
      if (peer.closed) {
        return true;
      }
      if (!out.offer(packet, nowNanos)) {
        wantsRoom = true;
        return false;
      }
      if (wantsRoom) {
        wantsRoom = false;
      }
      VarHandle.fullFence();
      peer.rouse();
      return true;
    }

    /// The sender's time, if a packet is waiting: not later than now where both ends go
    /// by one clock.
    @Override
    public long nextArrivalNanos() {
      return in.firstSentNanos();
    }

    @Override
    public void await(long timeoutNanos) throws IOException {
      requireOpen();
      sleeper = Thread.currentThread();
      VarHandle.fullFence();
      if (!isReady() && timeoutNanos > 0) {
        sleep(timeoutNanos);
      }
      sleeper = null;
      woken = false;
      if (wantsRoom && hasRoomAgain()) {
        wantsRoom = false;
      }
    }

    private void sleep(long timeoutNanos) {
      if (timeoutNanos == NEVER) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, timeoutNanos);
      }
    }

    private boolean isReady() {
      return woken || !in.isEmpty() || (wantsRoom && hasRoomAgain());
    }

    private boolean hasRoomAgain() {
      return peer.closed || out.hasRoomAgain();
    }

    @Override
    public void wakeup() {
      woken = true;
      VarHandle.fullFence();
      rouse();
    }

    private void rouse() {
      Thread thread = sleeper;
      if (thread != null && SLEEPER.compareAndSet(this, thread, (Thread) null)) {
        LockSupport.unpark(thread);
      }
    }

    private void requireOpen() throws IOException {
      if (closed) {
        throw new IOException("this end of the pipe is closed");
      }
    }

    @Override
    public void close() {
      closed = true;
      VarHandle.fullFence();
      rouse();
      peer.rouse();
    }
  }
}
