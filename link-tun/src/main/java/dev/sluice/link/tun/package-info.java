/// A network device whose wire is this process.
///
/// ```
///   kernel's TCP -- route -- sl0 | /dev/net/tun -- TunLink -- our stack
///                198.18.0.1/24   |                           198.18.0.2
///
///   Tun ------> TunLink     opened and configured once, then a read or a write a packet
///    `-> Netlink            addresses, MTU, queue length, up
///    both -> Linux          the system calls, by the FFM API
/// ```
///
/// [dev.sluice.link.tun.TunLink] is red zone: one system call and no allocation for each
/// packet. Memory goes to the kernel as a `long`, so that a call makes no object.
@NullMarked
package dev.sluice.link.tun;

import org.jspecify.annotations.NullMarked;
