/// Sluice beside other stacks, from end to end: the kernel over veth, gVisor, lwIP, and
/// JDK sockets, all asked by the same small client.
///
/// ```
///   namespace            namespace of the server
///   [ client ]--- TUN ---[ Sluice | gVisor | lwIP ]   client and TUN in one namespace
///   [ client ]--- veth --[ kernel ]
///   [ client ]--- lo ----[ JDK sockets ]
/// ```
///
/// All servers run at once and idle; each row asks them in turn, round after round, so
/// that a moment in which the machine has other work hits all alike. A ratio is the
/// median of the ratios of the rounds.
@NullMarked
package dev.sluice.bench.peers;

import org.jspecify.annotations.NullMarked;
