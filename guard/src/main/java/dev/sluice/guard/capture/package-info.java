/// The packets around an alarm: a look back in memory, and files in a ring on disk.
///
/// ```
///   loop:    Link -> RememberingLink -> PacketMemory (the last packets, overwritten)
///   alarm:                                  |  stops overwriting, hands over
///   thread:                             CaptureRing -> NAME-syn-flood-...-1.pcapng
/// ```
///
/// Red zone: what is done for each packet, which is one copy of its first octets. The
/// loop never waits for a disk; what the other thread is too slow for is dropped and
/// counted.
@NullMarked
package dev.sluice.guard.capture;

import org.jspecify.annotations.NullMarked;
