/// Packets read and written the slow and plain way, so that the simulator does not trust
/// the code it checks.
///
/// ```
///   octets --WirePacket--> fields, checksums judged
///   PacketBuilder -------> octets (an attacker's tool, and a peer's that is not ours)
/// ```
@NullMarked
package dev.sluice.sim.packet;

import org.jspecify.annotations.NullMarked;
