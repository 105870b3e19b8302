/// The packetdrill language, from characters to records.
///
/// ```
///   text --Conditionals--> text --Cursor--> characters with line and column
///        ProgramParser -> Program = options, init, steps, clean-up
///            PacketParser  -> TcpLine | UdpLine | IcmpLine
///            CallParser    -> SystemCall of Values
/// ```
@NullMarked
package dev.sluice.packetdrill.language;

import org.jspecify.annotations.NullMarked;
