/// Floods of SYNs, and how honest clients fare meanwhile: against the engine over a line
/// in memory, and over TUN beside the kernel. All packets stay in the process or in
/// networks that it made itself.
///
/// ```
///   SynSource ---+
///                +---> Target: EngineTarget | TunTarget
///   Honest  <----+
/// ```
@NullMarked
package dev.sluice.bench.flood;

import org.jspecify.annotations.NullMarked;
