/// What must hold of every packet and every transition, whoever the host is.
///
/// ```
///   sent, delivered --> Flow (one side of a connection, as seen from outside)
///                         |
///        SegmentRules  AckRules  ResetRules     StateRules <-- transitions
///                         |                        |
///                         +------ Violation -------+
/// ```
///
/// Nothing here asks the engine what it thinks: the rules see what went over the wire,
/// read by [dev.sluice.sim.packet.WirePacket], and the transitions the host tells of.
@NullMarked
package dev.sluice.sim.check;

import org.jspecify.annotations.NullMarked;
