package dev.sluice.link.tun;

/// A network of one's own (a network namespace): no device but a loopback, nothing of
/// this machine in reach.
///
/// It belongs to a thread, to the threads and processes that this one starts, and to what
/// they open. It is gone with the last of them, so nothing is ever left behind.
public final class OwnNetwork {
  private static final int CLONE_NEWNET = 0x40000000;

  private OwnNetwork() {}

  /// Takes the calling platform thread into a new network, for good. Its loopback is up.
  ///
  /// @throws TunException if the kernel refuses: it takes root, or CAP_SYS_ADMIN
  public static void enter() throws TunException {
    Linux linux = new Linux();
    if (linux.unshare(CLONE_NEWNET) != 0) {
      throw new TunException("a network of one's own needs root (CAP_SYS_ADMIN)");
    }
    try (Netlink netlink = new Netlink(linux)) {
      if (netlink.up(linux.interfaceIndex("lo")) != 0) {
        throw new TunException("the loopback of the new network stays down");
      }
    }
  }
}
