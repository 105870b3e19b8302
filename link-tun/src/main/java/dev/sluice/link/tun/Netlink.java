package dev.sluice.link.tun;

import dev.sluice.wire.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
  private static final short RTM_NEWLINK = 16;
  private static final short RTM_NEWADDR = 20;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_EXCL = 0x200;
  private static final int NLM_F_CREATE = 0x400;

  private static final int IFLA_MTU = 4;
  private static final int IFLA_TXQLEN = 13;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  /// No duplicate address detection: nobody else is on this wire.
  private static final int IFA_F_NODAD = 2;
  private static final int IFF_UP = 1;

  private static final int MAX_MESSAGE = 8192;
  private static final int HEADER = 16;

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

  /// Sends the request and reads until its answer has come.
  private int exchange() {
    int length = message.position();
    message.putInt(0, length);
    int sent = linux.write(fd, memory.address(), length);
    if (sent < 0) {
      return sent;
    }
    for (int answers = 0; answers < 16; answers++) {
      int got = linux.read(fd, memory.address(), MAX_MESSAGE);
      if (got < 0 && got != -Linux.EINTR) {
        return got;
      }
      boolean isAnswer = got >= HEADER + 4
          && message.getShort(4) == NLMSG_ERROR
          && message.getInt(8) == sequence;
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
