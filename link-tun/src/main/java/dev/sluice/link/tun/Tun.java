package dev.sluice.link.tun;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Opens a Linux TUN device: makes it, gives the kernel's side its addresses, and brings
/// it up. Needs root or CAP_NET_ADMIN, and no other program.
///
/// ```
///   TunLink link = Tun.named("sl0").kernelAddress("198.18.0.1/24").open();
/// ```
///
/// The device is made in the network namespace of the calling thread, and is gone when
/// its last link is closed.
public final class Tun {
  /// Packets that may wait in the device for this process. The kernel drops what comes on
  /// top and does not tell the sender, so this must hold the windows of
  /// many connections.
  public static final int DEFAULT_QUEUE_LENGTH = 60_000;
  /// Ethernet's MTU, in octets.
  public static final int DEFAULT_MTU = 1500;
  /// The longest device name the kernel takes, in octets.
  public static final int MAX_NAME = 15;
  /// What IPv6 asks of a link (RFC 8200 §5), in octets.
  private static final int MIN_V6_MTU = 1280;
  private static final int MAX_QUEUES = 256;
  /// How often and how long apart to ask whether an IPv6 address is in use: 2 s in all.
  private static final int MAX_READY_TRIES = 2000;
  private static final long READY_TRY_NANOS = 1_000_000;
  private static final String DEVICE = "/dev/net/tun";

  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final long TUNSETVNETHDRSZ = 0x400454d8L;
  private static final int IFF_TUN = 1;
  private static final int IFF_MULTI_QUEUE = 0x100;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  /// What we take: partial checksums, TSO for IPv4 and IPv6, both with ECN.
  private static final int TUN_F_OFFLOADS = 1 | 2 | 4 | 8;
  private static final int IFREQ = 40;
  private static final int IFREQ_NAME = 16;

  private final String name;
  private final List<KernelAddress> addresses = new ArrayList<>();
  private int mtu = DEFAULT_MTU;
  private int queueLength = DEFAULT_QUEUE_LENGTH;
  private boolean isOffloading = true;
  private int queues = 1;

  private Tun(String name) {
    this.name = name;
  }

  /// A device with this name and the usual settings, opened by [#open()].
  ///
  /// @param name 1 to 15 characters, like `sl0`; a `%d` in it becomes a free number
  public static Tun named(String name) {
    return new Tun(name);
  }

  /// Opens a device with the usual settings and no address on the kernel's side.
  ///
  /// @throws TunException with one line that says what to do
  public static TunLink open(String name) throws TunException {
    return named(name).open();
  }

  /// Gives the kernel's side an address, like `198.18.0.1/24` or `fd5a::1/64`.
  public Tun kernelAddress(String address) {
    return kernelAddress(KernelAddress.parse(address));
  }

  /// Gives the kernel's side an address; may be called several times.
  public Tun kernelAddress(KernelAddress address) {
    addresses.add(address);
    return this;
  }

  /// The MTU of the device in octets, 68 to 65,535.
  public Tun mtu(int octets) {
    mtu = LinkCapabilities.plain(octets).mtu();
    return this;
  }

  /// How many packets may wait in the device for this process, 1 to 1,000,000.
  public Tun queueLength(int packets) {
    if (packets < 1 || packets > 1_000_000) {
      throw new IllegalArgumentException("a queue holds 1 to 1,000,000 packets: " + packets);
    }
    queueLength = packets;
    return this;
  }

  /// Whether kernel and stack hand each other segments of up to 64 KiB and leave
  /// checksums to each other; on unless told otherwise.
  public Tun offload(boolean isOn) {
    isOffloading = isOn;
    return this;
  }

  /// How many queues the device has, each a link for one thread, 1 to 256. The kernel
  /// spreads connections over them. Open them with [#openAll].
  public Tun queues(int count) {
    if (count < 1 || count > MAX_QUEUES) {
      throw new IllegalArgumentException("a device has 1 to 256 queues: " + count);
    }
    queues = count;
    return this;
  }

  /// Opens the device.
  ///
  /// @throws TunException with one line that says what to do
  /// @throws IllegalStateException if several queues were asked for
  public TunLink open() throws TunException {
    if (queues != 1) {
      throw new IllegalStateException("a device with several queues is opened with openAll()");
    }
    return openAll().getFirst();
  }

  /// Opens all queues of the device.
  ///
  /// @throws TunException with one line that says what to do
  public List<TunLink> openAll() throws TunException {
    requireLinux();
    requireName();
    requireMtuForV6();
    Linux linux = new Linux();
    requireNoConflict(linux);
    List<TunLink> links = new ArrayList<>();
    String given = name;
    boolean isDone = false;
    try {
      for (int i = 0; i < queues; i++) {
        TunLink link = openQueue(linux, given);
        links.add(link);
        given = link.name();
      }
      configure(linux, given);
      isDone = true;
      return links;
    } finally {
      if (!isDone) {
        links.forEach(TunLink::close);
      }
    }
  }

  private static void requireLinux() throws TunException {
    String system = System.getProperty("os.name", "");
    if (!system.equals("Linux")) {
      throw new TunException("TUN devices are made for Linux only so far, and this is " + system
          + ": run without --tun");
    }
  }

  private void requireName() throws TunException {
    int octets = name.getBytes(StandardCharsets.UTF_8).length;
    if (octets < 1 || octets > MAX_NAME) {
      throw new TunException("'" + name + "' cannot be the name of a device: it has " + octets
          + " characters, and 1 to " + MAX_NAME + " are allowed");
    }
    String letters = name.replaceFirst("%d", "");
    if (!letters.matches("[A-Za-z0-9_.\\-]*") || name.equals(".") || name.equals("..")) {
      throw new TunException("'" + name
          + "' cannot be the name of a device: use letters, digits, '-', '_' and '.', like sl0");
    }
  }

  private void requireMtuForV6() throws TunException {
    boolean hasV6 = addresses.stream().anyMatch(a -> !a.address().isV4());
    if (hasV6 && mtu < MIN_V6_MTU) {
      throw new TunException("IPv6 needs an MTU of 1280 or more, and " + name + " is to have " + mtu
          + ": raise the MTU or leave the IPv6 address out");
    }
  }

  /// The kernel takes the same address on two devices without a word, and then routes to
  /// one of them.
  private void requireNoConflict(Linux linux) throws TunException {
    try (Netlink netlink = new Netlink(linux)) {
      for (Netlink.Held held : netlink.addresses()) {
        String device = linux.interfaceName(held.index());
        if (!device.equals(name)) { // of that one, opening it says what is wrong
          requireNoConflict(held, device);
        }
      }
    }
  }

  private void requireNoConflict(Netlink.Held held, String device) throws TunException {
    IpAddress address = held.address();
    int length = held.prefixLength();
    boolean hasNetwork = length > 0 && !address.isLoopback() && !address.isLinkLocal();
    for (KernelAddress ours : addresses) {
      if (address.equals(ours.address())) {
        throw new TunException("the address " + address + " is already on " + device
            + ": choose another one for " + name);
      }
      if (hasNetwork && new KernelAddress(address, length).isSameNetworkAs(ours)) {
        throw new TunException("the network of " + ours + " is already on " + device + " ("
            + address + "/" + length + "): choose another one for " + name);
      }
    }
  }

  private TunLink openQueue(Linux linux, String given) throws TunException {
    int fd = linux.open(DEVICE, Linux.O_RDWR | Linux.O_NONBLOCK | Linux.O_CLOEXEC);
    if (fd < 0) {
      throw cannotOpen(-fd);
    }
    int wakeFd = -Linux.EMFILE;
    boolean isDone = false;
    try {
      String actual = attach(linux, fd, given);
      wakeFd = linux.eventfd();
      check(wakeFd, "make an event descriptor");
      LinkCapabilities capabilities = isOffloading
          ? new LinkCapabilities(mtu, 65_535, PacketBuffer.MAX_PACKET, true)
          : LinkCapabilities.plain(mtu);
      TunLink link = new TunLink(actual, capabilities, fd, wakeFd);
      isDone = true;
      return link;
    } finally {
      if (!isDone) {
        linux.close(fd);
      }
    }
  }

  /// Connects the descriptor to the device, which is made if it does not exist.
  private String attach(Linux linux, int fd, String given) throws TunException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(IFREQ, 8);
      request.setString(0, given);
      int flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | (queues > 1 ? IFF_MULTI_QUEUE : 0);
      request.set(ValueLayout.JAVA_SHORT, IFREQ_NAME, (short) flags);
      int result = linux.ioctl(fd, TUNSETIFF, request.address());
      if (result < 0) {
        throw cannotAttach(-result);
      }
      MemorySegment headerSize = arena.allocateFrom(ValueLayout.JAVA_INT, TunLink.VNET_HEADER);
      check(linux.ioctl(fd, TUNSETVNETHDRSZ, headerSize.address()), "set the header size");
      int offloads = isOffloading ? TUN_F_OFFLOADS : 0;
      check(linux.ioctl(fd, TUNSETOFFLOAD, offloads), "set the offloads");
      return request.getString(0);
    }
  }

  private void configure(Linux linux, String actual) throws TunException {
    int index = linux.interfaceIndex(actual);
    try (Netlink netlink = new Netlink(linux)) {
      check(netlink.configure(index, mtu, queueLength), "set MTU and queue length");
      for (KernelAddress address : addresses) {
        checkAddress(netlink.address(index, address), address);
      }
      check(netlink.up(index), "bring the device up");
      for (KernelAddress address : addresses) {
        awaitReady(netlink, address);
      }
    }
  }

  private void awaitReady(Netlink netlink, KernelAddress address) throws TunException {
    if (address.address().isV4()) {
      return;
    }
    for (int tries = 0; tries < MAX_READY_TRIES; tries++) {
      if (netlink.isReady(address)) {
        return;
      }
      LockSupport.parkNanos(READY_TRY_NANOS);
    }
    throw new TunException("the kernel does not begin to use " + address + " on " + name
        + ": try again, or leave the address out");
  }

  private void check(int result, String what) throws TunException {
    if (result == -Linux.EPERM || result == -Linux.EACCES) {
      throw noPrivilege();
    }
    if (result < 0) {
      throw new TunException("cannot " + what + " for " + name + ": " + Linux.describe(-result));
    }
  }

  private void checkAddress(int result, KernelAddress address) throws TunException {
    if (result == -Linux.EEXIST) {
      throw new TunException(
          "the address " + address.address() + " is given to " + name + " twice: leave one out");
    }
    boolean isV6Off =
        result == -Linux.EACCES || result == -Linux.EOPNOTSUPP || result == -Linux.EAFNOSUPPORT;
    if (!address.address().isV4() && isV6Off) {
      throw new TunException("this kernel has IPv6 switched off, so " + name + " cannot have "
          + address + ": leave it out, or set net.ipv6.conf.all.disable_ipv6=0");
    }
    check(result, "give the address " + address);
  }

  private static TunException noPrivilege() {
    return new TunException("opening a TUN device needs root or CAP_NET_ADMIN: run it with sudo,"
        + " or in a container with --cap-add NET_ADMIN --device " + DEVICE);
  }

  private static TunException cannotOpen(int errorNumber) {
    return switch (errorNumber) {
      case Linux.EPERM, Linux.EACCES -> noPrivilege();
      case Linux.ENOENT, Linux.ENODEV, Linux.ENXIO ->
        new TunException("there is no " + DEVICE
            + ": load it with 'modprobe tun', or give the container --device " + DEVICE);
      default -> new TunException("cannot open " + DEVICE + ": " + Linux.describe(errorNumber));
    };
  }

  private TunException cannotAttach(int errorNumber) {
    return switch (errorNumber) {
      case Linux.EPERM, Linux.EACCES -> noPrivilege();
      case Linux.EBUSY ->
        new TunException("the device " + name
            + " is in use by another program: stop that, or choose another name");
      case Linux.EINVAL, Linux.EEXIST ->
        new TunException("the name " + name + " belongs to a network device of another kind:"
            + " choose another name, like sl0");
      default ->
        new TunException("cannot make the device " + name + ": " + Linux.describe(errorNumber));
    };
  }
}
