/// Floods, reflection and scans, inside the simulator and nowhere else, and what stands
/// against them.
///
/// ```
///   Floods     which defences meet which flood, and the table of what came of it
///     |
///   Trial      one world: honest clients, a flood, a server with one defence
///     |
///   Flooder    writes SYNs with any source        Visitor    an honest client
/// ```
@NullMarked
package dev.sluice.lab.flood;

import org.jspecify.annotations.NullMarked;
