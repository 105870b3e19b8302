/// The finished product, driven from outside by the kernel's own TCP and tools.
///
/// ```
///   network namespace of a test class
///   +------------------------------------------------------------+
///   |  curl, nc, ping, ss, JDK sockets          Child: serve     |
///   |            |                                   |           |
///   |         kernel ----------- sl0 (TUN) ------ Sluice         |
///   |            |                                               |
///   |           raw0 (TUN) ---- RawPeer: segments made by hand   |
///   +------------------------------------------------------------+
/// ```
@NullMarked
package dev.sluice.interop;

import org.jspecify.annotations.NullMarked;
