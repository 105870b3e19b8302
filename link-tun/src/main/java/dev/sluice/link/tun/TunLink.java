package dev.sluice.link.tun;

import dev.sluice.link.Link;
import dev.sluice.link.LinkCapabilities;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;

/// The process's side of a TUN device; [Tun] opens it.
///
/// In front of each packet goes the kernel's `virtio_net_hdr`, ten octets that say which
/// checksum is still to be finished and how a segment is to be cut. It is read and
/// written in the packet's headroom, so a packet costs one system call and no copy of
/// ours.
///
/// ```
///   headroom            packet
///   ........[vnet_hdr]  [IP|TCP|text ...]
/// ```
public final class TunLink implements Link {
  /// Octets of the header, `struct virtio_net_hdr`.
  static final int VNET_HEADER = 10;

  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int FLAGS = 0;
  private static final int GSO_TYPE = 1;
  private static final int HEADER_LENGTH = 2;
  private static final int GSO_SIZE = 4;
  private static final int CHECKSUM_START = 6;
  private static final int CHECKSUM_OFFSET = 8;

  private static final int NEEDS_CHECKSUM = 1;
  private static final int CHECKSUM_VALID = 2;
  private static final int GSO_NONE = 0;
  private static final int GSO_TCP_V4 = 1;
  private static final int GSO_TCP_V6 = 4;
  private static final int GSO_ECN = 0x80;

  private static final int UDP = 17;
  private static final int ICMP_V6 = 58;
  private static final int MIN_PACKET = 20;
  /// How long to wait at most when the kernel had no memory: nothing tells when it has.
  private static final long RETRY_NANOS = 1_000_000;

  // States of the wake-up; only a sleeper needs the system call.
  private static final int AWAKE = 0;
  private static final int ASLEEP = 1;
  private static final int WOKEN = 2;
  /// Added to [#wakers] when the link is closed.
  private static final int CLOSED = 1 << 30;

  private final String name;
  private final LinkCapabilities capabilities;
  private final int fd;
  private final int wakeFd;
  private final Linux linux = new Linux();
  private final Linux.PollSet pollSet;
  private final Linux.Pieces pieces = new Linux.Pieces(1 + PacketBuffer.MAX_PIECES);
  private final CounterSet<TunCounter> counters = new CounterSet<>(TunCounter.class);
  /// One for the event descriptor to add, and room for what is read from it.
  private final MemorySegment wakeCount;

  private final AtomicInteger sleep = new AtomicInteger(AWAKE);
  /// How many threads are just writing to the event descriptor.
  private final AtomicInteger wakers = new AtomicInteger();
  private boolean wasBlocked;
  private boolean isClosed;

  /// Takes over two open descriptors.
  TunLink(String name, LinkCapabilities capabilities, int fd, int wakeFd) {
    this.name = name;
    this.capabilities = capabilities;
    this.fd = fd;
    this.wakeFd = wakeFd;
    pollSet = new Linux.PollSet(fd, wakeFd);
    wakeCount = Arena.ofAuto().allocate(16, 8);
    wakeCount.set(ValueLayout.JAVA_LONG, 0, 1);
  }

  /// What the kernel calls the device.
  public String name() {
    return name;
  }

  /// What happened to packets here.
  public CounterSet<TunCounter> counters() {
    return counters;
  }

  @Override
  public LinkCapabilities capabilities() {
    return capabilities;
  }

  /// @throws IllegalArgumentException if `target` is shorter than a packet can be
  @Override
  public boolean receive(PacketBuffer target, long nowNanos) throws IOException {
    if (target.capacity() < capabilities.maxReceiveBytes()) {
      throw new IllegalArgumentException("a buffer of " + target.capacity()
          + " octets for packets of " + capabilities.maxReceiveBytes());
    }
    while (true) {
      requireOpen();
      int length = read(target);
      if (length == -Linux.EAGAIN) {
        return false;
      }
      if (length < 0 && length != -Linux.EINTR) {
        throw gone(-length);
      }
      if (length >= 0 && accept(target, length - VNET_HEADER, nowNanos)) {
        return true;
      }
    }
  }

  @Override
  public boolean gathers() {
    return true;
  }

  private int read(PacketBuffer target) {
    long address = target.bytes().address() + PacketBuffer.HEADROOM - VNET_HEADER;
    try {
      if (target.pieceCount() > 0) {
        return linux.readv(fd, list(address, target), pieces.count());
      }
      return linux.read(fd, address, (long) VNET_HEADER + target.capacity());
    } finally {
      Reference.reachabilityFence(target);
    }
  }

  /// Head and tail of a packet as the kernel wants to be told of them.
  ///
  /// @param address where the device's header is, in front of the packet
  /// @return where the list is
  private long list(long address, PacketBuffer packet) {
    pieces.clear();
    pieces.add(address, VNET_HEADER + packet.headLength());
    for (int i = 0; i < packet.pieceCount(); i++) {
      pieces.add(packet.piece(i).address() + packet.pieceOffset(i), packet.pieceLength(i));
    }
    return pieces.address();
  }

  /// Notes what the kernel says about the packet just read; false if it is unusable.
  private boolean accept(PacketBuffer packet, int length, long nowNanos) {
    if (length < MIN_PACKET) {
      counters.increment(TunCounter.RECEIVED_UNUSABLE);
      return false;
    }
    if (packet.pieceCount() > 0) {
      packet.arrived(length);
    } else {
      packet.reset(length);
    }
    packet.arrivalNanos(nowNanos);
    MemorySegment bytes = packet.bytes();
    int at = PacketBuffer.HEADROOM - VNET_HEADER;
    int flags = bytes.get(ValueLayout.JAVA_BYTE, at + FLAGS);
    if ((flags & NEEDS_CHECKSUM) != 0) {
      packet.checksum(PacketBuffer.Checksum.PARTIAL);
      packet.transportOffset(bytes.get(U16, at + CHECKSUM_START) & 0xffff);
    } else if ((flags & CHECKSUM_VALID) != 0) {
      packet.checksum(PacketBuffer.Checksum.VERIFIED);
    }
    int type = bytes.get(ValueLayout.JAVA_BYTE, at + GSO_TYPE) & 0xff & ~GSO_ECN;
    if (type == GSO_TCP_V4 || type == GSO_TCP_V6) {
      packet.segmentSize(bytes.get(U16, at + GSO_SIZE) & 0xffff);
      counters.increment(TunCounter.RECEIVED_MERGED);
    } else if (type != GSO_NONE) {
      counters.increment(TunCounter.RECEIVED_UNUSABLE);
      return false;
    }
    counters.increment(TunCounter.RECEIVED);
    return true;
  }

  /// Sends one packet; the link's header is written into its headroom.
  ///
  /// @throws IllegalArgumentException if the packet is longer than the link takes, has no
  ///     headroom, or is to be cut and has no partial checksum
  @Override
  public boolean send(PacketBuffer packet, long nowNanos) throws IOException {
    requireOpen();
    describe(packet);
    int result;
    do {
      result = write(packet);
    } while (result == -Linux.EINTR);
    wasBlocked = false;
    if (result >= 0) {
      counters.increment(TunCounter.SENT);
      return true;
    }
    return failed(-result);
  }

  private int write(PacketBuffer packet) {
    long address = packet.bytes().address() + packet.start() - VNET_HEADER;
    try {
      if (packet.pieceCount() > 0) {
        return linux.writev(fd, list(address, packet), pieces.count());
      }
      return linux.write(fd, address, (long) VNET_HEADER + packet.length());
    } finally {
      Reference.reachabilityFence(packet);
    }
  }

  private boolean failed(int errorNumber) throws IOException {
    switch (errorNumber) {
      case Linux.EAGAIN, Linux.ENOBUFS, Linux.ENOMEM -> {
        wasBlocked = true;
        counters.increment(TunCounter.SEND_BLOCKED);
        return false;
      }
      case Linux.EIO -> counters.increment(TunCounter.LOST_DEVICE_DOWN);
      case Linux.EINVAL -> counters.increment(TunCounter.LOST_REFUSED);
      default -> throw gone(errorNumber);
    }
    return true;
  }

  /// Writes the header in front of the packet.
  private void describe(PacketBuffer packet) {
    if (packet.length() > capabilities.maxSendBytes() || packet.start() < VNET_HEADER) {
      throw new IllegalArgumentException("a packet of " + packet.length() + " octets with "
          + packet.start() + " in front, and the link takes " + capabilities.maxSendBytes());
    }
    MemorySegment bytes = packet.bytes();
    int at = packet.start() - VNET_HEADER;
    bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, at, 0);
    bytes.set(U16, at + CHECKSUM_OFFSET, (short) 0);
    if (packet.checksum() != PacketBuffer.Checksum.PARTIAL) {
      if (packet.segmentSize() > 0 && packet.length() > capabilities.mtu()) {
        throw new IllegalArgumentException("a segment to be cut needs a partial checksum");
      }
      return;
    }
    boolean isV4 = packet.u8(0) >>> 4 == 4;
    int transport = transportOffset(packet, isV4);
    bytes.set(ValueLayout.JAVA_BYTE, at + FLAGS, (byte) NEEDS_CHECKSUM);
    bytes.set(U16, at + CHECKSUM_START, (short) transport);
    bytes.set(U16, at + CHECKSUM_OFFSET, (short) checksumOffset(packet.u8(isV4 ? 9 : 6)));
    if (packet.segmentSize() > 0) {
      describeCut(packet, isV4, transport);
    }
  }

  /// Writes how the segment is to be cut, if it is longer than one packet.
  private void describeCut(PacketBuffer packet, boolean isV4, int transport) {
    int headers = transport + 4 * (packet.u8(transport + 12) >>> 4);
    if (packet.length() - headers <= packet.segmentSize()) {
      return;
    }
    boolean hasCwr = (packet.u8(transport + 13) & Flags.CWR) != 0;
    int type = (isV4 ? GSO_TCP_V4 : GSO_TCP_V6) | (hasCwr ? GSO_ECN : 0);
    MemorySegment bytes = packet.bytes();
    int at = packet.start() - VNET_HEADER;
    bytes.set(ValueLayout.JAVA_BYTE, at + GSO_TYPE, (byte) type);
    bytes.set(U16, at + HEADER_LENGTH, (short) headers);
    bytes.set(U16, at + GSO_SIZE, (short) packet.segmentSize());
    counters.increment(TunCounter.SENT_TO_BE_CUT);
  }

  private static int transportOffset(PacketBuffer packet, boolean isV4) {
    if (packet.transportOffset() > 0) {
      return packet.transportOffset();
    }
    return isV4 ? 4 * (packet.u8(0) & 0xf) : 40;
  }

  /// Where in the transport header the checksum lies: TCP's, unless the protocol says
  /// otherwise.
  private static int checksumOffset(int protocol) {
    return switch (protocol) {
      case UDP -> 6;
      case ICMP_V6 -> 2;
      default -> 16;
    };
  }

  /// Sleeps in the kernel. An interrupt of the thread does not end it; [#wakeup] does.
  @Override
  public void await(long timeoutNanos) throws IOException {
    requireOpen();
    if (timeoutNanos <= 0 || !sleep.compareAndSet(AWAKE, ASLEEP)) {
      sleep.set(AWAKE);
      return;
    }
    int result =
        pollSet.await(linux, wasBlocked ? Math.min(timeoutNanos, RETRY_NANOS) : timeoutNanos);
    sleep.set(AWAKE);
    if (result > 0 && pollSet.isSecondReady()) {
      linux.read(wakeFd, wakeCount.address() + 8, 8);
    }
    if (result < 0 && result != -Linux.EINTR) {
      throw gone(-result);
    }
  }

  @Override
  public void wakeup() {
    if (sleep.getAndSet(WOKEN) != ASLEEP) {
      return;
    }
    if (wakers.getAndIncrement() < CLOSED) {
      Linux.signal(wakeFd, wakeCount.address());
    }
    wakers.getAndDecrement();
  }

  private void requireOpen() throws IOException {
    if (isClosed) {
      throw new IOException("the device " + name + " is closed");
    }
  }

  private IOException gone(int errorNumber) {
    if (errorNumber == Linux.EBADFD || errorNumber == Linux.ENODEV) {
      return new IOException("the device " + name + " is gone: somebody has deleted it");
    }
    return new IOException("the device " + name + " failed: " + Linux.describe(errorNumber));
  }

  /// Closes the device, which disappears with its last queue. Waits for a [#wakeup]
  /// that is just under way, so that it cannot write to a descriptor that is somebody
  /// else's by then.
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    wakers.addAndGet(CLOSED);
    while (wakers.get() > CLOSED) {
      Thread.onSpinWait();
    }
    linux.close(fd);
    linux.close(wakeFd);
  }
}
