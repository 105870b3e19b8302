package dev.sluice.link.tun;

import dev.sluice.wire.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks the kernel to set up a network device, as the `ip` program would.
///
/// One request at a time, each answered by an acknowledgement or an error number.
final class Netlink implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_ROUTE = 0;

  private static final short NLMSG_ERROR = 2;
  private static final short NLMSG_DONE = 3;
  private static final short RTM_NEWLINK = 16;
  private static final short RTM_NEWADDR = 20;
  private static final short RTM_GETADDR = 22;
  private static final short RTM_NEWROUTE = 24;
  private static final short RTM_GETROUTE = 26;
  private static final int RTA_DST = 1;
  private static final int RTN_LOCAL = 2;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_DUMP = 0x300;
  private static final int NLM_F_EXCL = 0x200;
  private static final int NLM_F_CREATE = 0x400;

  private static final int IFLA_MTU = 4;
  private static final int IFLA_TXQLEN = 13;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  /// No duplicate address detection: nobody else is on this wire.
  private static final int IFA_F_NODAD = 2;
  private static final int IFF_UP = 1;

  /// The kernel answers in pieces of up to 32 KiB.
  private static final int MAX_MESSAGE = 32_768;
  private static final int HEADER = 16;
  /// Octets of `struct ifaddrmsg`.
  private static final int ADDRESS_MESSAGE = 8;
  private static final int MAX_ANSWERS = 10_000;

  /// An address that a device has.
  ///
  /// @param index the device
  /// @param prefixLength bits of its network, 0 to 32 or 0 to 128
  record Held(int index, IpAddress address, int prefixLength) {}

  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Linux linux;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(MAX_MESSAGE, 8);
  private final ByteBuffer message = memory.asByteBuffer().order(ByteOrder.nativeOrder());
  private final int fd;
  private int sequence;

  Netlink(Linux linux) throws TunException {
    this.linux = linux;
    fd = linux.socket(AF_NETLINK, SOCK_RAW | Linux.SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) {
      arena.close();
      throw new TunException("no netlink socket to set up the device: " + Linux.describe(-fd));
    }
  }

  /// Sets MTU and queue length of a device.
  ///
  /// @return 0, or the negated error number
  int configure(int index, int mtu, int queueLength) {
    beginLink(index, 0);
    attribute(IFLA_MTU, mtu);
    attribute(IFLA_TXQLEN, queueLength);
    return exchange();
  }

  /// Brings a device up.
  ///
  /// @return 0, or the negated error number
  int up(int index) {
    beginLink(index, IFF_UP);
    return exchange();
  }

  /// Gives the device an address.
  ///
  /// @return 0, or the negated error number
  int address(int index, KernelAddress address) {
    IpAddress ip = address.address();
    begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    message.put((byte) (ip.isV4() ? AF_INET : AF_INET6));
    message.put((byte) address.prefixLength());
    message.put((byte) (ip.isV4() ? 0 : IFA_F_NODAD));
    message.put((byte) 0).putInt(index);
    byte[] octets = ip.toInetAddress().getAddress();
    attribute(IFA_LOCAL, octets);
    attribute(IFA_ADDRESS, octets);
    return exchange();
  }

  /// Whether the kernel takes packets to this IPv6 address as its own by now. It gives
  /// the address its route only a moment after the device came up, and drops packets
  /// before.
  boolean isReady(KernelAddress address) {
    begin(RTM_GETROUTE, 0);
    message.put((byte) AF_INET6).put((byte) 128).putShort((short) 0).putInt(0).putInt(0);
    attribute(RTA_DST, address.address().toInetAddress().getAddress());
    if (send() < 0) {
      return false;
    }
    int length = linux.read(fd, memory.address(), MAX_MESSAGE);
    if (length > 0 && message.getShort(4) == RTM_NEWROUTE) {
      boolean isLocal = message.get(HEADER + 7) == RTN_LOCAL;
      linux.read(fd, memory.address(), MAX_MESSAGE); // the acknowledgement
      return isLocal;
    }
    return false;
  }

  /// All addresses of all devices in this network namespace. The JDK is not asked,
  /// since it reads those of IPv6 from the namespace of the process's first thread.
  ///
  /// @throws TunException if the kernel does not tell
  List<Held> addresses() throws TunException {
    begin(RTM_GETADDR, NLM_F_DUMP);
    message.putLong(0);
    int result = send();
    List<Held> held = new ArrayList<>();
    for (int answers = 0; result >= 0 && answers < MAX_ANSWERS; answers++) {
      result = linux.read(fd, memory.address(), MAX_MESSAGE);
      if (result == -Linux.EINTR) {
        result = 0;
      } else if (result > 0 && readAddresses(result, held)) {
        return held;
      }
    }
    throw new TunException("the kernel does not tell its addresses: " + Linux.describe(-result));
  }

  /// Reads a piece of the answer; true if it was the last.
  private boolean readAddresses(int length, List<Held> held) {
    int at = 0;
    while (at + HEADER <= length) {
      int end = at + message.getInt(at);
      short type = message.getShort(at + 4);
      if (type == NLMSG_DONE || type == NLMSG_ERROR || end < at + HEADER || end > length) {
        return true;
      }
      if (type == RTM_NEWADDR) {
        readAddress(at + HEADER, end, held);
      }
      at = (end + 3) & -4;
    }
    return false;
  }

  private void readAddress(int from, int end, List<Held> held) {
    boolean isV4 = message.get(from) == AF_INET;
    int prefixLength = message.get(from + 1) & 0xff;
    int index = message.getInt(from + 4);
    @Nullable IpAddress address = null;
    int at = from + ADDRESS_MESSAGE;
    while (at + 4 <= end) {
      int length = message.getShort(at) & 0xffff;
      int type = message.getShort(at + 2) & 0xffff;
      // IPv4 tells its own address as local, and a peer's as the other; IPv6 only the other.
      if (type == IFA_LOCAL || (type == IFA_ADDRESS && address == null)) {
        address = isV4 ? addressV4(at + 4) : addressV6(at + 4);
      }
      at += Math.max(4, (length + 3) & -4);
    }
    if (address != null) {
      held.add(new Held(index, address, prefixLength));
    }
  }

  private IpAddress addressV4(int at) {
    return IpAddress.ofV4(memory.get(I32, at));
  }

  private IpAddress addressV6(int at) {
    return new IpAddress(memory.get(I64, at), memory.get(I64, at + 8L));
  }

  private void beginLink(int index, int flags) {
    begin(RTM_NEWLINK, 0);
    message.putShort((short) 0).putShort((short) 0).putInt(index).putInt(flags).putInt(flags);
  }

  private void begin(short type, int flags) {
    message.clear().putInt(0).putShort(type);
    message.putShort((short) (NLM_F_REQUEST | NLM_F_ACK | flags));
    message.putInt(++sequence).putInt(0);
  }

  private void attribute(int type, int value) {
    message.putShort((short) 8).putShort((short) type).putInt(value);
  }

  private void attribute(int type, byte[] value) {
    message.putShort((short) (4 + value.length)).putShort((short) type).put(value);
  }

  private int send() {
    int length = message.position();
    message.putInt(0, length);
    return linux.write(fd, memory.address(), length);
  }

  /// Sends the request and reads until its answer has come.
  private int exchange() {
    int sent = send();
    if (sent < 0) {
      return sent;
    }
    for (int answers = 0; answers < MAX_ANSWERS; answers++) {
      int got = linux.read(fd, memory.address(), MAX_MESSAGE);
      if (got < 0 && got != -Linux.EINTR) {
        return got;
      }
      boolean isAnswer =
          got >= HEADER + 4 && message.getShort(4) == NLMSG_ERROR && message.getInt(8) == sequence;
      if (isAnswer) {
        return message.getInt(HEADER);
      }
    }
    return -Linux.EIO;
  }

  @Override
  public void close() {
    linux.close(fd);
    arena.close();
  }
}
