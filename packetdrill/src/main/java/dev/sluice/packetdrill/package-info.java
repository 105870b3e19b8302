/// Packetdrill scripts against an in-process host, in virtual time.
///
/// ```
///   .pkt text --language--> Program --run--> Result(Verdict)
///                              |
///                     Host (module stack), virtual clock
/// ```
@NullMarked
package dev.sluice.packetdrill;

import org.jspecify.annotations.NullMarked;
